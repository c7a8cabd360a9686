"""What has changed: events read from the outbox of an SQLite database, and what to do when they cannot be read."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from belowline.front.cache import Cache, Event
from belowline.front.log import note
from belowline.front.metrics import Metrics

# One look costs 7 µs (PRAGMA data_version); a removal must leave the cache within 50 ms of its commit.
POLL_SECONDS = 0.02
# Without a look for this long, pages may have missed an event.
BLIND_AFTER_SECONDS = 1.0
# Look into the table (and at the file) this often even when nothing says that it changed.
CATCH_UP_SECONDS = 1.0
BATCH_ROWS = 1000
# More events than this at once: emptying the cache is cheaper than reading them, and as right.
BEHIND_ROWS_MAX = 20_000

# Two queries: asked for both at once, SQLite reads the whole table.
_BOUNDS = "SELECT (SELECT min(id) FROM outbox_event), (SELECT max(id) FROM outbox_event)"
_NEXT_ROWS = "SELECT id, tags, is_drop FROM outbox_event WHERE id > ? ORDER BY id LIMIT ?"


class Signals(Protocol):
    """Follows the outbox until cancelled."""

    @property
    def is_well(self) -> bool: ...

    async def run(self) -> None: ...


class Listener(Protocol):
    """Wants to know of events once the cache knows; `streams.Streams`."""

    def hear(self, event: Event) -> None: ...
    def hear_of_a_gap(self) -> None: ...


class Follower:
    """What both databases share: telling the cache, and noticing that one is blind or has lost something."""

    # Told after the cache; none in a front that tells nobody.
    listener: Listener | None = None

    def __init__(self, cache: Cache, metrics: Metrics, *, clock: Callable[[], float] = time.time) -> None:
        self.cache = cache
        self.metrics = metrics
        self.clock = clock
        self._seen_at: float | None = None
        cache.is_blind = True

    @property
    def is_well(self) -> bool:
        return not self.cache.is_blind

    async def run(self) -> None:
        """Follow the outbox until cancelled."""
        raise NotImplementedError

    def tell(self, event_id: int, tags: str, is_drop: bool) -> None:
        """Pass one row on; `tags` are separated by spaces."""
        self.metrics.events += 1
        event = Event(id=event_id, tags=frozenset(tags.split()), is_drop=is_drop)
        self.cache.apply(event, now=self.clock())
        if self.listener is not None:
            self.listener.hear(event)

    def has_seen(self) -> None:
        """Everything committed before now has been told."""
        if self.cache.is_blind:
            note("outbox_followed")
            if self.listener is not None:
                self.listener.hear_of_a_gap()
        self.cache.is_blind = False
        self._seen_at = self.clock()

    def could_not_see(self, reason: str) -> None:
        """Keep serving for a second; after that every page may have missed an event, and ages from here on."""
        now = self.clock()
        if self._seen_at is None:
            self._seen_at = now
        if self.cache.is_blind or now - self._seen_at < BLIND_AFTER_SECONDS:
            return
        note("outbox_unreadable", reason=reason)
        self.cache.is_blind = True
        self.cache.mark_all_stale(now=now)

    def has_lost(self, reason: str, *, newest_id: int) -> None:
        """Events passed unread, removals perhaps among them: nothing that is cached may be shown again."""
        note("outbox_gap", reason=reason)
        self.metrics.events_lost += 1
        self.cache.drop_all()
        self.cache.begin_at(newest_id)
        if self.listener is not None:
            self.listener.hear_of_a_gap()


class SqliteSignals(Follower):
    """Polls `PRAGMA data_version` on a read-only connection. Ids are in the order of commits: there is one writer."""

    def __init__(self, path: Path, cache: Cache, metrics: Metrics, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(cache, metrics, clock=clock)
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._file_id: tuple[int, int] | None = None
        self._version = -1
        self._last_id: int | None = None
        self._looked_at = -BLIND_AFTER_SECONDS

    async def run(self) -> None:
        try:
            while True:
                self.poll()
                await asyncio.sleep(POLL_SECONDS)
        finally:
            self.close()

    def poll(self) -> None:
        """Look once. An error of the database is an answer, too: it may not exist yet, or be locked."""
        try:
            self._look()
        except (sqlite3.Error, OSError) as error:
            if not isinstance(error, sqlite3.OperationalError) or "locked" not in str(error):
                self.close()
            self.could_not_see(type(error).__name__)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _look(self) -> None:
        connection = self._opened()
        version: int = connection.execute("PRAGMA data_version").fetchone()[0]
        is_due = self.clock() - self._looked_at >= CATCH_UP_SECONDS
        if version != self._version or is_due or self._last_id is None:
            # The version read before the rows: a commit in between is seen at the next look.
            self._read(connection)
            self._version = version
            self._looked_at = self.clock()
        self.has_seen()

    def _opened(self) -> sqlite3.Connection:
        if self.clock() - self._looked_at >= CATCH_UP_SECONDS or self._connection is None:
            self._check_file()
        if self._connection is None:
            address = f"{self._path.as_uri()}?mode=ro"
            self._connection = sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)
            self._version = -1
        return self._connection

    def _check_file(self) -> None:
        """A restored backup is another file under the same name, with events of its own."""
        stat = self._path.stat()
        if self._file_id not in {None, (stat.st_dev, stat.st_ino)}:
            self.close()
            if self._last_id is not None:
                self.has_lost("another file", newest_id=0)
            self._last_id = None
        self._file_id = (stat.st_dev, stat.st_ino)

    def _read(self, connection: sqlite3.Connection) -> None:
        oldest, newest = connection.execute(_BOUNDS).fetchone()
        newest = newest or 0
        if self._last_id is None:
            self._last_id = newest
            self.cache.begin_at(newest)
            return
        is_pruned_ahead = oldest is not None and self._last_id < oldest - 1
        is_another_past = oldest is not None and newest < self._last_id
        if is_pruned_ahead or is_another_past or newest - self._last_id > BEHIND_ROWS_MAX:
            self._last_id = newest
            self.has_lost("gap", newest_id=newest)
            return
        while self._last_id < newest:
            rows = connection.execute(_NEXT_ROWS, (self._last_id, BATCH_ROWS)).fetchall()
            if not rows:
                return
            for event_id, tags, is_drop in rows:
                self.tell(event_id, tags, bool(is_drop))
                self._last_id = event_id
