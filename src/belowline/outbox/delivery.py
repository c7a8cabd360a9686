"""Delivering outbox events to handlers: after the commit, at least once, in order.

Each handler is a consumer of its own with a stored position. It gets the events that it asked for in the order of
their ids, which is their order in every thread, in batches; when it returns, its position moves on. When it fails, the
same events come again after a pause, and nothing later overtakes them: order is worth more than progress, and one
handler that fails never holds up another. A handler must therefore be able to see an event twice, and must give up by
itself what it can never do (a mail address that bounces): an exception means "again".

A batch that failed comes back one event at a time, so that the events before the one that fails do get through.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connections

from belowline.outbox.events import KINDS, OutboxEvent, position
from belowline.outbox.models import Delivery, Event
from belowline.storage.reading import snapshot
from belowline.storage.writer import write

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

BATCH_EVENTS = 200
BACKOFF_FIRST_SECONDS = 1
BACKOFF_MAX_SECONDS = 300
# Readers who were away this long are told to start afresh (Last-Event-ID: reset).
KEPT_DAYS = 7
# One delete must not keep the one writer for longer than a reader's press of a button may wait.
PRUNE_ROWS = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """One event as a handler sees it; `id` is its outbox position and is the same when it comes again."""

    id: int
    event: OutboxEvent
    recorded_at: datetime


Handler = Callable[[Sequence[Delivered]], None]
Handlers = Mapping[type[OutboxEvent], Sequence[Handler]]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A handler with the kinds of event it wants. Its name is stored: renaming the function begins at the oldest
    event that is kept."""

    name: str
    handler: Handler
    kinds: frozenset[str]


def consumers_of(handlers: Handlers) -> list[Consumer]:
    """The table "which event wakes whom", turned round. Raises ValueError for two handlers of one name."""
    kinds: dict[Handler, set[str]] = {}
    for kind, wanted in handlers.items():
        for handler in wanted:
            kinds.setdefault(handler, set()).add(kind.__name__)
    consumers = [Consumer(handler.__name__, handler, frozenset(names)) for handler, names in kinds.items()]
    names = [consumer.name for consumer in consumers]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two handlers are called {sorted(doubled)[0]}")
    return consumers


def deliver(consumer: Consumer, *, now: datetime) -> int:
    """Hand the next batch to one consumer; how many events it got through. 0: nothing new, failed, or paused.

    Never raises for what the handler does: a failure is stored with the time of the next try.
    """
    state = Delivery.objects.filter(consumer=consumer.name).first() or Delivery(consumer=consumer.name)
    if state.retry_at is not None and state.retry_at > now:
        return 0
    batch, seen = _next_events(consumer, after=state.position, count=1 if state.attempts else BATCH_EVENTS)
    if seen <= state.position:
        return 0
    try:
        if batch:
            consumer.handler(batch)
    except Exception as error:
        _store_failure(state, error=error, now=now, event_id=batch[0].id)
        return 0
    _store_progress(state, to=seen)
    return len(batch)


def _next_events(consumer: Consumer, *, after: int, count: int) -> tuple[list[Delivered], int]:
    """The next wanted events, and how far the consumer has come when it has handled them."""
    with snapshot() as cursor:
        newest = position(cursor)
        if newest <= after:
            return [], after
        marks = ", ".join(["%s"] * len(consumer.kinds))
        cursor.execute(
            "SELECT id, kind, payload, recorded_at FROM outbox_event "
            f"WHERE id > %s AND id <= %s AND kind IN ({marks}) ORDER BY id LIMIT %s",
            [after, newest, *sorted(consumer.kinds), count],
        )
        rows = cursor.fetchall()
    batch = [_delivered(row) for row in rows]
    # A full batch may have more behind it; otherwise everything up to the newest is done, wanted or not.
    return batch, batch[-1].id if len(batch) == count else newest


def _delivered(row: tuple[int, str, Any, Any]) -> Delivered:
    import json

    identity, kind, payload, recorded_at = row
    values = json.loads(payload) if isinstance(payload, str) else payload
    if isinstance(recorded_at, str):
        recorded_at = datetime.fromisoformat(recorded_at)
    if recorded_at.tzinfo is None:  # SQLite has no zones; Django stores UTC
        recorded_at = recorded_at.replace(tzinfo=UTC)
    return Delivered(identity, event_from(kind, values), recorded_at)


def event_from(kind: str, values: Mapping[str, Any]) -> OutboxEvent:
    """The event of a stored row. A field that this version does not know (after a downgrade) is left out."""
    model = KINDS[kind]
    known = {field.name for field in fields(model)}
    return model(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items() if name in known})


def _store_progress(state: Delivery, *, to: int) -> None:
    def store() -> None:
        Delivery.objects.update_or_create(
            consumer=state.consumer, defaults={"position": to, "attempts": 0, "retry_at": None}
        )

    write(store)


def _store_failure(state: Delivery, *, error: Exception, now: datetime, event_id: int) -> None:
    attempts = state.attempts + 1
    pause = min(BACKOFF_FIRST_SECONDS * 2 ** min(attempts - 1, 20), BACKOFF_MAX_SECONDS)
    log.error(
        "delivery_failed",
        exc_info=error,
        extra={"consumer": state.consumer, "event_id": event_id, "attempts": attempts, "pause_seconds": pause},
    )

    def store() -> None:
        Delivery.objects.update_or_create(
            consumer=state.consumer,
            defaults={"position": state.position, "attempts": attempts, "retry_at": now + timedelta(seconds=pause)},
        )

    write(store)


def prune_events(*, now: datetime, consumers: Sequence[str]) -> int:
    """Delete events older than a week in chunks; how many. Kept: the newest one, and what a consumer has yet to see."""
    with snapshot() as cursor:
        limit = _prunable_up_to(cursor, before=now - timedelta(days=KEPT_DAYS), consumers=consumers)
    if limit is None:
        return 0
    deleted = 0
    while True:
        count = write(lambda: _delete_chunk(limit))
        deleted += count
        if count < PRUNE_ROWS:
            return deleted


def _prunable_up_to(cursor: CursorWrapper, *, before: datetime, consumers: Sequence[str]) -> int | None:
    moment = before if cursor.db.vendor == "postgresql" else before.replace(tzinfo=None).isoformat(sep=" ")
    cursor.execute("SELECT max(id) FROM outbox_event WHERE recorded_at < %s", [moment])
    old = cursor.fetchone()[0]
    if old is None:
        return None
    limits = [old, position(cursor) - 1]
    if consumers:
        marks = ", ".join(["%s"] * len(consumers))
        cursor.execute(f"SELECT consumer, position FROM outbox_delivery WHERE consumer IN ({marks})", list(consumers))
        positions = dict(cursor.fetchall())
        limits += [positions.get(name, 0) for name in consumers]
    return min(int(limit) for limit in limits)


def _delete_chunk(limit: int) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM outbox_event WHERE id IN (SELECT id FROM outbox_event WHERE id <= %s ORDER BY id LIMIT %s)",
            [limit, PRUNE_ROWS],
        )
        return int(cursor.rowcount)


def stuck_consumers(*, attempts: int = 5) -> list[tuple[str, int]]:
    """(consumer, event it is stuck behind) of those that failed at least `attempts` times in a row; for doctor."""
    return [
        (consumer, Event.objects.filter(id__gt=at).order_by("id").values_list("id", flat=True).first() or 0)
        for consumer, at in Delivery.objects.filter(attempts__gte=attempts).values_list("consumer", "position")
    ]
