"""An event reaches its handlers after the commit, in order, at least once, whatever fails in between."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from belowline.outbox.delivery import (
    BATCH_EVENTS,
    Consumer,
    Delivered,
    consumers_of,
    deliver,
    prune_events,
    stuck_consumers,
)
from belowline.outbox.events import KINDS, OutboxEvent, record
from belowline.outbox.models import Delivery, Event
from belowline.project.worker import SUBMISSIONS_KEPT_SECONDS, Worker, prune_submissions

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)

# Real commits: on PostgreSQL an event cannot be seen before its transaction has ended.
pytestmark = pytest.mark.usefixtures("real_database")


@dataclass(frozen=True, slots=True)
class WaterRose(OutboxEvent):
    level: int
    gauges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WaterFell(OutboxEvent):
    level: int


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    KINDS.update({"WaterRose": WaterRose, "WaterFell": WaterFell})
    # What was committed counts as seen, whatever a neighbouring test of the same cluster has open at this moment.
    monkeypatch.setattr("belowline.outbox.events.FINISHED_BELOW", f"{2**41 - 1}")


class Notebook:
    """A handler that writes down what it is told, and can be made to fail at one level."""

    def __init__(self) -> None:
        self.levels: list[int] = []
        self.fails_at: int | None = None
        self.__name__ = "notebook"

    def __call__(self, batch: Sequence[Delivered]) -> None:
        for delivered in batch:
            assert isinstance(delivered.event, (WaterRose, WaterFell))
            if delivered.event.level == self.fails_at:
                raise ConnectionError
            self.levels.append(delivered.event.level)


def consumer_of(notebook: Notebook) -> Consumer:
    return consumers_of({WaterRose: [notebook]})[0]


def deliver_once(consumer: Consumer, *, now: datetime = NOON) -> int:
    return deliver(consumer, now=now)


def deliver_everything(consumer: Consumer, *, now: datetime = NOON) -> None:
    while deliver_once(consumer, now=now):
        pass


def test_events_arrive_in_order_and_once_when_nothing_fails() -> None:
    notebook = Notebook()
    for level in range(BATCH_EVENTS + 5):
        record(WaterRose(level))
    deliver_everything(consumer_of(notebook))
    deliver_everything(consumer_of(notebook))
    assert notebook.levels == list(range(BATCH_EVENTS + 5))


def test_an_event_arrives_as_it_was_recorded() -> None:
    seen: list[Delivered] = []
    at = record(WaterRose(3, gauges=(1, 2)))
    deliver_once(Consumer("seen", seen.extend, frozenset({"WaterRose"})), now=NOON)
    assert [(delivered.id, delivered.event) for delivered in seen] == [(at, WaterRose(3, gauges=(1, 2)))]


def test_an_event_knows_the_moment_at_which_it_was_recorded() -> None:
    heard: list[Delivered] = []
    before = datetime.now(UTC)
    record(WaterRose(1))
    deliver(Consumer("moment", lambda batch: heard.extend(batch), frozenset({"WaterRose"})), now=NOON)
    assert before - timedelta(seconds=1) <= heard[0].recorded_at <= datetime.now(UTC)


def test_a_handler_hears_only_what_it_asked_for() -> None:
    notebook = Notebook()
    record(WaterFell(1))
    record(WaterRose(2))
    record(WaterFell(3))
    deliver_everything(consumer_of(notebook))
    assert notebook.levels == [2]
    assert Delivery.objects.get(consumer="notebook").position == Event.objects.latest("id").id


def test_a_failing_event_comes_again_and_nothing_overtakes_it() -> None:
    notebook, now = Notebook(), NOON
    for level in (1, 2, 3):
        record(WaterRose(level))
    notebook.fails_at = 2
    consumer = consumer_of(notebook)
    deliver_everything(consumer, now=now)
    # The batch had failed as a whole; from now on the events come one at a time.
    notebook.levels.clear()
    for _ in range(3):
        now += timedelta(minutes=10)
        deliver_everything(consumer, now=now)
    assert 3 not in notebook.levels
    notebook.fails_at = None
    deliver_everything(consumer, now=now + timedelta(minutes=10))
    assert notebook.levels == [1, 2, 3]


def test_the_pauses_between_tries_grow() -> None:
    notebook, now, pauses = Notebook(), NOON, []
    record(WaterRose(1))
    notebook.fails_at = 1
    for _ in range(4):
        deliver_once(consumer_of(notebook), now=now)
        retry_at = Delivery.objects.get(consumer="notebook").retry_at
        assert retry_at is not None
        pauses.append((retry_at - now).total_seconds())
        now = retry_at
    assert pauses == [1, 2, 4, 8]
    deliver_once(consumer_of(notebook), now=now)
    assert [name for name, _event in stuck_consumers()] == ["notebook"]


def test_one_handler_that_fails_holds_up_no_other() -> None:
    failing, well = Notebook(), Notebook()
    failing.fails_at, well.__name__ = 1, "well"
    record(WaterRose(1))
    for consumer in consumers_of({WaterRose: [failing, well]}):
        deliver_everything(consumer)
    assert well.levels == [1]


def test_two_handlers_of_one_name_are_a_fault() -> None:
    with pytest.raises(ValueError, match="two handlers are called notebook"):
        consumers_of({WaterRose: [Notebook(), Notebook()]})


def age_events(*, days: int) -> None:
    Event.objects.update(recorded_at=NOON - timedelta(days=days))


def test_events_older_than_a_week_go_but_for_the_newest() -> None:
    for level in range(3):
        record(WaterRose(level))
    age_events(days=8)
    newest = Event.objects.latest("id").id
    assert prune_events(now=NOON, consumers=[]) == 2
    assert list(Event.objects.values_list("id", flat=True)) == [newest]


def test_what_a_handler_has_not_seen_is_kept_however_old() -> None:
    notebook = Notebook()
    for level in range(3):
        record(WaterRose(level))
    age_events(days=30)
    assert prune_events(now=NOON, consumers=["notebook"]) == 0
    deliver_everything(consumer_of(notebook))
    assert prune_events(now=NOON, consumers=["notebook"]) == 2


def test_sent_forms_are_forgotten_after_a_day() -> None:
    now_us = int(NOON.timestamp() * 1_000_000)
    with connection.cursor() as cursor:
        for key, seconds in [("old", SUBMISSIONS_KEPT_SECONDS + 1), ("young", SUBMISSIONS_KEPT_SECONDS - 1)]:
            cursor.execute(
                "INSERT INTO discussion_submission (key, body_digest, outcome, received_us) VALUES (%s, %s, %s, %s)",
                [key, b"", "{}", now_us - seconds * 1_000_000],
            )
        assert prune_submissions(now_us=now_us) == 1
        cursor.execute("SELECT key FROM discussion_submission ORDER BY key")
        assert cursor.fetchall() == [("young",)]


def test_the_worker_does_what_the_clock_asks_for(real_database: None) -> None:
    woken = threading.Event()
    worker = Worker({}, [(3600.0, lambda now: woken.set())])
    worker.start()
    try:
        assert woken.wait(10)
    finally:
        worker.stop()
