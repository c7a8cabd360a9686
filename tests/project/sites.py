"""Real sites in real processes, for tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 60.0
CLI = [sys.executable, "-m", "belowline.project.cli"]


def plain_environment(**more: str) -> dict[str, str]:
    """Without what the test run itself set: the processes are told their folder like an operator tells it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BELOWLINE_")} | more


def belowline(
    *words: str | Path, stdin: str | None = None, seconds: float = 120.0, launcher: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*launcher, *CLI, *(str(word) for word in words)],
        input=stdin,
        capture_output=True,
        text=True,
        env=plain_environment(),
        timeout=seconds,
    )


def eventually(question: Callable[[], Any], *, what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """The first true answer. Waiting for another process is the one place where tests look again and again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = question()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@dataclass
class Served:
    """A supervisor that a test started, real or with fake children."""

    process: subprocess.Popen[str]
    status_file: Path
    log: Path

    def status(self) -> dict[str, Any]:
        try:
            return json.loads(self.status_file.read_text())
        except (FileNotFoundError, ValueError):
            return {}

    @property
    def url(self) -> str:
        return str(self.status()["url"])

    def pid_of(self, child: str) -> int | None:
        return self.status().get("children", {}).get(child, {}).get("pid")

    def get(self, path: str) -> int:
        """The status that a GET is answered with; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def first_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def stop(self, *, with_signal: int = signal.SIGTERM) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(command: list[str], *, status_file: Path, log: Path) -> Served:
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=plain_environment())
    return Served(process, status_file, log)
