"""The yardstick for writes over HTTP: the rows of one post or one vote, put into a copy of the same database by bare SQL.

No check, no rendering, no server: one connection, one transaction for each set of rows, durable before the next.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

Row = dict[str, Any]
# The tables that a first comment on a thread writes to, and how to find the newest row of each.
POST_TABLES = {
    "outbox_event": "id",
    "discussion_comment": "id",
    "discussion_revision": "comment_id",
    "discussion_threaddelta": "id",
    "discussion_submission": "received_us",
}


class Rows:
    """The newest post of a database as a pattern, and new rows after it: same shape, same size, fresh keys."""

    def __init__(self, newest: Callable[[str, str], Row]) -> None:
        self._patterns = {table: newest(table, key) for table, key in POST_TABLES.items()}
        comment = self._patterns["discussion_comment"]
        self._next = {"id": int(comment["id"]), "position": int(comment["position"]), "time": int(comment["time_key"])}

    def post(self) -> list[tuple[str, Row]]:
        """(table, row) for one more post, in the order in which they are inserted."""
        for name in self._next:
            self._next[name] += 1
        comment_id, position, now_us = self._next.values()
        event = {name: value for name, value in self._patterns["outbox_event"].items() if name != "id"}
        comment = self._patterns["discussion_comment"] | {
            "id": comment_id,
            "root_id": comment_id,
            "parent_id": None,
            "path": comment_id.to_bytes(8),
            "position": position,
            "time_key": now_us,
        }
        delta = {name: value for name, value in self._patterns["discussion_threaddelta"].items() if name != "id"}
        return [
            ("outbox_event", event),
            ("discussion_comment", comment),
            ("discussion_revision", self._patterns["discussion_revision"] | {"comment_id": comment_id}),
            ("discussion_threaddelta", delta),
            (
                "discussion_submission",
                self._patterns["discussion_submission"]
                | {"key": secrets.token_hex(32), "comment_id": comment_id, "received_us": now_us},
            ),
        ]


def sqlite_rows(database: Path) -> Rows:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return Rows(
            lambda table, key: dict(connection.execute(f"SELECT * FROM {table} ORDER BY {key} DESC LIMIT 1").fetchone())
        )


def sqlite_connection(database: Path) -> sqlite3.Connection:
    """As durable as the site's own: WAL and FULL (storage/sqlite)."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def sqlite_posts(connection: sqlite3.Connection, rows: Rows, *, seconds: float) -> float:
    """Posts a second, each in a transaction of its own, one after the other."""

    def one(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for table, row in rows.post():
            _insert(connection, table, row)
        connection.execute("COMMIT")

    return _rate(one, seconds=seconds)


def sqlite_votes(connection: sqlite3.Connection, rows: Rows, *, comments: Sequence[int], seconds: float) -> float:
    """Votes a second: the vote's row, the totals of its comment, the event. Readers are made up, one for each vote."""
    event = next(row for table, row in rows.post() if table == "outbox_event")
    reader = connection.execute("SELECT max(reader_id) FROM discussion_vote").fetchone()[0] or 1

    def one(number: int) -> None:
        comment = comments[number % len(comments)]
        connection.execute("BEGIN IMMEDIATE")
        _insert(connection, "outbox_event", event)
        connection.execute(
            "INSERT INTO discussion_vote (comment_id, reader_id, value, weight_milli, reason, epoch, cast_us) "
            "VALUES (?, ?, 1, 1000, '', 0, ?) "
            "ON CONFLICT (comment_id, reader_id) DO UPDATE SET value = -value, cast_us = excluded.cast_us",
            (comment, reader, time.time_ns() // 1000),
        )
        connection.execute(
            "UPDATE discussion_comment SET up = up + 1, up_milli = up_milli + 1000, best_key = best_key + 1, "
            "net_key = net_key + 1, controversial_key = controversial_key + 1 WHERE id = ?",
            (comment,),
        )
        connection.execute("COMMIT")

    return _rate(one, seconds=seconds)


def _insert(connection: sqlite3.Connection, table: str, row: Row) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def _rate(one: Callable[[int], None], *, seconds: float) -> float:
    began, done = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        one(done)
        done += 1
    return done / passed
