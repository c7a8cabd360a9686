"""The one writer. On SQLite a thread that commits in groups; elsewhere each action is its own transaction.

A group is one BEGIN IMMEDIATE, a savepoint for each action, one COMMIT, one fsync; then everybody gets an answer. An
action is a callable that reads its facts again, decides and writes. It must not sleep, render or speak to anything
but the database.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, close_old_connections, connections, transaction

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

GROUP_SECONDS = 0.020
GROUP_ACTIONS = 64
# More waiting actions than this are refused: a reader should hear "busy" within a second, not wait for minutes.
QUEUE_ACTIONS = 512
# PostgreSQL may ask to run a transaction again (deadlock, serialisation); three times is what its manual expects to do.
ATTEMPTS = 3
RETRYABLE_SQLSTATES = {"40001", "40P01"}  # serialization_failure, deadlock_detected

log = logging.getLogger(__name__)


class StorageBusy(Exception):
    """The writer cannot take or finish this action now. Nothing of it was stored. `retry_after` is in seconds."""

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__(f"the writer is busy; retry after {retry_after} s")
        self.retry_after = retry_after


class Writer:
    """A thread that runs actions in groups. `start` and `stop` belong to the process that owns it."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[tuple[Callable[[], Any], Future[Any]] | None] = queue.Queue(maxsize=QUEUE_ACTIONS)
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        if not self.is_running:
            self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish what is waiting, then end the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def submit(self, action: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        try:
            self._waiting.put_nowait((action, future))
        except queue.Full:
            raise StorageBusy from None
        return future

    def _work(self) -> None:
        while True:
            item = self._waiting.get()
            if item is None or not self._run_group(item):
                break
        connections.close_all()

    def _run_group(self, item: tuple[Callable[[], Any], Future[Any]] | None) -> bool:
        """Run the item and those that wait behind it as one transaction. False when told to stop."""
        done: list[tuple[Future[Any], Any, BaseException | None]] = []
        deadline = time.monotonic() + GROUP_SECONDS
        try:
            with transaction.atomic():
                while item is not None:
                    action, future = item
                    done.append((future, *_run_in_savepoint(action)))
                    if len(done) >= GROUP_ACTIONS or time.monotonic() >= deadline:
                        break
                    try:
                        item = self._waiting.get_nowait()
                    except queue.Empty:
                        break
        except Exception as error:
            # BEGIN or COMMIT failed: nothing of the group is on disk, so nobody may hear a yes.
            log.exception("writer_group_failed", extra={"actions": len(done)})
            failed = done or ([(item[1], None, None)] if item is not None else [])
            for future, _, _ in failed:
                future.set_exception(StorageBusy() if isinstance(error, OperationalError) else error)
            close_old_connections()
            return item is not None
        for future, result, problem in done:
            if problem is None:
                future.set_result(result)
            else:
                future.set_exception(problem)
        return item is not None


def _run_in_savepoint(action: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        with transaction.atomic():
            return action(), None
    except Exception as problem:
        return None, problem


writer = Writer()


def write(action: Callable[[], T]) -> T:
    """Run an action and return its answer once it is on disk. Raises StorageBusy, or what the action raised.

    Inside a transaction (tests, a longer command) the action becomes a savepoint of it.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.in_atomic_block:
        with transaction.atomic():
            return action()
    if connection.vendor == "sqlite" and writer.is_running:
        return writer.submit(action).result()
    return _write_directly(action)


def _write_directly(action: Callable[[], T]) -> T:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return action()
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if state not in RETRYABLE_SQLSTATES:
                raise StorageBusy from error
            if attempt == ATTEMPTS:
                raise StorageBusy from error
    raise AssertionError("unreachable")
