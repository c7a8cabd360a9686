"""Following the outbox on SQLite: nothing missed, and honest about what may have been."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from belowline.front import signals
from belowline.front.cache import Cache, Entry, Event, Page
from belowline.front.metrics import Metrics
from belowline.front.signals import SqliteSignals
from tests.front.site import Outbox


class Watch:
    """A follower that is polled by hand, its clock a variable, and what it told the cache."""

    def __init__(self, path: Path) -> None:
        self.now = 1_790_000_000.0
        self.cache = Cache(capacity_bytes=1_000_000)
        self.metrics = Metrics()
        self.told: list[Event] = []
        apply = self.cache.apply
        self.cache.apply = lambda event, *, now: (self.told.append(event), apply(event, now=now))[1]  # type: ignore[method-assign]
        self.signals = SqliteSignals(path, self.cache, self.metrics, clock=lambda: self.now)

    def poll(self, *, after: float = 0.02) -> None:
        self.now += after
        self.signals.poll()

    def keep(self, key: str = "/d/7") -> Entry:
        page = Page(200, (), b"", tags=frozenset({"thread:7"}))
        entry = Entry(key=key, page=page, etag_stem="e", stale_at=float("inf"), bodies={})
        self.cache.store(entry)
        return entry


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = Outbox(tmp_path / "db.sqlite3")
    yield outbox
    outbox.close()


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    watch = Watch(tmp_path / "db.sqlite3")
    yield watch
    watch.signals.close()


def test_events_are_told_once_in_order_with_their_tags(outbox: Outbox, watch: Watch) -> None:
    outbox.record("before the start")
    watch.poll()
    outbox.record("thread:7 article:3")
    outbox.record("thread:8", is_drop=True)
    watch.poll()
    watch.poll()
    assert [(event.id, event.tags, event.is_drop) for event in watch.told] == [
        (2, frozenset({"thread:7", "article:3"}), False),
        (3, frozenset({"thread:8"}), True),
    ]


def test_more_events_than_one_batch_are_all_told(outbox: Outbox, watch: Watch) -> None:
    watch.poll()
    with outbox._connection:
        outbox._connection.execute("BEGIN")
        for _ in range(2500):
            outbox.record("thread:7")
    watch.poll()
    assert len(watch.told) == 2500


def test_an_uncommitted_event_is_not_told(outbox: Outbox, watch: Watch) -> None:
    watch.poll()
    outbox._connection.execute("BEGIN IMMEDIATE")
    outbox.record("thread:7")
    watch.poll(after=2)
    assert watch.told == []
    outbox._connection.execute("COMMIT")
    watch.poll()
    assert len(watch.told) == 1


def test_a_database_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "later.sqlite3")
    watch.poll()
    assert not watch.signals.is_well
    empty = sqlite3.connect(tmp_path / "later.sqlite3")
    empty.execute("CREATE TABLE other (id INTEGER)")
    watch.poll(after=2)
    assert not watch.signals.is_well
    empty.close()
    outbox = Outbox(tmp_path / "later.sqlite3")
    outbox.record("thread:7")
    watch.poll()
    assert watch.signals.is_well
    outbox.record("thread:7")
    watch.poll()
    assert [event.id for event in watch.told] == [2]
    watch.signals.close()
    outbox.close()


def test_a_moment_without_sight_changes_nothing_and_a_second_makes_pages_age(
    outbox: Outbox, watch: Watch, tmp_path: Path
) -> None:
    watch.poll()
    entry = watch.keep()
    (tmp_path / "db.sqlite3").rename(tmp_path / "away")
    watch.signals.close()
    watch.poll(after=0.5)
    assert not entry.is_stale(watch.now)
    watch.poll(after=0.6)
    assert entry.is_stale(watch.now)
    assert not watch.signals.is_well
    assert watch.cache.holds(entry)
    (tmp_path / "away").rename(tmp_path / "db.sqlite3")
    outbox.record("thread:7", is_drop=True)
    watch.poll()
    assert watch.signals.is_well
    assert not watch.cache.holds(entry)


def test_a_locked_database_is_waited_for(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "db.sqlite3", isolation_level=None)
    other.execute("CREATE TABLE outbox_event (id INTEGER PRIMARY KEY AUTOINCREMENT, tags TEXT, is_drop BOOL)")
    watch = Watch(tmp_path / "db.sqlite3")
    watch.poll()
    other.execute("BEGIN EXCLUSIVE")
    other.execute("INSERT INTO outbox_event (tags, is_drop) VALUES ('thread:7', 0)")
    watch.poll(after=0.5)
    assert watch.told == []
    other.execute("COMMIT")
    watch.poll()
    assert len(watch.told) == 1
    watch.signals.close()
    other.close()


def test_events_pruned_before_they_were_read_empty_the_cache(outbox: Outbox, watch: Watch) -> None:
    watch.poll()
    entry = watch.keep()
    for _ in range(5):
        outbox.record("thread:8")
    outbox.prune(below=4)
    watch.poll()
    assert not watch.cache.holds(entry)
    assert watch.metrics.events_lost == 1
    outbox.record("thread:7")
    watch.poll()
    assert [event.id for event in watch.told] == [6]


def test_pruning_what_was_read_changes_nothing(outbox: Outbox, watch: Watch) -> None:
    watch.poll()
    for _ in range(5):
        outbox.record("thread:8")
    watch.poll()
    entry = watch.keep()
    outbox.prune(below=6)
    watch.poll()
    outbox.record("thread:9")
    watch.poll()
    assert watch.cache.holds(entry)
    assert watch.metrics.events_lost == 0
    assert len(watch.told) == 6


def test_a_restored_backup_empties_the_cache(outbox: Outbox, watch: Watch, tmp_path: Path) -> None:
    for _ in range(5):
        outbox.record("thread:8")
    watch.poll()
    entry = watch.keep()
    other = Outbox(tmp_path / "backup.sqlite3")
    other.record("thread:8")
    other.close()
    (tmp_path / "backup.sqlite3").rename(tmp_path / "db.sqlite3")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"db.sqlite3{suffix}").unlink(missing_ok=True)
    watch.poll(after=1.5)
    assert not watch.cache.holds(entry)
    assert watch.metrics.events_lost == 1


def test_far_too_many_events_empty_the_cache_instead(
    outbox: Outbox, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "BEHIND_ROWS_MAX", 10)
    watch.poll()
    entry = watch.keep()
    for _ in range(11):
        outbox.record("thread:8")
    watch.poll()
    assert watch.told == []
    assert not watch.cache.holds(entry)


def test_a_look_costs_microseconds(outbox: Outbox, watch: Watch) -> None:
    # An order of magnitude, not a bar: 7 µs measured; reading the table each time would take a hundred times that.
    outbox._connection.execute("BEGIN")
    for _ in range(20_000):
        outbox.record("thread:7")
    outbox._connection.execute("COMMIT")
    watch.poll()
    began = time.process_time()
    for _ in range(1000):
        watch.poll(after=0)
    assert (time.process_time() - began) / 1000 < 0.0005
