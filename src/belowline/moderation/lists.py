"""The lists of words as the newsroom keeps them: the shipped ones, with what two people have added and taken away.

One person alone may add a word in the middle of a raid: it holds texts at once, and is gone after a day unless somebody
else agrees. Before that it is tried on what the site has published: a word that fires on texts in order is refused.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db.models import Max, Q

from belowline.discussion.models import Revision
from belowline.domain.commenting import CommentState, Refused
from belowline.domain.moderating import ActKind
from belowline.domain.second_person import Second, may_decide
from belowline.domain.wordlists import (
    LANGUAGES,
    BenignReport,
    Entry,
    Kind,
    Match,
    Matcher,
    Severity,
    Target,
    as_hold_only,
    benign_check,
    in_force,
    shipped_list,
    term_problem,
)
from belowline.domain.wordlists.entries import folded_words
from belowline.moderation.acts import record
from belowline.moderation.models import ListChange
from belowline.moderation.roles import moderator_ids
from belowline.storage.turns import one_at_a_time
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# moderation.md, section 9: the texts in order that a new word is tried on.
BENIGN_TEXTS = 5_000
NOTE_CHARACTERS = 300
# So long somebody else may agree. An addition counts for the first day of it.
PENDING_FOR = timedelta(days=7)
# The list that a newsroom keeps itself is at most so long; each is looked for in every text.
CHANGES_MAX = 5_000


UNFIT = {
    one.code: one
    for one in (
        Refused("term_empty", status=422),
        Refused("term_too_long", status=422),
        Refused("term_pattern", status=422),
        Refused("term_letters", status=422),
        Refused("term_words", status=422),
    )
}
NOT_THIS_PERSON = {
    Second.NEEDS_ANOTHER: Refused("second_person_needed", status=409),
    Second.TOO_EARLY: Refused("second_person_wait", status=409),
    Second.NO_RIGHT: Refused("second_person_no_right", status=409),
}


@dataclass(frozen=True, slots=True)
class Current:
    """The list of a language as it counts now, `until` a word of it lapses. `version` names it in findings."""

    matcher: Matcher
    version: str
    entries: tuple[Entry, ...]
    revision: int
    until: datetime | None


def current(language: str, *, now: datetime) -> Current:
    """Empty for a language without a list. One query; the list is read anew only after a change."""
    if language not in LANGUAGES:
        return _EMPTY
    newest = ListChange.objects.filter(language=language).aggregate(newest=Max("revision"))["newest"] or 0
    known = _read.get(language)
    if known is None or known.revision != newest or (known.until is not None and now >= known.until):
        known = _read[language] = _made(language, now=now)
    return known


def propose(change: Entry, *, is_removal: bool, actor_id: int, now: datetime) -> int | Refused:
    """The change's id. An addition counts from now on as hold-only; a removal waits for a second person."""
    found = _objection(change, is_removal=is_removal, now=now)
    if isinstance(found, Refused):
        return found
    # Read before the transaction: nobody's comment waits for five thousand texts.
    report = BenignReport(0, ()) if is_removal else benign_check([change], _texts_in_order(change.language))
    refused = _refused(report)
    return refused or write(lambda: _store(change, report, is_removal=is_removal, actor_id=actor_id, now=now))


def confirm(change_id: int, *, actor_id: int, now: datetime) -> Refused | None:
    """None: it is in force, by another person than who proposed it, or a day later by the only one there is."""
    return write(lambda: _decide(change_id, actor_id=actor_id, is_agreed=True, now=now))


def withdraw(change_id: int, *, actor_id: int, now: datetime) -> Refused | None:
    """None: it counts no more. Whoever may confirm it may turn it down, and who proposed it may take it back."""
    return write(lambda: _decide(change_id, actor_id=actor_id, is_agreed=False, now=now))


def pending(language: str, *, now: datetime) -> list[ListChange]:
    """What waits for a second person, the newest first; an addition that is older than a day does not count meanwhile."""
    proposed = ListChange.objects.filter(language=language, state=ListChange.PROPOSED)
    return list(proposed.filter(_still_open(now)).select_related("proposed_by").order_by("-pk"))


def entry_of(change: ListChange) -> Entry:
    return Entry(
        term=change.term,
        kind=Kind(change.kind),
        severity=Severity(change.severity),
        match=Match(change.match),
        added_on=change.proposed_at.date(),
        source="newsroom",
        target=Target(change.target),
        note=change.note,
        language=change.language,
    )


def key_of(entry: Entry) -> tuple[Match, tuple[str, ...]]:
    """What makes two entries the same."""
    return entry.match, entry.folded_words()


_EMPTY = Current(Matcher(()), "", (), 0, None)
_read: dict[str, Current] = {}


@functools.lru_cache(maxsize=len(LANGUAGES))
def _matcher(entries: tuple[Entry, ...]) -> Matcher:
    return Matcher(entries)


