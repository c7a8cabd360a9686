"""What readers ask of the newsroom at a passage, what may become of it, and how well it is answered. The time is an
argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING

from belowline.domain.commenting import Refused
from belowline.domain.markup.links import web_target

if TYPE_CHECKING:
    from collections.abc import Iterable


class Kind(StrEnum):
    """What is asked for. In the order of the form."""

    SOURCE = "source"
    DISPUTE = "dispute"
    PLACE = "place"
    WORDING = "wording"
    TRANSLATION = "translation"


class State(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    DECLINED = "declined"
    DUPLICATE = "duplicate"


class Act(StrEnum):
    """What the newsroom does to a request."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    DECLINE = "decline"
    DUPLICATE = "duplicate"
    REOPEN = "reopen"


WAITING = frozenset({State.OPEN, State.ACKNOWLEDGED})

# Which state follows which. What was answered stays answered: a better answer takes the place of the first one. What was
# declined may still be answered; what was called a duplicate by mistake is opened again.
FOLLOWS = {
    State.OPEN: {
        Act.ACKNOWLEDGE: State.ACKNOWLEDGED,
        Act.ANSWER: State.ANSWERED,
        Act.DECLINE: State.DECLINED,
        Act.DUPLICATE: State.DUPLICATE,
    },
    State.ACKNOWLEDGED: {
        Act.ANSWER: State.ANSWERED,
        Act.DECLINE: State.DECLINED,
        Act.DUPLICATE: State.DUPLICATE,
    },
    State.ANSWERED: {Act.ANSWER: State.ANSWERED},
    State.DECLINED: {Act.ANSWER: State.ANSWERED},
    State.DUPLICATE: {Act.REOPEN: State.OPEN},
}

# newsroom.md: "open > 48 h turns amber on the desk".
AMBER_AFTER = timedelta(hours=48)
# The public rate looks back so many whole days (UTC), and counts today.
RATE_DAYS = 30
# Nobody reads a longer reason beside a passage.
REASON_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Impossible:
    """An act of the desk that cannot be done; the code of its sentence."""

    code: str


@dataclass(frozen=True, slots=True)
class ActFacts:
    """`version` is the stored one, `seen_version` that of the form. `target_state` is that of the request that this one
    repeats, None where there is no such request; `is_target_here`: it is about the same article, and another one.
    `is_asked_elsewhere`: the same kind was asked for anew at this passage meanwhile, and waits."""

    state: State
    version: int
    seen_version: int
    has_text: bool = False
    target_state: State | None = None
    is_target_here: bool = False
    is_asked_elsewhere: bool = False


def decide_act(act: Act, facts: ActFacts) -> State | Impossible:
    """The state that follows. Two editors never both act: whoever saw an older version is told so."""
    if facts.version != facts.seen_version:
        return Impossible("request_changed")
    after = FOLLOWS[facts.state].get(act)
    if after is None:
        return Impossible("request_duplicate" if facts.state is State.DUPLICATE else "request_settled")
    if act is Act.ANSWER and not facts.has_text:
        return Impossible("answer_empty")
    if act is Act.DECLINE and not facts.has_text:
        return Impossible("reason_empty")
    if act is Act.DUPLICATE:
        return _decide_duplicate(facts)
    if act is Act.REOPEN and facts.is_asked_elsewhere:
        return Impossible("request_asked_anew")
    return after


def _decide_duplicate(facts: ActFacts) -> State | Impossible:
    if facts.target_state is None or not facts.is_target_here:
        return Impossible("duplicate_unknown")
    if facts.target_state is State.DUPLICATE:
        return Impossible("duplicate_of_duplicate")
    return State.DUPLICATE


@dataclass(frozen=True, slots=True)
class AskFacts:
    """`waiting` is the state of the request that waits at this passage, None for none; `was_settled`: the newsroom has
    answered or declined one of this kind here. `is_known`: a member, or a guest whose address is confirmed."""

    kind: Kind
    waiting: State | None = None
    was_settled: bool = False
    has_asked: bool = False
    has_words: bool = False
    is_known: bool = False


def decide_asking(facts: AskFacts) -> Refused | None:
    """Whether somebody may ask for this; None when they may. Who joins others needs no words, who begins does, unless it
    is for a source, and who asks again says what the answer lacks. Words are a comment, which waits where others do;
    without any there is nothing that could wait, so nobody unknown asks without."""
    if facts.has_asked and not facts.has_words:
        return Refused("asked_already", status=409)
    if facts.has_words:
        return None
    if not facts.is_known:
        return Refused("asking_unknown", status=403)
    if facts.waiting is not None:
        return None
    if facts.was_settled:
        return Refused("asking_again", status=409)
    if facts.kind is not Kind.SOURCE:
        return Refused("asking_empty", status=422)
    return None


def is_amber(state: State, *, opened_at: datetime, now: datetime) -> bool:
    """Nobody of the newsroom has said a word for 48 hours."""
    return state is State.OPEN and now - opened_at >= AMBER_AFTER


@dataclass(frozen=True, slots=True)
class Spell:
    """One public request for the rate."""

    state: State
    opened_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswerRate:
    """Of `asked` requests so many were `answered`, half of these within `median_wait` (None for no answer)."""

    asked: int
    answered: int
    median_wait: timedelta | None = None


def rate_since(now: datetime) -> datetime:
    """Where the window of the rate begins. It moves at midnight alone, so that a page says the same all day."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=RATE_DAYS)


def answer_rate(spells: Iterable[Spell], *, now: datetime) -> AnswerRate:
    """Of all requests that readers opened in the window. What repeats another counts with that one; what was declined
    was asked and not answered, whatever the reason."""
    since = rate_since(now)
    counted = [one for one in spells if one.opened_at >= since and one.state is not State.DUPLICATE]
    waits = [
        (one.answered_at - one.opened_at).total_seconds()
        for one in counted
        if one.state is State.ANSWERED and one.answered_at is not None
    ]
    return AnswerRate(len(counted), len(waits), timedelta(seconds=median(waits)) if waits else None)


class Consent(StrEnum):
    """What may be published of a source that somebody offered."""

    NONE = "none"
    NAMELESS = "nameless"
    NAMED = "named"


class OfferState(StrEnum):
    OPEN = "open"
    PUBLISHED = "published"
    SETTLED = "settled"


# Words to the newsroom are those of a report of an error: as long as a letter that somebody reads.
OFFER_CHARACTERS, URL_CHARACTERS, CONTACT_CHARACTERS, NAME_CHARACTERS, NOTE_CHARACTERS = 2000, 1000, 254, 80, 500


def offer_refusal(*, words: str, url: str, name: str, consents: bool) -> Refused | None:
    """What is wrong with an offered source; None for nothing. All are trimmed."""
    target = web_target(url) if url else ""
    if not words:
        return Refused("text_empty", status=422)
    if len(words) > OFFER_CHARACTERS:
        return Refused("offer_long", status=422)
    if target is None or len(target) > URL_CHARACTERS:
        return Refused("offer_link", status=422)
    if len(name) > NAME_CHARACTERS:
        return Refused("offer_name_long", status=422)
    if name and not consents:
        return Refused("offer_consent", status=422)
    return None


def decide_publishing_offer(
    state: OfferState, consent: Consent, *, version: int, seen_version: int, url: str, note: str
) -> OfferState | Impossible:
    """Nothing of an offer is public without its sender's consent."""
    if version != seen_version:
        return Impossible("offer_changed")
    if consent is Consent.NONE:
        return Impossible("offer_no_consent")
    if not url and not note:
        return Impossible("offer_nothing_to_show")
    return OfferState.PUBLISHED
