"""How moderators keep one discussion: its mode, its pace and hours, its end, and raid mode."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from belowline.domain.commenting import Refused, ThreadMode

# Between two comments of one reader; a day is the longest (models.ThreadRules).
SLOW_MAX_SECONDS = 86_400
REASON_CHARACTERS = 300
# Raid mode ends by itself; whoever needs it for longer switches it on again.
RAID_MIN, RAID_MAX = timedelta(minutes=10), timedelta(days=7)
# Further away nobody has thought about it.
END_MAX = timedelta(days=3660)
_MINUTE = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Keeping:
    """What moderators want of a discussion. `mode` None: as its subject says. `reason` is public. `opens` and `closes` are
    minutes of the newsroom's day, both or none."""

    mode: ThreadMode | None = None
    reason: str = ""
    slow_seconds: int = 0
    opens: int | None = None
    closes: int | None = None
    ends_at: datetime | None = None


def decide_keeping(wanted: Keeping, *, now: datetime) -> Refused | None:
    """None: yes. Readers are told why whenever moderators restrict who may write."""
    if wanted.mode not in {None, ThreadMode.OPEN} and not wanted.reason.strip():
        return Refused("keeping_reason_missing", status=422)
    if len(wanted.reason) > REASON_CHARACTERS:
        return Refused("keeping_reason_long", status=422)
    if not 0 <= wanted.slow_seconds <= SLOW_MAX_SECONDS:
        return Refused("keeping_slow", status=422)
    if (wanted.opens is None) != (wanted.closes is None) or (
        wanted.opens is not None and wanted.opens == wanted.closes
    ):
        return Refused("keeping_hours", status=422)
    if wanted.ends_at is not None and not now < wanted.ends_at <= now + END_MAX:
        return Refused("keeping_end", status=422)
    return None


def decide_raid(*, until: datetime, now: datetime) -> Refused | None:
    return None if RAID_MIN <= until - now <= RAID_MAX else Refused("raid_until", status=422)


def minute_of_day(text: str) -> int | None:
    """From "HH:MM", as a time field sends it; None for anything else."""
    match = _MINUTE.fullmatch(text)
    return int(match[1]) * 60 + int(match[2]) if match else None


def clock_time(minute: int) -> str:
    """The other way round."""
    return f"{minute // 60:02}:{minute % 60:02}"
