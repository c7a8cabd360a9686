"""What nobody writes and the clock does: the worker does it, once, also when nothing else happens."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest

from belowline.project import handlers
from belowline.project.worker import Worker

pytestmark = [pytest.mark.usefixtures("real_database"), pytest.mark.once]


def test_the_worker_looks_at_its_clocks_though_nothing_was_written() -> None:
    looked = threading.Event()
    asked: list[datetime] = []

    def act(now: datetime) -> None:
        asked.append(now)
        looked.set()

    working = Worker({}, [(1.0, act)])
    working.start()
    assert looked.wait(10)
    working.stop()
    assert all(now.tzinfo is not None for now in asked)


def test_the_table_of_clocks_has_the_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    assert handlers.renew_maps in [act for _, act in handlers.CLOCK]
    called: list[datetime] = []
    monkeypatch.setattr("belowline.newsroom.publishing.publication.wake_maps", lambda now: called.append(now))
    handlers.renew_maps(datetime.now().astimezone())
    assert len(called) == 1
