"""Recording events. Each app declares its events as frozen dataclasses derived from `OutboxEvent`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import connection

from belowline.front.postgres_outbox import CHANNEL, FINISHED_BELOW, OWN_NUMBER

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

KINDS: dict[str, type[OutboxEvent]] = {}


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """Fields are ids and numbers only. `is_drop` events take their pages out of every cache at once."""

    is_drop: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        # slots=True builds the class twice; the second one, which is the real one, wins here.
        KINDS[cls.__name__] = cls

    @property
    def tags(self) -> tuple[str, ...]:
        """The cache tags whose pages this event changes."""
        return ()

    @property
    def about_thread(self) -> int | None:
        return None


def record(event: OutboxEvent, *, cursor: CursorWrapper | None = None) -> int:
    """Store the event in the running transaction; its id, which is the outbox position once committed."""
    if cursor is not None:
        return _insert(event, cursor)
    with connection.cursor() as own:
        return _insert(event, own)


# PostgreSQL: a number drawn from a sequence would not do, because transactions end in another order than they drew.
# The id is the transaction's own number, then the event's number in it: whatever is below the oldest transaction that
# still runs is complete. 12 bits are enough for 4,096 events in one transaction, and leave room for 2**41 transactions
# in numbers that JavaScript holds exactly.
XID_SHIFT = 12
_OWN_LATEST = (
    f"SELECT id + 1 FROM outbox_event WHERE id >= mine.xid << {XID_SHIFT} AND xid = mine.xid ORDER BY id DESC LIMIT 1"
)
_POSTGRES_SQL = (
    "INSERT INTO outbox_event (id, xid, kind, thread_id, tags, is_drop, payload, recorded_at) "
    f"SELECT coalesce(({_OWN_LATEST}), mine.xid << {XID_SHIFT}), mine.xid, %s, %s, %s, %s, %s, %s "
    f"FROM (SELECT {OWN_NUMBER} AS xid) AS mine RETURNING id, pg_notify('{CHANNEL}', '')"
)
_SQLITE_SQL = (
    "INSERT INTO outbox_event (kind, thread_id, tags, is_drop, payload, recorded_at) "
    "VALUES (%s, %s, %s, %s, %s, %s) RETURNING id"
)


def _insert(event: OutboxEvent, cursor: CursorWrapper) -> int:
    is_postgres = cursor.db.vendor == "postgresql"
    now = datetime.now(UTC)
    cursor.execute(
        _POSTGRES_SQL if is_postgres else _SQLITE_SQL,
        [
            type(event).__name__,
            event.about_thread,
            " ".join(event.tags),
            event.is_drop,
            json.dumps({name: getattr(event, name) for name in event.__dataclass_fields__}, separators=(",", ":")),
            now if is_postgres else now.replace(tzinfo=None).isoformat(sep=" "),
        ],
    )
    recorded: int = cursor.fetchone()[0]
    return recorded


def position(cursor: CursorWrapper) -> int:
    """The newest event that this snapshot can see with nothing unseen before it; 0 when there is none."""
    if cursor.db.vendor == "postgresql":
        cursor.execute(f"SELECT max(id) FROM outbox_event WHERE id < {FINISHED_BELOW} << {XID_SHIFT}")
    else:
        cursor.execute("SELECT max(id) FROM outbox_event")
    return cursor.fetchone()[0] or 0
