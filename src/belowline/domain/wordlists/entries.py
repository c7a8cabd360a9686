"""One list of words: its lines, what each may say, and from when to when an entry counts.

A list is a text of tab-separated columns, `COLUMNS` in this order as the first line; lines that begin with # are
comments. It holds words and phrases, never patterns: what a term costs to look for does not depend on who wrote it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from belowline.domain.match_view import match_view, words

COLUMNS: Final = ("term", "kind", "severity", "target", "match", "added", "source", "expires", "note")
TERM_CHARACTERS_MAX: Final = 64
PHRASE_WORDS_MAX: Final = 8
# Two letters begin a hundred innocent words.
STEM_LETTERS_MIN: Final = 4
TERM_LETTERS_MIN: Final = 2
NOTE_CHARACTERS_MAX: Final = 300
ENTRIES_MAX: Final = 20_000
# How long a word counts that one person alone has added: the length of a raid, and a night for the second person.
UNCONFIRMED_FOR: Final = timedelta(hours=24)

_PATTERN_SIGNS = re.compile(r"[*()\[\]{}\\^$|?+<>]")


class Kind(StrEnum):
    SLUR = "slur"
    INSULT = "insult"
    PROFANITY = "profanity"
    THREAT = "threat"
    SPAM = "spam"
    DOXX = "doxx"
    RAID = "raid"


class Severity(IntEnum):
    """`NOTED` only tells moderators, `ASKED` asks the author to reconsider, `HELD` waits for a moderator."""

    NOTED = 1
    ASKED = 2
    HELD = 3


class Target(StrEnum):
    """Whom a term is aimed at; nobody in particular for most threats and for spam."""

    ANYONE = "anyone"
    PERSON = "person"
    ORIGIN = "origin"
    RELIGION = "religion"
    GENDER = "gender"
    ORIENTATION = "orientation"
    DISABILITY = "disability"


class Match(StrEnum):
    """`TOKEN` is the whole word, `STEM` a word that begins so, `PHRASE` several words one after the other."""

    TOKEN = "token"  # noqa: S105 - a kind of match
    STEM = "stem"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Entry:
    """`expires_at` is when it stops to count (UTC); `is_hold_only` may hold a text and never refuse it."""

    term: str
    kind: Kind
    severity: Severity
    match: Match
    added_on: date
    source: str
    target: Target = Target.ANYONE
    expires_at: datetime | None = None
    note: str = ""
    language: str = ""
    is_hold_only: bool = False

    def folded_words(self) -> tuple[str, ...]:
        """The term as the match view has it, word by word."""
        return folded_words(self.term)


@dataclass(frozen=True, slots=True)
class WordList:
    language: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ListProblem:
    """Why a list is not taken: `line` counts from 1, `code` is stable, `value` is what stands there.

    Codes: list_columns (the first line), list_fields (their number), list_too_long; term_empty, term_too_long,
    term_pattern, term_letters (too few), term_words (not one for a token or stem, not 2 to 8 for a phrase),
    term_duplicate (the same after folding); kind_unknown, severity_unknown, target_unknown, match_unknown,
    added_malformed, source_empty, expires_malformed, note_too_long.
    """

    line: int
    code: str
    value: str


def folded_words(term: str) -> tuple[str, ...]:
    return tuple(found[0] for found in words(match_view(term).text))


def in_force(entry: Entry, now: datetime) -> bool:
    return entry.expires_at is None or now < entry.expires_at


def as_hold_only(entry: Entry, now: datetime) -> Entry:
    """As one person alone may add it: at once, and for a day."""
    return replace(entry, is_hold_only=True, expires_at=now + UNCONFIRMED_FOR)


def parse_list(text: str, *, language: str) -> WordList | ListProblem:
    """The list, or the first line that is wrong."""
    lines = [(number, line) for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1)]
    rows = [(number, line) for number, line in lines if line.strip() and not line.startswith("#")]
    if not rows or tuple(rows[0][1].rstrip().split("\t")) != COLUMNS:
        number, line = rows[0] if rows else (1, "")
        return ListProblem(number, "list_columns", line[:TERM_CHARACTERS_MAX])
    if len(rows) > ENTRIES_MAX + 1:
        return ListProblem(rows[ENTRIES_MAX + 1][0], "list_too_long", str(len(rows) - 1))
    entries: list[Entry] = []
    seen: set[tuple[Match, tuple[str, ...]]] = set()
    for number, line in rows[1:]:
        fields = [one.strip() for one in line.split("\t")]
        if len(fields) > len(COLUMNS) or len(fields) < COLUMNS.index("expires"):
            return ListProblem(number, "list_fields", str(len(fields)))
        row = dict(zip(COLUMNS, [*fields, "", ""], strict=False))
        entry = _entry(number, row, language)
        if isinstance(entry, ListProblem):
            return entry
        key = (entry.match, entry.folded_words())
        if key in seen:
            return ListProblem(number, "term_duplicate", entry.term)
        seen.add(key)
        entries.append(entry)
    return WordList(language, tuple(entries))


def term_problem(term: str, match: Match) -> str:
    """Why a term cannot be looked for: a code of ListProblem, or ""."""
    if not term:
        return "term_empty"
    if len(term) > TERM_CHARACTERS_MAX:
        return "term_too_long"
    if _PATTERN_SIGNS.search(term):
        return "term_pattern"
    folded = folded_words(term)
    letters = sum(map(len, folded))
    if letters < (STEM_LETTERS_MIN if match is Match.STEM else TERM_LETTERS_MIN):
        return "term_letters"
    is_right = 2 <= len(folded) <= PHRASE_WORDS_MAX if match is Match.PHRASE else len(folded) == 1
    return "" if is_right else "term_words"


def _entry(line: int, row: dict[str, str], language: str) -> Entry | ListProblem:
    def known(column: str, values: type[StrEnum]) -> bool:
        return row[column] in set(values)

    row["target"] = row["target"] or Target.ANYONE
    checks = (
        ("kind_unknown", "kind", known("kind", Kind)),
        ("severity_unknown", "severity", row["severity"] in {str(int(one)) for one in Severity}),
        ("target_unknown", "target", known("target", Target)),
        ("match_unknown", "match", known("match", Match)),
        ("added_malformed", "added", _day(row["added"]) is not None),
        ("source_empty", "source", bool(row["source"])),
        ("expires_malformed", "expires", not row["expires"] or _moment(row["expires"]) is not None),
        ("note_too_long", "note", len(row["note"]) <= NOTE_CHARACTERS_MAX),
    )
    # The term first: a line whose columns have slipped is best known by it.
    match = Match(row["match"]) if known("match", Match) else Match.TOKEN
    code = term_problem(row["term"], match) if known("match", Match) or not row["term"] else ""
    if code:
        return ListProblem(line, code, row["term"][:TERM_CHARACTERS_MAX])
    for wrong, column, is_good in checks:
        if not is_good:
            return ListProblem(line, wrong, row[column][:TERM_CHARACTERS_MAX])
    added_on = _day(row["added"])
    assert added_on is not None
    return Entry(
        term=row["term"],
        kind=Kind(row["kind"]),
        severity=Severity(int(row["severity"])),
        target=Target(row["target"]),
        match=match,
        added_on=added_on,
        source=row["source"],
        expires_at=_moment(row["expires"]) if row["expires"] else None,
        note=row["note"],
        language=language,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """A day counts to its end in UTC; a moment is written with its zone."""
    day = _day(text)
    if day is not None:
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else None
