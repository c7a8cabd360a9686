"""Who is told what, and when. Times are aware; hours are those of the reader's own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class About(StrEnum):
    """What a subscription is about. In the order in which one comment is told to somebody who has several."""

    REPLIES = "replies"
    MENTION = "mention"
    SOURCE = "source"
    ANSWERS = "answers"
    PASSAGE = "passage"
    BRANCH = "branch"
    STAFF = "staff"
    THREAD = "thread"
    TOPIC = "topic"
    AUTHOR = "author"


class Often(StrEnum):
    OFF = "off"
    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"


# mail-and-spam.md: an edit within the first minutes is told in its new words, a removal not at all.
GRACE = timedelta(minutes=5)
# Digests are there when people get up; weekly ones on Monday.
DIGEST_HOUR = 8
MONDAY = 0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`quiet_from` and `quiet_until` are hours of the day (0 to 23), equal when no hour is quiet."""

    often: Often
    zone: str = "UTC"
    quiet_from: int = 0
    quiet_until: int = 0


def due_at(rhythm: Rhythm, *, now: datetime) -> datetime | None:
    """When a mail about something that happened now may go out; None for never."""
    zone = ZoneInfo(rhythm.zone)
    if rhythm.often is Often.OFF:
        return None
    earliest = now + GRACE
    if rhythm.often is Often.NOW:
        return _after_quiet(earliest, rhythm, zone)
    digest = _next_hour(earliest, DIGEST_HOUR, zone)
    while rhythm.often is Often.WEEKLY and digest.astimezone(zone).weekday() != MONDAY:
        digest = _next_hour(digest + timedelta(hours=1), DIGEST_HOUR, zone)
    return digest


def next_digest(rhythm: Rhythm, *, now: datetime) -> datetime:
    """When those go out that are too many for one day."""
    return _next_hour(now, DIGEST_HOUR, ZoneInfo(rhythm.zone))


def _after_quiet(at: datetime, rhythm: Rhythm, zone: ZoneInfo) -> datetime:
    hour = at.astimezone(zone).hour
    start, end = rhythm.quiet_from, rhythm.quiet_until
    is_quiet = start <= hour < end if start < end else start != end and (hour >= start or hour < end)
    return _next_hour(at, end, zone) if is_quiet else at


def _next_hour(at: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """The next full `hour` of the zone at or after `at`. Where the clock leaves that hour out, the hour after it."""
    day = at.astimezone(zone).date()
    while True:
        found = datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
        if found >= at:
            return found
        day += timedelta(days=1)
