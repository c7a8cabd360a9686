"""The worker: delivers outbox events and throws away what is too old. A thread of the desk on SQLite, a process of its
own (worker_process.py) on PostgreSQL, of which there may be several: one at a time works.
"""

from __future__ import annotations

import logging
import math
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import close_old_connections, connections

from belowline.outbox.delivery import Handlers, consumers_of, deliver, prune_events
from belowline.outbox.events import CHANNEL
from belowline.storage.reading import PUBLIC
from belowline.storage.rounds import Rounds
from belowline.storage.writer import write
from belowline.support.actions import forget_abandoned

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from belowline.outbox.delivery import Consumer

    Clock = Sequence[tuple[float, Callable[[datetime], object]]]

POLL_SECONDS = 0.2
# Retries and time-outs need a look now and then even when nothing is written.
LOOK_ANYWAY_SECONDS = 1.0
PRUNE_EVERY_SECONDS = 600.0
FAILED_PAUSE_SECONDS = 2.0
SUBMISSIONS_KEPT_SECONDS = 24 * 3600
SUBMISSION_ROWS = 500
# Any number that nothing else in the database locks; it keeps a second worker waiting.
ADVISORY_LOCK = 0x62656C6F77  # "below"

log = logging.getLogger(__name__)


class Worker(Rounds):
    """`table` and `clock` are those of project/handlers.py, imported when Django is set up."""

    name = "worker"
    failed_pause = FAILED_PAUSE_SECONDS

    def __init__(self, table: Handlers | None = None, clock: Clock | None = None) -> None:
        super().__init__()
        from belowline.project import handlers

        self._consumers: list[Consumer] = consumers_of(handlers.HANDLERS if table is None else table)
        self._clock = handlers.CLOCK if clock is None else clock
        self._woken_at = [-math.inf] * len(self._clock)
        self._pruned_at = 0.0
        self._version = -1

    def round(self) -> float:
        """Deliver until told to stop, or find that another worker does, and ask again after a while."""
        if connections["default"].vendor == "postgresql" and not self._is_the_one():
            return FAILED_PAUSE_SECONDS
        while not self._stopping.is_set():
            delivered = self.deliver_all()
            self._wake_by_the_clock()
            self._prune_when_due()
            if not delivered:
                self._wait_for_news()
            close_old_connections()
        return 0.0

    def _is_the_one(self) -> bool:
        """The lock belongs to the connection: it is free when this process is gone."""
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
            return bool(cursor.fetchone()[0])

    def deliver_all(self) -> int:
        """One batch for every consumer; how many events were delivered."""
        now = datetime.now(UTC)
        return sum(deliver(consumer, now=now) for consumer in self._consumers if not self._stopping.is_set())

    def _wait_for_news(self) -> None:
        if connections["default"].vendor == "sqlite":
            self._wait_for_sqlite()
        else:
            self._wait_for_postgresql()

    def _wait_for_sqlite(self) -> None:
        """Until another connection has written: data_version changes then, and asking costs some microseconds."""
        deadline = time.monotonic() + LOOK_ANYWAY_SECONDS
        with connections[PUBLIC].cursor() as cursor:
            while time.monotonic() < deadline and not self._stopping.wait(POLL_SECONDS):
                cursor.execute("PRAGMA data_version")
                version = cursor.fetchone()[0]
                if version != self._version:
                    self._version = version
                    return

    def _wait_for_postgresql(self) -> None:
        connection = connections["default"]
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        # Notifications only wake; the events are read from the table, so a lost one costs a second.
        for _notice in connection.connection.notifies(timeout=LOOK_ANYWAY_SECONDS, stop_after=1):
            return

    def _wake_by_the_clock(self) -> None:
        for place, (every_seconds, act) in enumerate(self._clock):
            if time.monotonic() - self._woken_at[place] >= every_seconds:
                self._woken_at[place] = time.monotonic()
                act(datetime.now(UTC))

    def _prune_when_due(self) -> None:
        if self._pruned_at and time.monotonic() - self._pruned_at < PRUNE_EVERY_SECONDS:
            return
        self._pruned_at = time.monotonic()
        events = prune_events(now=datetime.now(UTC), consumers=[consumer.name for consumer in self._consumers])
        submissions = prune_submissions(now_us=time.time_ns() // 1000)
        donors = forget_abandoned(now=datetime.now(UTC))
        if events or submissions or donors:
            log.info("pruned", extra={"events": events, "submissions": submissions, "donors": donors})


def prune_submissions(*, now_us: int) -> int:
    """Forget forms that were sent more than 24 hours ago, in chunks; how many."""
    before = now_us - SUBMISSIONS_KEPT_SECONDS * 1_000_000

    def delete_chunk() -> int:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "DELETE FROM discussion_submission WHERE key IN "
                "(SELECT key FROM discussion_submission WHERE received_us < %s ORDER BY received_us LIMIT %s)",
                [before, SUBMISSION_ROWS],
            )
            return int(cursor.rowcount)

    deleted = 0
    while True:
        count = write(delete_chunk)
        deleted += count
        if count < SUBMISSION_ROWS:
            return deleted