def _made(language: str, *, now: datetime) -> Current:
    changes = list(ListChange.objects.filter(language=language).order_by("decided_at", "pk"))
    entries = {key_of(one): one for one in shipped_list(language).entries}
    for change in changes:
        if change.state == ListChange.IN_FORCE:
            entry = entry_of(change)
            entries.pop(key_of(entry), None)
            if not change.is_removal:
                entries[key_of(entry)] = entry
    for change in changes:
        if change.state == ListChange.PROPOSED and not change.is_removal:
            entry = as_hold_only(entry_of(change), change.proposed_at)
            entries.setdefault(key_of(entry), entry)
    count = tuple(one for one in entries.values() if in_force(one, now))
    digest = sha256(repr([replace(one, expires_at=None) for one in count]).encode()).hexdigest()
    return Current(
        _matcher(count),
        f"{language} {digest[:8]}",
        count,
        max((one.revision for one in changes), default=0),
        min((one.expires_at for one in count if one.expires_at is not None), default=None),
    )


def _objection(change: Entry, *, is_removal: bool, now: datetime) -> Refused | None:
    if change.language not in LANGUAGES:
        return Refused("list_language", status=422)
    problem = term_problem(change.term, change.match)
    if problem:
        return UNFIT[problem]
    if len(change.note) > NOTE_CHARACTERS:
        return Refused("list_note_long", status=422)
    is_listed = key_of(change) in {key_of(one) for one in current(change.language, now=now).entries}
    if is_removal:
        return None if is_listed else Refused("list_term_missing", status=409)
    return Refused("list_term_known", status=409) if is_listed else None


def _texts_in_order(language: str) -> Iterator[str]:
    """The newest published comments of discussions in that language."""
    newest = Revision.objects.filter(
        comment__thread__language__startswith=language, comment__state=CommentState.PUBLISHED
    ).order_by("-pk")
    return newest.values_list("source", flat=True)[:BENIGN_TEXTS].iterator(chunk_size=500)


def _refused(report: BenignReport) -> Refused | None:
    if report.innocent:
        return Refused("list_term_innocent", status=422)
    return Refused("list_term_common", status=422) if report.refused else None


def _store(change: Entry, report: BenignReport, *, is_removal: bool, actor_id: int, now: datetime) -> int | Refused:
    one_at_a_time(f"list {change.language}")
    same = ListChange.objects.filter(language=change.language, state=ListChange.PROPOSED, is_removal=is_removal)
    if any(key_of(entry_of(one)) == key_of(change) for one in same.filter(_still_open(now))):
        return Refused("list_term_known", status=409)
    if ListChange.objects.filter(language=change.language).count() >= CHANGES_MAX:
        return Refused("list_full", status=409)
    stored = ListChange.objects.create(
        language=change.language,
        revision=_next_revision(change.language),
        is_removal=is_removal,
        term=change.term,
        kind=change.kind.value,
        severity=int(change.severity),
        match=change.match.value,
        target=change.target.value,
        note=change.note,
        state=ListChange.PROPOSED,
        texts=report.texts,
        fired=sum(one.texts for one in report.fired),
        proposed_by_id=actor_id,
        proposed_at=now,
    )
    _record(ActKind.LIST_PROPOSE, stored, actor_id=actor_id, now=now)
    return stored.pk


def _decide(change_id: int, *, actor_id: int, is_agreed: bool, now: datetime) -> Refused | None:
    change = ListChange.objects.filter(pk=change_id).first()
    if change is None:
        return Refused("list_change_over", status=409)
    one_at_a_time(f"list {change.language}")
    change.refresh_from_db()
    if change.state != ListChange.PROPOSED or now >= change.proposed_at + PENDING_FOR:
        return Refused("list_change_over", status=409)
    second = Second.ALLOWED
    if is_agreed:
        second = may_decide(
            decider_id=actor_id,
            asker_id=change.proposed_by_id,
            asked_at=change.proposed_at,
            now=now,
            holder_ids=moderator_ids(),
        )
        if second not in {Second.ALLOWED, Second.ALONE}:
            return NOT_THIS_PERSON[second]
    change.state = ListChange.IN_FORCE if is_agreed else ListChange.WITHDRAWN
    change.decided_by_id, change.decided_at = actor_id, now
    change.is_alone = second is Second.ALONE
    change.revision = _next_revision(change.language)
    change.save()
    _record(ActKind.LIST_CONFIRM if is_agreed else ActKind.LIST_WITHDRAW, change, actor_id=actor_id, now=now)
    return None


def _still_open(now: datetime) -> Q:
    return Q(proposed_at__gt=now - PENDING_FOR)


def _next_revision(language: str) -> int:
    newest: int | None = ListChange.objects.filter(language=language).aggregate(newest=Max("revision"))["newest"]
    return (newest or 0) + 1


def _record(kind: ActKind, change: ListChange, *, actor_id: int, now: datetime) -> None:
    detail = {"change": change.pk, "language": change.language, "is_removal": change.is_removal}
    record(kind, actor_id=actor_id, detail=detail | {"is_alone": change.is_alone}, now=now)


def matching(entries: Iterable[Entry], wanted: str) -> list[Entry]:
    """Those that hold the words looked for, in the order of the alphabet; all of them for nothing."""
    sought = " ".join(folded_words(wanted))
    found = [one for one in entries if sought in " ".join(one.folded_words())]
    return sorted(found, key=lambda one: one.folded_words())
