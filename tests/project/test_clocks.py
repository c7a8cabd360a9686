"""What nobody writes and the clock does: the worker does it, once, also when nothing else happens."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest

from belowline.project import handlers, worker
from belowline.project.worker import Worker

pytestmark = [pytest.mark.usefixtures("real_database"), pytest.mark.once]


def test_the_worker_looks_at_its_clocks_though_nothing_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()
    asked: list[datetime] = []

    def clock(now: datetime) -> int:
        asked.append(now)
        looked.set()
        return 0

    monkeypatch.setattr(worker, "clocks", lambda: (clock,))
    monkeypatch.setattr(worker, "handlers", dict)
    working = Worker()
    working.start()
    assert looked.wait(10)
    working.stop()
    assert all(now.tzinfo is not None for now in asked)


def test_the_table_of_clocks_has_the_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    assert handlers.renew_maps in worker.clocks()
    called: list[Any] = []
    monkeypatch.setattr("belowline.newsroom.publication.wake_maps", lambda now: called.append(now) or 3)
    assert handlers.renew_maps(datetime.now().astimezone()) == 3
    assert len(called) == 1
