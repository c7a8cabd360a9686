"""Recording events. Each app declares its events as frozen dataclasses derived from `OutboxEvent`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import connection

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

KINDS: dict[str, type[OutboxEvent]] = {}
CHANNEL = "belowline_outbox"


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
    connection_ = cursor.db if cursor is not None else connection
    is_postgres = connection_.vendor == "postgresql"
    xid = "pg_current_xact_id()::text::bigint" if is_postgres else "NULL"
    values = [
        type(event).__name__,
        event.about_thread,
        " ".join(event.tags),
        event.is_drop,
        json.dumps(asdict(event), separators=(",", ":")),
        datetime.now(UTC) if is_postgres else datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" "),
    ]
    sql = (
        "INSERT INTO outbox_event (kind, thread_id, tags, is_drop, payload, recorded_at, xid) "
        f"VALUES (%s, %s, %s, %s, %s, %s, {xid}) RETURNING id"
    )
    if cursor is not None:
        return _insert(cursor, sql, values)
    with connection_.cursor() as own:
        return _insert(own, sql, values)


def _insert(cursor: CursorWrapper, sql: str, values: list[object]) -> int:
    cursor.execute(sql, values)
    position: int = cursor.fetchone()[0]
    if cursor.db.vendor == "postgresql":
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return position


def position(cursor: CursorWrapper) -> int:
    """The newest event that this snapshot can see with nothing unseen before it; 0 when there is none."""
    if cursor.db.vendor == "postgresql":
        # Events at or above the first running transaction may still be followed by smaller ids.
        cursor.execute(
            "SELECT max(id) FROM outbox_event WHERE id > (SELECT coalesce(max(id), 0) - 1000 FROM outbox_event) "
            "AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        )
    else:
        cursor.execute("SELECT max(id) FROM outbox_event")
    return cursor.fetchone()[0] or 0
