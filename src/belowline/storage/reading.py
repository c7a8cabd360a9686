"""Snapshots for the public pages: a read-only connection, one transaction, so that a page never mixes two moments."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.utils import CursorWrapper

PUBLIC = "public"


def aware(stored: datetime | str) -> datetime:
    """SQLite hands out moments in UTC without saying so, and as text where a query made them."""
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


@contextmanager
def snapshot() -> Iterator[CursorWrapper]:
    """A cursor that sees one moment and cannot write (mode=ro on SQLite, a READ ONLY transaction on PostgreSQL)."""
    connection = connections[PUBLIC]
    is_nested = connection.in_atomic_block
    with transaction.atomic(using=PUBLIC), connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not is_nested:
            # At its usual READ COMMITTED every statement would see a later moment.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield cursor
