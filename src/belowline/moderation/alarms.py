"""Raid mode is proposed where newcomers write more, or readers report more, than is normal in that discussion.

The clock looks every minute at the last half hour: one query says where much happened at all, and only there it is
counted who wrote, and what is normal. Nothing is done but said; a person switches raid mode on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from belowline.discussion.actions.facts import microseconds
from belowline.discussion.models import Thread
from belowline.domain.alarms import LEAST, NORMAL, WINDOW, departs, usual_in_window
from belowline.domain.commenting import Refused
from belowline.domain.moderating import ActKind
from belowline.domain.readers import KNOWN_AFTER
from belowline.moderation.acts import record
from belowline.moderation.models import Raid, RaidAlarm
from belowline.storage.reading import snapshot
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

# A proposal that was not renewed for so long is none any more.
HOLDS_FOR = timedelta(minutes=15)
# Whoever said no is not asked again so soon.
QUIET_FOR = timedelta(hours=6)
# Who reports; strangers are many.
_WHO = "COALESCE(r.reporter_id, -r.id)"
POSTED = ("CommentPublished", "CommentHeld")


@dataclass(frozen=True, slots=True)
class Alarm:
    """More than is usual, in half an hour: comments of newcomers and guests, or else reports."""

    thread_id: int
    title: str
    is_posting: bool
    recent: int
    usual: int


def look(now: datetime) -> None:
    """The clock: renew what is proposed."""
    with snapshot() as cursor:
        found = [
            *_departing(cursor, RaidAlarm.POSTING, _busy(cursor, now), now=now),
            *_departing(cursor, RaidAlarm.FLAGGING, _reported(cursor, now), now=now),
        ]
    if found:
        write(lambda: _store(found, now=now))
    elif RaidAlarm.objects.exists():
        write(lambda: _forget(now))


def proposed(now: datetime, *, thread_id: int | None = None) -> list[Alarm]:
    """Where raid mode is proposed now, in all discussions or in one."""
    found = RaidAlarm.objects.filter(at__gt=now - HOLDS_FOR).exclude(quiet_until__gt=now).select_related("thread")
    if thread_id is not None:
        found = found.filter(thread=thread_id)
    return [
        Alarm(one.thread_id, one.thread.title, one.kind == RaidAlarm.POSTING, one.recent, one.usual)
        for one in found.order_by("-recent", "pk")
    ]


def decline(thread_id: int, *, actor_id: int, now: datetime) -> Refused | None:
    """It is no raid. Refused when nothing is proposed: a colleague was faster, or it is over."""

    def change() -> Refused | None:
        open_ones = RaidAlarm.objects.filter(thread=thread_id, at__gt=now - HOLDS_FOR).exclude(quiet_until__gt=now)
        if not open_ones.update(quiet_until=now + QUIET_FOR):
            return Refused("raid_over", status=409)
        record(ActKind.RAID_DECLINE, actor_id=actor_id, thread_id=thread_id, now=now)
        return None

    return write(change)


def _store(found: Sequence[RaidAlarm], *, now: datetime) -> None:
    _forget(now)
    running = set(Raid.objects.filter(ended_at=None, until__gt=now).values_list("thread", flat=True))
    if None in running:
        return
    for alarm in found:
        if alarm.thread_id not in running:
            values = {"kind": alarm.kind, "recent": alarm.recent, "usual": alarm.usual, "at": now}
            RaidAlarm.objects.update_or_create(thread_id=alarm.thread_id, defaults=values)


def _forget(now: datetime) -> None:
    RaidAlarm.objects.filter(at__lt=now - HOLDS_FOR - QUIET_FOR).delete()


def _busy(cursor: CursorWrapper, now: datetime) -> dict[int, int]:
    """Discussions in which much was written in the window, and how much of it by newcomers and guests."""
    cursor.execute(
        "SELECT thread_id FROM outbox_event WHERE recorded_at > %s AND kind IN (%s, %s) AND thread_id IS NOT NULL "
        "GROUP BY thread_id HAVING count(*) >= %s",
        [_moment(cursor, now - WINDOW), *POSTED, LEAST],
    )
    threads = [row[0] for row in cursor.fetchall()]
    return {pk: _by_newcomers(cursor, pk, now=now) for pk in threads}


def _by_newcomers(cursor: CursorWrapper, thread_id: int, *, now: datetime) -> int:
    """Of members who were not a day old when the window began, and of everybody without an account."""
    cursor.execute(
        "SELECT count(*) FROM discussion_comment c JOIN accounts_reader r ON r.id = c.author_id "
        "WHERE c.thread_id = %s AND c.time_key > %s AND (r.kind = 'guest' OR r.joined_at > %s)",
        [thread_id, microseconds(now - WINDOW), _moment(cursor, now - WINDOW - KNOWN_AFTER)],
    )
    count: int = cursor.fetchone()[0]
    return count


def _reported(cursor: CursorWrapper, now: datetime) -> dict[int, int]:
    """Discussions in which much was reported in the window; a reader who reports ten comments is one."""
    cursor.execute(
        f"SELECT c.thread_id, count(DISTINCT {_WHO}) FROM discussion_report r "
        "JOIN discussion_comment c ON c.id = r.comment_id WHERE r.at > %s GROUP BY c.thread_id",
        [_moment(cursor, now - WINDOW)],
    )
    return {thread_id: count for thread_id, count in cursor.fetchall() if count >= LEAST}


def _departing(cursor: CursorWrapper, kind: str, recent: dict[int, int], *, now: datetime) -> Iterable[RaidAlarm]:
    for thread_id, count in recent.items():
        if count < LEAST:
            continue
        usual = _usual(cursor, kind, thread_id, now=now)
        if departs(count, usual=usual):
            yield RaidAlarm(thread_id=thread_id, kind=kind, recent=count, usual=round(usual), at=now)


def _usual(cursor: CursorWrapper, kind: str, thread_id: int, *, now: datetime) -> float:
    """In half an hour of the week before, or of the discussion's life: reports, or the comments of everybody."""
    opened = Thread.objects.values_list("created_at", flat=True).get(pk=thread_id)
    since, until = max(opened, now - NORMAL), now - WINDOW
    if since >= until:
        return usual_in_window(0, over=WINDOW)
    if kind == RaidAlarm.POSTING:
        cursor.execute(
            "SELECT count(*) FROM discussion_comment WHERE thread_id = %s AND time_key > %s AND time_key <= %s",
            [thread_id, microseconds(since), microseconds(until)],
        )
    else:
        cursor.execute(
            f"SELECT count(DISTINCT {_WHO}) FROM discussion_report r JOIN discussion_comment c ON c.id = r.comment_id "
            "WHERE c.thread_id = %s AND r.at > %s AND r.at <= %s",
            [thread_id, _moment(cursor, since), _moment(cursor, until)],
        )
    return usual_in_window(cursor.fetchone()[0], over=until - since)


def _moment(cursor: CursorWrapper, at: datetime) -> Any:
    return cursor.db.ops.adapt_datetimefield_value(at)
