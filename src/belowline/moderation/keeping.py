"""How one discussion is kept: rules that moderators set, each time with an act, and the end that comes by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_noop

from belowline.discussion import actions
from belowline.discussion.models import Thread
from belowline.domain.commenting import Refused, ThreadMode
from belowline.domain.keeping import Keeping, decide_keeping
from belowline.domain.moderating import ActKind
from belowline.moderation.acts import record
from belowline.moderation.models import ThreadRules
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

# Public, in the reader's language (pages.thread.mode_notice).
OVER = gettext_noop("Its time is over.")
AT_ONCE = 200


def keeping_of(thread_id: int) -> Keeping | None:
    """None for a discussion that does not exist."""
    thread = Thread.objects.filter(pk=thread_id, merged_into=None).first()
    if thread is None:
        return None
    rules = ThreadRules.objects.filter(thread_id=thread_id).first() or ThreadRules()
    return Keeping(
        mode=ThreadMode(thread.mode) if thread.is_mode_kept else None,
        reason=thread.mode_reason if thread.is_mode_kept else "",
        slow_seconds=rules.slow_seconds,
        opens=rules.opens,
        closes=rules.closes,
        ends_at=rules.ends_at,
    )


def keep(thread_id: int, wanted: Keeping, *, actor_id: int, cause: str, now: datetime) -> Refused | None:
    """None: done. What stays as it was leaves no act."""

    def change() -> Refused | None:
        before = keeping_of(thread_id)
        if before is None:
            return Refused("thread_missing", status=404)
        refused = decide_keeping(wanted, now=now)
        if refused is not None or wanted == before:
            return refused
        actions.keep_mode(thread_id, wanted.mode, reason=wanted.reason)
        _store(thread_id, wanted)
        record(
            ActKind.THREAD_RULES,
            actor_id=actor_id,
            thread_id=thread_id,
            cause=cause,
            detail={"before": _as_detail(before), "after": _as_detail(wanted)},
            now=now,
        )
        return None

    return write(change)


def end_due(now: datetime) -> None:
    """The clock: discussions whose time is over are closed, those of moderators' choice and those that grew too old."""
    while write(lambda: _end_some(now)) == AT_ONCE:
        pass


def _end_some(now: datetime) -> int:
    # In one order, so that two workers never wait for each other.
    rules = ThreadRules.objects.filter(ends_at__lte=now).select_for_update(of=("self",))
    due = list(rules.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    ThreadRules.objects.filter(pk__in=due).update(ends_at=None)
    days = settings.CONFIG.discussion.close_after_days
    if days and len(due) < AT_ONCE:
        # Whose mode moderators have set, or who has an end of its own, is theirs to end.
        old = Thread.objects.filter(created_at__lte=now - timedelta(days=days), is_mode_kept=False, merged_into=None)
        old = old.exclude(mode=ThreadMode.CLOSED).exclude(rules__ends_at__gt=now).order_by("pk")
        due += list(old.values_list("pk", flat=True)[: AT_ONCE - len(due)])
    open_ones = Thread.objects.filter(pk__in=due).exclude(mode=ThreadMode.CLOSED).order_by("pk")
    for thread_id in open_ones.values_list("pk", flat=True):
        if actions.keep_mode(thread_id, ThreadMode.CLOSED, reason=OVER):
            record(ActKind.THREAD_END, actor_id=None, thread_id=thread_id, now=now)
    return len(due)


def _store(thread_id: int, wanted: Keeping) -> None:
    rules = {name: getattr(wanted, name) for name in ("slow_seconds", "opens", "closes", "ends_at")}
    if any(value is not None and value != 0 for value in rules.values()):
        ThreadRules.objects.update_or_create(thread_id=thread_id, defaults=rules)
    else:
        ThreadRules.objects.filter(thread_id=thread_id).delete()


def _as_detail(kept: Keeping) -> dict[str, Any]:
    """For the record: numbers and codes."""
    return {
        "mode": "" if kept.mode is None else kept.mode.value,
        "slow_seconds": kept.slow_seconds,
        "opens": kept.opens,
        "closes": kept.closes,
        "ends_at": None if kept.ends_at is None else kept.ends_at.isoformat(),
    }
