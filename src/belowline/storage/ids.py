"""Ids before rows: a comment's sort keys and path contain its id, so the id is drawn first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# The alias whose commits do not wait for the disk (PostgreSQL). A number lost in a crash is only a gap.
COUNTER = "counter"


def draw_ids(cursor: CursorWrapper, name: str, *, count: int = 1) -> list[int]:
    """`count` fresh ids of the sequence `name`, rising, never given again. Call inside the writing transaction."""
    if cursor.db.vendor == "postgresql":
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [f"belowline_{name}_id", count])
        return [row[0] for row in cursor.fetchall()]
    cursor.execute("UPDATE storage_sequence SET value = value + %s WHERE name = %s RETURNING value", [count, name])
    last = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))


def draw_positions(cursor: CursorWrapper, *, thread_id: int, count: int = 1) -> range:
    """The next `count` positions in a thread. Gaps can occur, repetitions cannot (a unique constraint watches).

    On PostgreSQL the number is drawn on a second connection and committed at once, so that two readers who post in one
    thread do not wait for each other's disk. Inside a longer transaction, which may hold the thread's row itself, it is
    drawn there.
    """
    last = None
    if cursor.db.vendor == "postgresql" and COUNTER in connections and not cursor.db.savepoint_ids:
        with connections[COUNTER].cursor() as counter:
            last = _raise_position(counter, thread_id, by=count)
    if last is None:  # SQLite, or a thread that was made in this very transaction
        last = _raise_position(cursor, thread_id, by=count)
    assert last is not None, thread_id
    return range(last - count + 1, last + 1)


def catch_up_positions(cursor: CursorWrapper, *, thread_id: int) -> None:
    """Bring a thread's counter up to its comments, after a crash of PostgreSQL took back numbers that are in use."""
    cursor.execute(
        "UPDATE discussion_thread SET last_position = found.highest "
        "FROM (SELECT max(position) AS highest FROM discussion_comment WHERE thread_id = %s) AS found "
        "WHERE id = %s AND last_position < found.highest",
        [thread_id, thread_id],
    )


def _raise_position(cursor: CursorWrapper, thread_id: int, *, by: int) -> int | None:
    cursor.execute(
        "UPDATE discussion_thread SET last_position = last_position + %s WHERE id = %s RETURNING last_position",
        [by, thread_id],
    )
    row = cursor.fetchone()
    return None if row is None else row[0]
