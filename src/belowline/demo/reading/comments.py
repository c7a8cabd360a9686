"""The comments that somebody wrote by hand."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from belowline.demo.content_types import (
    HERO,
    Article,
    DemoComment,
)
from belowline.demo.reading.files import ContentError

STATES = frozenset({"published", "deleted", "removed", "held"})
LANGUAGES = frozenset({"en", "ar", "fr", "de"})
REPEAT_WORDS = 6  # a sentence this long must not be written twice by hand
LATEST_HERO_MINUTE = 70 * 60
_SENTENCE_END = re.compile(r"(?<=[.!?؟…])[\"”»*_]*\s+|\n+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a comment without its quoted lines, as plain words in lower case."""
    own = "\n".join(line for line in text.splitlines() if not line.startswith(">"))
    for sentence in _SENTENCE_END.split(own):
        words = _WORD.findall(sentence.casefold())
        if words:
            yield " ".join(words)


def comments_in(
    folder: Path, *, articles: tuple[Article, ...], speakers: set[str]
) -> Mapping[str, tuple[DemoComment, ...]]:
    ages = {article.slug: -article.published_offset_hours * 60 for article in articles}
    found: dict[str, dict[str, DemoComment]] = {}
    heard: dict[str, str] = {}
    for file, default in ((folder / "hero.jsonl", HERO), (folder / "others.jsonl", None)):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            where = f"{file.name}:{number}"
            comment = _comment(line, where=where, default_article=default)
            thread = found.setdefault(comment.article, {})
            _check_comment(comment, where=where, thread=thread, ages=ages, speakers=speakers)
            _check_fresh(comment, where=where, heard=heard)
            thread[comment.key] = comment
    return {slug: tuple(sorted(thread.values(), key=lambda comment: comment.minutes)) for slug, thread in found.items()}


def _comment(line: str, *, where: str, default_article: str | None) -> DemoComment:
    try:
        row = json.loads(line)
        return DemoComment(
            article=row.get("article") or default_article or "",
            key=row["key"],
            parent=row["parent"],
            author=row["author"],
            text=row["text"].strip(),
            minutes=int(row["minutes"]),
            up=int(row["up"]),
            down=int(row["down"]),
            edited_minutes=row.get("edited_minutes"),
            edited_text_before=row.get("edited_text_before"),
            state=row.get("state", "published"),
            language=row.get("lang", "en"),
            on=row.get("on", ""),
            asks=tuple(row.get("asks", ())),
            source=row.get("source", ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentError(f"{where}: not a comment ({error!r})") from error


def _check_comment(
    comment: DemoComment,
    *,
    where: str,
    thread: Mapping[str, DemoComment],
    ages: Mapping[str, float],
    speakers: set[str],
) -> None:
    """A parent must stand on an earlier line and be earlier in time, so there can be no cycle."""
    limit = (
        min(ages.get(comment.article, 0), LATEST_HERO_MINUTE)
        if comment.article == HERO
        else ages.get(comment.article, 0)
    )
    parent = thread.get(comment.parent) if comment.parent is not None else None
    edited = comment.edited_minutes
    faults = (
        (comment.article not in ages, f"unknown article {comment.article!r}"),
        (comment.key in thread, f"key {comment.key!r} is taken"),
        (comment.author not in speakers, f"unknown author {comment.author!r}"),
        (comment.parent is not None and parent is None, f"parent {comment.parent!r} is not on an earlier line"),
        (parent is not None and parent.minutes > comment.minutes, f"earlier than its parent {comment.parent!r}"),
        (not comment.text, "text is empty"),
        (not 0 < comment.minutes <= limit, f"minute {comment.minutes} is outside 1 to {limit:.0f}"),
        (comment.up < 0 or comment.down < 0, "votes cannot be negative"),
        ((edited is None) != (comment.edited_text_before is None), "edited_minutes and edited_text_before go together"),
        (edited is not None and edited <= comment.minutes, "edited before it was written"),
        (comment.state not in STATES, f"unknown state {comment.state!r}"),
        (not set(comment.asks) <= speakers - {comment.author}, "asks: others than its author, whom the paper knows"),
        (bool(comment.source) and not comment.source.startswith("https://"), "source: an https address"),
        (comment.language not in LANGUAGES, f"unknown language {comment.language!r}"),
    )
    for is_wrong, why in faults:
        if is_wrong:
            raise ContentError(f"{where}: {why}")


def _check_fresh(comment: DemoComment, *, where: str, heard: dict[str, str]) -> None:
    for sentence in sentences(comment.text):
        if sentence.count(" ") + 1 >= REPEAT_WORDS:
            if sentence in heard:
                raise ContentError(f"{where}: sentence was already written at {heard[sentence]}: {sentence}")
            heard[sentence] = where
