"""Queues and acts of moderation: which there are, and what may follow what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from belowline.domain.commenting import Refused


class Queue(StrEnum):
    """UNCONFIRMED waits for its author's click, and for a moderator while no mail goes out. DOUBTS are published."""

    HELD = "held"
    REPORTED = "reported"
    DOUBTS = "doubts"
    UNCONFIRMED = "unconfirmed"


class ActKind(StrEnum):
    """What staff do, and rules in their stead."""

    APPROVE = "approve"
    REJECT = "reject"
    REMOVE = "remove"
    RESTORE = "restore"
    LEAVE = "leave"
    STANDING = "standing"
    RAID_BEGIN = "raid_begin"
    RAID_END = "raid_end"
    THREAD_RULES = "thread_rules"
    RAID_DECLINE = "raid_decline"
    THREAD_END = "thread_end"
    URGENT_HIDE = "urgent_hide"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_OVERTURNED = "appeal_overturned"
    LIST_PROPOSE = "list_propose"
    LIST_CONFIRM = "list_confirm"
    LIST_WITHDRAW = "list_withdraw"
    UNDO = "undo"


# What can be decided about one comment.
DECISIONS = frozenset({ActKind.APPROVE, ActKind.REJECT, ActKind.REMOVE, ActKind.RESTORE, ActKind.LEAVE})
# Acts that take something away from somebody, who is told.
RESTRICTIONS = frozenset({ActKind.REJECT, ActKind.REMOVE, ActKind.STANDING, ActKind.URGENT_HIDE})
ABOUT_DISCUSSIONS = frozenset(
    {ActKind.RAID_BEGIN, ActKind.RAID_END, ActKind.RAID_DECLINE, ActKind.THREAD_RULES, ActKind.THREAD_END}
)
# moderation.md, "The desk".
UNDO_FOR = timedelta(minutes=10)
# Long enough to read a long comment and what stands around it; whoever goes to lunch blocks nobody.
IN_HAND_FOR = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """`in_hand_of` is who has the case in hand until `in_hand_until`, None for nobody."""

    actor_id: int
    author_id: int
    in_hand_of: int | None
    in_hand_until: datetime | None


def decide_deciding(decision: str, facts: DecisionFacts, *, now: datetime) -> Refused | None:
    """May this moderator decide about this comment now? `Refused.until`: so long somebody else has it."""
    if decision not in DECISIONS:
        return Refused("act_unknown", status=400)
    if facts.actor_id == facts.author_id:
        return Refused("own_matter", status=403)
    is_taken = facts.in_hand_of not in {None, facts.actor_id}
    if is_taken and facts.in_hand_until is not None and now < facts.in_hand_until:
        return Refused("case_in_hand", status=409, until=facts.in_hand_until)
    return None


@dataclass(frozen=True, slots=True)
class UndoFacts:
    """`is_comment`: the act was about a comment, whose state it left as `left`; it is `state` now."""

    is_own: bool
    is_comment: bool
    was_undone: bool
    at: datetime
    left: str
    state: str


def decide_undoing(facts: UndoFacts, *, now: datetime) -> Refused | None:
    """Whoever did it may undo it for ten minutes, while nothing else has happened to the comment."""
    if not facts.is_own or not facts.is_comment:
        return Refused("act_not_yours", status=403)
    if facts.was_undone or facts.state != facts.left:
        return Refused("state_changed", status=409)
    return Refused("undo_too_late", status=409) if now > facts.at + UNDO_FOR else None


# Reports that cannot wait for their turn, before those of every day.
URGENT_CODES = frozenset(
    {
        "urgent_report",
        "about_me",
        "about_child",
        "private",
        "threat",
        "child",
        "intimate",
        "illegal",
        "follows",
        "hate",
        "personal_data",
        "listed_words",
    }
)
_CLASS = 1 << 61


def place(*, code: str, opened_us: int) -> int:
    """Where a case stands in its queue: urgent ones first, in each class the longest waiting first. Below 2^62, so that
    both databases compare one integer."""
    return opened_us + (0 if code in URGENT_CODES else _CLASS)


def opens_at(*, opens: int | None, closes: int | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """None while the discussion is open; else when it opens next. `opens` and `closes` are minutes of the day in `zone`;
    equal, or none: open all hours."""
    if opens is None or closes is None or opens == closes:
        return None
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    is_open = opens <= minute < closes if opens < closes else (minute >= opens or minute < closes)
    if is_open:
        return None
    day = local.date() if minute < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, time(opens // 60, opens % 60), zone)
