"""Raid mode: newcomers and guests wait, their links are refused, whoever has a history here goes on talking
(domain.screening). It ends by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.discussion.models import Thread
from belowline.domain.commenting import Refused
from belowline.domain.keeping import decide_raid
from belowline.domain.moderating import ActKind
from belowline.moderation.acts import record
from belowline.moderation.models import Raid, RaidAlarm
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Running:
    """Raid mode that is on: in one discussion, or everywhere (no thread)."""

    thread_id: int | None
    began_at: datetime
    until: datetime
    by: str


def begin(thread_id: int | None, *, until: datetime, actor_id: int, cause: str, now: datetime) -> Refused | None:
    """None: it is on until then. Begun while it is on, it lasts until the new time."""

    def change() -> Refused | None:
        if thread_id is not None and not Thread.objects.filter(pk=thread_id, merged_into=None).exists():
            return Refused("thread_missing", status=404)
        refused = decide_raid(until=until, now=now)
        if refused is not None:
            return refused
        act = record(
            ActKind.RAID_BEGIN,
            actor_id=actor_id,
            thread_id=thread_id,
            cause=cause,
            detail={"until": until.isoformat()},
            now=now,
        )
        if not _open(thread_id, now=now).update(until=until, act=act):
            Raid.objects.create(thread_id=thread_id, began_at=now, until=until, act=act)
        # Whoever switches it on has answered every proposal that it covers.
        RaidAlarm.objects.filter(**({} if thread_id is None else {"thread": thread_id})).delete()
        return None

    return write(change)


def end(thread_id: int | None, *, actor_id: int, now: datetime) -> Refused | None:
    """None: it is off. Refused when it was off already: a colleague was faster, or its time was over."""

    def change() -> Refused | None:
        if not _open(thread_id, now=now).update(ended_at=now):
            return Refused("raid_over", status=409)
        record(ActKind.RAID_END, actor_id=actor_id, thread_id=thread_id, now=now)
        return None

    return write(change)


def running(now: datetime) -> list[Running]:
    """Everywhere first, then the discussions, the newest first."""
    found = Raid.objects.filter(ended_at=None, until__gt=now).select_related("act__actor").order_by("-pk")
    rows = [
        Running(one.thread_id, one.began_at, one.until, one.act.actor.name if one.act.actor is not None else "")
        for one in found
    ]
    return sorted(rows, key=lambda one: one.thread_id is not None)


def _open(thread_id: int | None, *, now: datetime) -> QuerySet[Raid]:
    return Raid.objects.filter(thread=thread_id, ended_at=None, until__gt=now)
