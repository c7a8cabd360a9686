"""The one writer. On SQLite a thread that commits in groups; elsewhere each action is its own transaction.

A group is one BEGIN IMMEDIATE, a savepoint for each action, one COMMIT, one fsync; then everybody gets an answer. An
action is a callable that reads its facts again, decides and writes. It must not sleep, render or speak to anything
but the database, and it may be run a second time when its first run was rolled back.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.db import (
    DEFAULT_DB_ALIAS,
    IntegrityError,
    OperationalError,
    close_old_connections,
    connections,
    transaction,
)
from django.db.transaction import TransactionManagementError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Item: TypeAlias = "tuple[Callable[[], Any], Future[Any]]"
Outcome: TypeAlias = tuple[Any, BaseException | None]

GROUP_SECONDS = 0.020
GROUP_ACTIONS = 64
# More waiting actions than this are refused: a reader should hear "busy" within a second, not wait for minutes.
QUEUE_ACTIONS = 512
# PostgreSQL may ask to run a transaction again (deadlock, serialisation); three times is what its manual expects to do.
ATTEMPTS = 3
RETRYABLE_SQLSTATES = {"40001", "40P01"}  # serialization_failure, deadlock_detected
UNIQUE_VIOLATION = "23505"

log = logging.getLogger(__name__)


class StorageBusy(Exception):
    """The writer cannot take or finish this action now. Nothing of it was stored. `retry_after` is in seconds."""

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__(f"the writer is busy; retry after {retry_after} s")
        self.retry_after = retry_after


class Writer:
    """A thread that runs actions in groups. `start` and `stop` belong to the process that owns it."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Item | None] = queue.Queue(maxsize=QUEUE_ACTIONS)
        self._thread: threading.Thread | None = None
        # Nothing may enter the queue behind the sign to stop: nobody would answer it.
        self._door = threading.Lock()
        self._is_open = False

    @property
    def is_running(self) -> bool:
        return self._is_open and self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        if not self.is_running:
            self._is_open = True
            self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish what is waiting, then end the thread."""
        with self._door:
            self._is_open = False
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def submit(self, action: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        with self._door:
            if not self._is_open:
                raise StorageBusy
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

    def _run_group(self, first: Item) -> bool:
        """Run the item and those that wait behind it as one transaction. False when told to stop."""
        group = _Group(self._waiting)
        try:
            with transaction.atomic():
                group.run(first)
        except IntegrityError:
            # A deferred constraint failed at the commit: one action is at fault, so each runs again by itself.
            log.warning("writer_group_split", extra={"actions": len(group.items)})
            for item in group.items:
                _answer(item[1], *_run_alone(item[0]))
        except BaseException as error:
            # BEGIN or COMMIT failed: nothing of the group is on disk, so nobody may hear a yes.
            log.exception("writer_group_failed", extra={"actions": len(group.items)})
            for _, future in group.items or [first]:
                future.set_exception(StorageBusy() if isinstance(error, OperationalError) else error)
            close_old_connections()
        else:
            for (_, future), (result, problem) in zip(group.items, group.outcomes, strict=True):
                _answer(future, result, problem)
        return not group.is_last


class _Group:
    """The actions of one transaction, and what became of them."""

    def __init__(self, waiting: queue.Queue[Item | None]) -> None:
        self._waiting = waiting
        self.items: list[Item] = []
        self.outcomes: list[Outcome] = []
        self.is_last = False

    def run(self, first: Item) -> None:
        # The clock starts when the lock is ours: who waited for another writer still brings a full group along.
        deadline = time.monotonic() + GROUP_SECONDS
        item: Item | None = first
        while item is not None:
            self.items.append(item)
            self.outcomes.append(_run_in_savepoint(item[0]))
            if transaction.get_rollback():
                # A full disk makes SQLite take back the whole transaction, the savepoints before this one included.
                raise OperationalError("the database gave the transaction up")
            item = self._next(until=deadline)

    def _next(self, *, until: float) -> Item | None:
        if len(self.items) >= GROUP_ACTIONS or time.monotonic() >= until:
            return None
        try:
            item = self._waiting.get_nowait()
        except queue.Empty:
            return None
        self.is_last = item is None
        return item


def _answer(future: Future[Any], result: Any, problem: BaseException | None) -> None:
    if problem is None:
        future.set_result(result)
    else:
        future.set_exception(problem)


def _run_in_savepoint(action: Callable[[], Any]) -> Outcome:
    try:
        with transaction.atomic():
            return _checked(action), None
    except BaseException as problem:
        return None, problem


def _run_alone(action: Callable[[], Any]) -> Outcome:
    try:
        return _write_directly(action), None
    except BaseException as problem:
        return None, problem


def _checked(action: Callable[[], T]) -> T:
    """The action's answer; never a yes for something that Django is about to roll back silently."""
    result = action()
    if transaction.get_rollback():
        raise TransactionManagementError(f"{action!r} went on after a database error")
    return result


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
                return _checked(action)
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if state not in RETRYABLE_SQLSTATES or attempt == ATTEMPTS:
                # A server that was restarted leaves a dead connection behind; the next action gets a new one.
                connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
                raise StorageBusy from error
    raise AssertionError("unreachable")


def taken_constraint(error: IntegrityError) -> str:
    """The unique constraint or key that another transaction was faster to fill (PostgreSQL); "" for anything else."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) != UNIQUE_VIOLATION:
        return ""
    return cause.diag.constraint_name or ""  # type: ignore[union-attr]
