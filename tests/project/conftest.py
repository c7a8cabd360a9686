from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from belowline.project.site import DataFolder, data_folder, write_privately
from tests.project.sites import CLI, Served, belowline, start

FAKES = str(Path(__file__).parent / "fakes.py")


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def supervise(tmp_path: Path, free_port: int) -> Iterator[Callable[..., Served]]:
    """Starts a supervisor over fake children: name=[role, arguments...]."""
    started: list[Served] = []

    def begin(*, stop_seconds: float = 5.0, **children: list[str]) -> Served:
        plan = {
            "url": f"http://127.0.0.1:{free_port}",
            "status": str(tmp_path / "status.json"),
            "probe_host": "127.0.0.1",
            "probe_port": free_port,
            "stop_seconds": stop_seconds,
            "children": [
                {"name": name, "command": [sys.executable, FAKES, *words]} for name, words in children.items()
            ],
        }
        write_privately(tmp_path / "plan.json", plan)
        command = [sys.executable, "-m", "belowline.project.supervisor", str(tmp_path / "plan.json")]
        served = start(command, status_file=tmp_path / "status.json", log=tmp_path / "log")
        started.append(served)
        return served

    yield begin
    for served in started:
        served.end()


@pytest.fixture(scope="session")
def made_site(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A new site, made once by `belowline init`. Tests that change it copy it first."""
    root = tmp_path_factory.mktemp("site") / "data"
    done = belowline("init", "--data", root, "--name", "The Weir")
    assert done.returncode == 0, done.stderr
    return data_folder(root)


@pytest.fixture
def site(made_site: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of the new site that belongs to one test."""
    import shutil

    shutil.copytree(made_site.root, tmp_path / "data")
    return data_folder(tmp_path / "data")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[DataFolder], Served]]:
    """Starts a real site on a free port."""
    started: list[Served] = []

    def begin(folder: DataFolder) -> Served:
        log = tmp_path / f"log-{len(started)}"
        command = [*CLI, "serve", "--data", str(folder.root), "--port", "0"]
        served = start(command, status_file=folder.status, log=log)
        started.append(served)
        return served

    yield begin
    for served in started:
        served.end()
