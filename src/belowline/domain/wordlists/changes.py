"""A change of a list: does it fire on texts that are in order, and have two people agreed?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from belowline.domain.match_view import match_view
from belowline.domain.second_person import Second, may_decide
from belowline.domain.wordlists.entries import UNCONFIRMED_FOR, Entry
from belowline.domain.wordlists.matching import Matcher

# A new entry that fires on more than one of a thousand texts in order is refused.
BENIGN_SHARE_MAX: Final = 0.001
# So many texts that one of them is not yet too much; with fewer the share says nothing.
BENIGN_TEXTS_MIN: Final = 1_000


@dataclass(frozen=True, slots=True)
class Fired:
    """In how many of the texts an entry fired, and where it did first (their numbers in the corpus)."""

    entry: Entry
    texts: int
    examples: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BenignReport:
    """`fired` has a line for each entry, in their order; `innocent` are those whose term is in innocent.tsv."""

    texts: int
    fired: tuple[Fired, ...]
    innocent: tuple[Entry, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Were there texts enough to judge by?"""
        return self.texts >= BENIGN_TEXTS_MIN

    @property
    def refused(self) -> tuple[Fired, ...]:
        """Entries that fire too often, most first. Of few texts a single one may be chance: it takes two."""
        allowed = max(BENIGN_SHARE_MAX * self.texts, 0 if self.is_enough else 1)
        return tuple(sorted((one for one in self.fired if one.texts > allowed), key=lambda one: -one.texts))


def benign_check(entries: Iterable[Entry], corpus: Iterable[str]) -> BenignReport:
    """How often each new entry fires on texts that are in order: the site's own approved comments, 5,000 of them."""
    entries = tuple(entries)
    matcher = Matcher(entries)
    numbers = {id(entry): number for number, entry in enumerate(entries)}
    found: list[list[int]] = [[] for _ in entries]
    texts = 0
    for texts, text in enumerate(corpus, 1):
        for number in {numbers[id(hit.entry)] for hit in matcher.find(match_view(text))}:
            found[number].append(texts - 1)
    fired = (Fired(entry, len(some), tuple(some[:3])) for entry, some in zip(entries, found, strict=True))
    return BenignReport(texts, tuple(fired), tuple(entry for entry in entries if matcher.is_innocent(entry)))


class ChangeState(StrEnum):
    IN_FORCE = "in_force"
    HOLD_ONLY = "hold_only"
    LAPSED = "lapsed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ChangeDecision:
    """`until` with hold-only, `code` with a refusal: list_term_common, list_term_innocent, or one of Second."""

    state: ChangeState
    until: datetime | None = None
    code: str = ""
    is_alone: bool = False  # in force without a second person, which is recorded and published


def decide_change(
    proposed_by: int,
    confirmed_by: int | None,
    report: BenignReport,
    now: datetime,
    *,
    proposed_at: datetime | None = None,
    holder_ids: frozenset[int] = frozenset(),
) -> ChangeDecision:
    """What becomes of a change that one person proposed (at `proposed_at`, or now) and another may have confirmed.

    `holder_ids` are those who hold the right to confirm, as in second_person.may_decide; empty: whoever confirmed does.
    """
    if report.innocent:
        return ChangeDecision(ChangeState.REFUSED, code="list_term_innocent")
    if report.refused:
        return ChangeDecision(ChangeState.REFUSED, code="list_term_common")
    asked_at = proposed_at or now
    if confirmed_by is None:
        until = asked_at + UNCONFIRMED_FOR
        return ChangeDecision(ChangeState.HOLD_ONLY, until) if now < until else ChangeDecision(ChangeState.LAPSED)
    holders = holder_ids or frozenset({proposed_by, confirmed_by})
    second = may_decide(decider_id=confirmed_by, asker_id=proposed_by, asked_at=asked_at, now=now, holder_ids=holders)
    if second in (Second.ALLOWED, Second.ALONE):
        return ChangeDecision(ChangeState.IN_FORCE, is_alone=second is Second.ALONE)
    return ChangeDecision(ChangeState.REFUSED, code=second)
