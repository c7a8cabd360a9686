"""What nobody writes and the clock does: the worker does it, once, also when nothing else happens."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from belowline.accounts import networks
from belowline.project import handlers
from belowline.project.worker import Worker
from belowline.storage.whole_files import UNFINISHED

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


def test_the_table_of_clocks_has_the_daily_round_of_the_files(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (86_400.0, handlers.remove_unfinished_files) in handlers.CLOCK
    assert networks.forget_old in [act for _, act in handlers.CLOCK]
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    for part in ("media", "private"):
        (tmp_path / part).mkdir()
        (tmp_path / part / f"half{UNFINISHED}").write_bytes(b"x")
    handlers.remove_unfinished_files(datetime.now(UTC))
    assert len(list(tmp_path.rglob(f"*{UNFINISHED}"))) == 2, "somebody may still be writing"
    handlers.remove_unfinished_files(datetime.now(UTC) + timedelta(days=1, minutes=1))
    assert not list(tmp_path.rglob(f"*{UNFINISHED}"))
