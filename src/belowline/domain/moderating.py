"""Queues and acts of moderation: which there are, and what may follow what."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


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


# Reports that cannot wait for their turn, before those of every day.
URGENT_CODES = frozenset({"private", "illegal", "follows", "hate", "personal_data", "listed_words"})
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
