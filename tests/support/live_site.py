"""A real site for tests: made, given a small cast and a discussion, served by its own supervisor, ended by its pid.

One site serves all tests of a process (the fixture `live_site`): who writes, takes a room of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CLI = [sys.executable, "-m", "belowline.project.cli"]
# Counts show at once, and guests are published at once: a test must see what its press did.
SETTINGS = {"BELOWLINE_DISCUSSION__HIDE_COUNTS_MINUTES": "0", "BELOWLINE_DISCUSSION__GUESTS": "publish"}
START_SECONDS = 90.0
STOP_SECONDS = 30.0


@dataclass
class LiveSite:
    """A served site. `facts` is what the making of the cast told: ids by name."""

    data: Path
    url: str = ""
    facts: dict[str, int] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def thread(self, name: str, language: str = "") -> str:
        return f"{self.url}{language}/d/{self.facts[name]}"


def environment() -> dict[str, str]:
    """Without what the test run set for itself, but for how much one reader may write (tests/conftest.py)."""
    own = {name for name in os.environ if name.startswith("BELOWLINE_") and "_MODERATION__" not in name}
    plain = {name: value for name, value in os.environ.items() if name not in own}
    return plain | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def make_site(data: Path) -> LiveSite:
    """A new site with the cast of tests/support/live_cast.py in it."""
    _told("init", "--data", str(data), "--name", "The Weir")
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.live_cast", str(data)],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=ROOT,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return LiveSite(data, facts=json.loads(done.stdout.splitlines()[-1]))


def _told(*words: str) -> None:
    done = subprocess.run([*CLI, *words], env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(site: LiveSite, *, settings: dict[str, str] | None = None) -> None:
    """Start the supervisor on a free port; returns when the first page was answered. `settings` as in the environment;
    "{port}" in them is that port."""
    port = free_port()
    given = SETTINGS | {"BELOWLINE_SITE__PUBLIC_URL": f"http://127.0.0.1:{port}"}
    given |= {name: value.replace("{port}", str(port)) for name, value in (settings or {}).items()}
    with (site.data / "serve.log").open("w") as log:
        site.process = subprocess.Popen(
            [*CLI, "serve", "--data", str(site.data), "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment() | given,
        )
    site.url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(site.url + "/robots.txt", timeout=10):
                return
        except OSError:
            assert site.process.poll() is None, (site.data / "serve.log").read_text()[-3000:]
            assert time.monotonic() < deadline, (site.data / "serve.log").read_text()[-3000:]
            time.sleep(0.1)


def stop(site: LiveSite) -> None:
    """End the supervisor by its pid; it ends its children."""
    if site.process is None:
        return
    site.process.send_signal(signal.SIGTERM)
    try:
        site.process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        site.process.kill()
        site.process.wait()
    if site.process.stdout is not None:
        site.process.stdout.close()


def copied_site(model: Path, *, to: Path) -> LiveSite:
    """A copy of the site in the folder `model`, which whoever comes first makes, and others wait for."""
    model.mkdir(exist_ok=True)
    facts = model / "facts.json"
    with (model / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not facts.exists():
            facts.write_text(json.dumps(make_site(model / "data").facts))
    shutil.copytree(model / "data", to)
    return LiveSite(to, facts=json.loads(facts.read_text()))


@pytest.fixture(scope="session")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """Made once a run, served once a test process; import it into a conftest.py to use it."""
    own = tmp_path_factory.mktemp("live")
    # The folders of a run's workers lie side by side.
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    site = copied_site(shared / "live-model", to=own / "data")
    serve(site)
    yield site
    stop(site)
