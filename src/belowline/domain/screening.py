"""The pipeline: named phases in order; the strictest answer wins; every reason that fired is kept.

A phase is a function of plain facts. It answers with a Finding or None (no opinion). The moderation floor chooses the
phases and their limits; posting stores what they found with the revision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from belowline.domain.commenting import ReaderKind, ThreadMode


class Outcome(IntEnum):
    """Ordered by strictness."""

    PUBLISH = 0
    HOLD = 1
    REFUSE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """code is stable and published; evidence is for moderators: numbers and ids, never another person's text."""

    phase: str
    outcome: Outcome
    code: str
    evidence: dict[str, int | str] = field(default_factory=dict)


class Guests(StrEnum):
    """What a site does with comments of guests; `off` takes none, which is decided before."""

    PUBLISH = "publish"
    CONFIRM = "confirm"
    HOLD = "hold"
    OFF = "off"


# Its author can resolve this one, by the link in a mail; no moderator sees it before.
UNCONFIRMED = "guest_unconfirmed"


@dataclass(frozen=True, slots=True)
class ScreeningFacts:
    """`is_confirmed`: the guest has shown that the address is theirs. `can_be_asked`: a mail can be sent there."""

    links: int
    characters: int
    mode: ThreadMode
    reader_kind: ReaderKind
    guests: Guests
    published_before: int
    same_text_by_author: int
    is_honeypot_filled: bool = False
    is_confirmed: bool = False
    can_be_asked: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    findings: tuple[Finding, ...]


Phase = Callable[[ScreeningFacts], Finding | None]

# mail-and-spam.md, "Links": more than two links wait for a moderator while the author is new.
NEW_AUTHOR_LINKS = 2
NEW_AUTHOR_COMMENTS = 3
ANY_AUTHOR_LINKS = 10


def honeypot(facts: ScreeningFacts) -> Finding | None:
    return Finding("honeypot", Outcome.HOLD, "hidden_field_filled") if facts.is_honeypot_filled else None


def links(facts: ScreeningFacts) -> Finding | None:
    is_new = facts.published_before < NEW_AUTHOR_COMMENTS
    limit = NEW_AUTHOR_LINKS if is_new else ANY_AUTHOR_LINKS
    if facts.links <= limit:
        return None
    return Finding("links", Outcome.HOLD, "many_links", {"links": facts.links, "limit": limit})


def repeats(facts: ScreeningFacts) -> Finding | None:
    """The same text twice by one author in one thread is a double post: refused with a pointer, not a sanction."""
    if not facts.same_text_by_author:
        return None
    return Finding("repeats", Outcome.REFUSE, "same_text", {"comment": facts.same_text_by_author})


def guests(facts: ScreeningFacts) -> Finding | None:
    """Nobody waits for ever: whom no mail reaches waits for a moderator."""
    if facts.reader_kind is not ReaderKind.GUEST or facts.guests is Guests.PUBLISH:
        return None
    if facts.guests is Guests.CONFIRM and facts.is_confirmed:
        return None
    is_asked = facts.guests is Guests.CONFIRM and facts.can_be_asked
    return Finding("guests", Outcome.HOLD, UNCONFIRMED if is_asked else "guest_awaits_moderator")


def premoderation(facts: ScreeningFacts) -> Finding | None:
    is_held = facts.mode is ThreadMode.PREMODERATED
    return Finding("premoderation", Outcome.HOLD, "thread_premoderated") if is_held else None


PHASES: tuple[Phase, ...] = (honeypot, links, repeats, guests, premoderation)


def screen(facts: ScreeningFacts, *, phases: Sequence[Phase] = PHASES) -> Verdict:
    findings = tuple(finding for phase in phases if (finding := phase(facts)) is not None)
    return Verdict(max((f.outcome for f in findings), default=Outcome.PUBLISH), findings)
