"""What the tasks say goes to standard error: standard output belongs to what a task prints (serving ..., JSON)."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class TaskFailed(Exception):
    """The task cannot go on; the message says what to do."""


def say(text: str) -> None:
    print(f"dev: {text}", file=sys.stderr, flush=True)


def call(command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, quiet: bool = False) -> int:
    """Say and run a command in the checkout; its exit code."""
    words = [str(word) for word in command]
    if not quiet:
        say(shlex.join([str(Path(word).relative_to(ROOT)) if word.startswith(str(ROOT)) else word for word in words]))
    return subprocess.run(words, cwd=ROOT, env=dict(environment) if environment is not None else None).returncode
