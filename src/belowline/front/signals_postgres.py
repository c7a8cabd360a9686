"""What has changed, on PostgreSQL: LISTEN tells when to look, the outbox table tells what."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import psycopg

from belowline.front.cache import Cache
from belowline.front.metrics import Metrics
from belowline.front.postgres_outbox import CHANNEL, FINISHED_BELOW
from belowline.front.signals import BATCH_ROWS, BEHIND_ROWS_MAX, BLIND_AFTER_SECONDS, CATCH_UP_SECONDS, Follower

# A notification may come before its row may be read, while an older transaction is still open: look again soon.
LOOK_AGAIN_SECONDS = 0.02
RECONNECT_SECONDS = 0.25
CONNECT_TIMEOUT_SECONDS = 3

# Rows are followed by (xid, id), not by id: ids are given before the commit, so a lower one may appear later. Below the
# oldest transaction still running every xid is finished, and nothing can appear behind the reader any more.
_NEXT_ROWS = f"""
    SELECT xid, id, tags, is_drop FROM outbox_event
    WHERE (xid, id) > (%s, %s) AND xid < {FINISHED_BELOW}
    ORDER BY xid, id LIMIT %s
"""
_HORIZON = f"""
    SELECT {FINISHED_BELOW},
           coalesce((SELECT max(id) FROM outbox_event), 0),
           (SELECT system_identifier::text FROM pg_control_system())
"""
_BACKLOG = "SELECT count(*) FROM (SELECT 1 FROM outbox_event WHERE (xid, id) > (%s, %s) LIMIT %s) AS waiting"


class PostgresSignals(Follower):
    """One connection that listens and reads. The cache must be told that ids are not in commit order."""

    def __init__(self, dsn: str, cache: Cache, metrics: Metrics, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(cache, metrics, clock=clock)
        self._dsn = dsn
        self._cursor: tuple[int, int] | None = None
        self._cluster = ""

    async def run(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS
                ) as connection:
                    await self._follow(connection)
            except (psycopg.Error, OSError) as error:
                self.could_not_see(type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _follow(self, connection: psycopg.AsyncConnection) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        await self._find_place(connection)
        while True:
            # A server that hangs is as blind a state as one that is gone.
            async with asyncio.timeout(2 * BLIND_AFTER_SECONDS):
                has_read_all = await self._catch_up(connection)
            self.has_seen()
            pause = CATCH_UP_SECONDS if has_read_all else LOOK_AGAIN_SECONDS
            async for _ in connection.notifies(timeout=pause, stop_after=1):
                pass

    async def _find_place(self, connection: psycopg.AsyncConnection) -> None:
        """At the first connection: begin at the horizon. Later: go on, unless this is another database's past."""
        row = await (await connection.execute(_HORIZON)).fetchone()
        assert row is not None
        horizon, newest_id, cluster = row
        if self._cursor is None:
            self.cache.begin_at(newest_id)
        elif cluster != self._cluster or horizon <= self._cursor[0]:
            self.has_lost("another past", newest_id=newest_id)
        else:
            return
        self._cluster = cluster
        self._cursor = (horizon - 1, newest_id)

    async def _catch_up(self, connection: psycopg.AsyncConnection) -> bool:
        """Tell everything that is finished; False when rows wait behind an older open transaction."""
        assert self._cursor is not None
        waiting = await self._number(connection, _BACKLOG, (*self._cursor, BEHIND_ROWS_MAX + 1))
        if waiting > BEHIND_ROWS_MAX:
            await self._start_over(connection)
        elif waiting:
            waiting -= await self._read(connection)
        return waiting <= 0

    async def _start_over(self, connection: psycopg.AsyncConnection) -> None:
        row = await (await connection.execute(_HORIZON)).fetchone()
        assert row is not None
        self._cursor = (row[0] - 1, row[1])
        self.has_lost("too far behind", newest_id=row[1])

    async def _read(self, connection: psycopg.AsyncConnection) -> int:
        """How many rows were told."""
        assert self._cursor is not None
        told = 0
        while True:
            rows = await (await connection.execute(_NEXT_ROWS, (*self._cursor, BATCH_ROWS))).fetchall()
            for xid, event_id, tags, is_drop in rows:
                self.tell(event_id, tags, is_drop)
                self._cursor = (xid, event_id)
            told += len(rows)
            if len(rows) < BATCH_ROWS:
                return told

    @staticmethod
    async def _number(connection: psycopg.AsyncConnection, query: str, values: tuple[int, ...]) -> int:
        row = await (await connection.execute(query, values)).fetchone()
        assert row is not None
        return int(row[0])
