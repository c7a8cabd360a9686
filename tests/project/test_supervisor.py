"""One supervisor keeps the processes of a site alive and ends them in order. The children here are fakes."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.project.sites import Served, eventually, is_running

pytestmark = pytest.mark.process

Supervise = Callable[..., Served]


def test_one_line_says_where_the_site_is_served(supervise: Supervise, free_port: int, tmp_path: Path) -> None:
    served = supervise(desk=["desk", str(tmp_path / "j")], front=["front", str(free_port), str(tmp_path / "j")])
    assert served.first_line() == f"serving http://127.0.0.1:{free_port}"
    assert served.stop() == 0
    assert served.process.stdout is not None
    assert served.process.stdout.read() == ""


def test_a_stop_ends_the_front_before_the_desk(supervise: Supervise, free_port: int, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    served = supervise(desk=["desk", str(journal)], front=["front", str(free_port), str(journal)])
    served.first_line()
    assert served.stop() == 0
    assert journal.read_text().splitlines() == ["front ended", "desk ended"]


def test_ctrl_c_is_a_stop(supervise: Supervise, free_port: int, tmp_path: Path) -> None:
    served = supervise(front=["front", str(free_port), str(tmp_path / "j")])
    served.first_line()
    assert served.stop(with_signal=signal.SIGINT) == 0


def test_a_child_that_is_killed_is_started_again(supervise: Supervise, free_port: int, tmp_path: Path) -> None:
    served = supervise(desk=["desk", str(tmp_path / "j")], front=["front", str(free_port), str(tmp_path / "j")])
    served.first_line()
    for name in ("desk", "front"):
        before = served.pid_of(name)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        eventually(lambda name=name, before=before: served.pid_of(name) not in {None, before}, what=f"a new {name}")
    assert eventually(lambda: served.get("/") == 200, what="the new front answers")


def test_a_child_that_keeps_dying_is_given_ever_longer_pauses(
    supervise: Supervise, free_port: int, tmp_path: Path
) -> None:
    served = supervise(front=["front", str(free_port), str(tmp_path / "j")], desk=["desk", str(tmp_path / "j")])
    served.first_line()
    for _ in range(3):
        before = eventually(lambda: served.pid_of("desk"), what="a desk")
        os.kill(before, signal.SIGKILL)
        eventually(lambda before=before: served.pid_of("desk") != before, what="its death was seen")
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert [line["wait"] for line in lines if line["event"] == "child_died"] == [0.2, 0.4, 0.8]


def test_a_child_that_does_not_hear_is_killed(supervise: Supervise, free_port: int, tmp_path: Path) -> None:
    served = supervise(stop_seconds=0.3, deaf=["deaf"], front=["front", str(free_port), str(tmp_path / "j")])
    served.first_line()
    deaf = served.pid_of("deaf")
    assert deaf is not None
    assert served.stop() == 1
    assert not is_running(deaf)
    assert "child_killed" in served.log.read_text()


def test_a_killed_supervisor_leaves_nobody_behind(supervise: Supervise, free_port: int, tmp_path: Path) -> None:
    served = supervise(deaf=["deaf"], front=["front", str(free_port), str(tmp_path / "j")])
    served.first_line()
    children = [served.pid_of("deaf"), served.pid_of("front")]
    served.process.kill()
    served.process.wait()
    for pid in children:
        assert pid is not None
        eventually(lambda pid=pid: not is_running(pid), what="the kernel ended the child", seconds=5)


def test_a_site_that_cannot_start_says_so_and_ends(supervise: Supervise) -> None:
    served = supervise(desk=["die", "3"])
    assert served.process.wait(timeout=30) == 1
    last = [line for line in served.log.read_text().splitlines() if line.startswith("belowline: ")]
    assert last == ["belowline: the desk stopped 3 times while starting (exit code 3); the lines above say why"]


def test_a_port_that_is_taken_ends_the_start_at_once(supervise: Supervise) -> None:
    served = supervise(front=["die", "98"])
    assert served.process.wait(timeout=30) == 1
    assert "the port is in use by another program" in served.log.read_text()


def test_the_service_manager_is_told(
    supervise: Supervise, free_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0belowline-test-{os.getpid()}")
        manager.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@belowline-test-{os.getpid()}")
        served = supervise(front=["front", str(free_port), str(tmp_path / "j")])
        assert manager.recv(100) == b"READY=1"
        served.stop()
        assert manager.recv(100) == b"STOPPING=1"
