"""Checks that need no site: style, types, contracts, and that nothing generated has fallen behind its source."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tasks import environment, words, writing
from tasks.saying import ROOT, call, say

SOURCES = ["src", "tests", "tasks", "bench"]


def check(arguments: list[str]) -> int:
    """Every check runs, also after a failure, so that one look shows everything."""
    python = str(environment.ensure())
    sources = _sources()
    steps: list[tuple[str, Callable[[], int]]] = [
        ("style", lambda: _run([python, "-m", "ruff", "check", *sources])),
        ("format", lambda: _run([python, "-m", "ruff", "format", "--check", *sources])),
        ("types", lambda: _run([python, "-m", "mypy"])),
        ("contracts", lambda: contracts(python)),
        ("migrations", lambda: _django(python, ["makemigrations", "--check", "--dry-run", "-v", "1"])),
        ("database image", lambda: writing.check_schema(python)),
        ("settings page", lambda: writing.check_docs(python)),
        ("words", lambda: words.check(python)),
        ("lock", lambda: writing.check_lock(python)),
    ]
    failed, lines = [], []
    for name, step in steps:
        began = time.monotonic()
        is_good = step() == 0
        lines.append(f"{'ok  ' if is_good else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)")
        failed += [] if is_good else [name]
    for line in lines:
        say(line)
    say(f"{len(failed)} of {len(steps)} checks failed: {', '.join(failed)}" if failed else "every check passed")
    return 1 if failed else 0


def fix(arguments: list[str]) -> int:
    python = str(environment.ensure())
    sources = _sources()
    code = _run([python, "-m", "ruff", "check", "--fix", *sources])
    return _run([python, "-m", "ruff", "format", *sources]) or code


def contracts(python: str) -> int:
    """Who may import whom (ARCHITECTURE.md)."""
    return _run([str(Path(python).parent / "lint-imports"), "--no-cache"])


def _sources() -> list[str]:
    return [name for name in SOURCES if (ROOT / name).is_dir()]


def _run(command: list[str]) -> int:
    return call(command, environment=environment.environment())


def _django(python: str, arguments: list[str]) -> int:
    data = tempfile.mkdtemp(prefix="belowline-check-")
    try:
        settings = {"BELOWLINE_DATA": data, "DJANGO_SETTINGS_MODULE": "belowline.project.django_settings"}
        values = {name: value for name, value in os.environ.items() if not name.startswith("BELOWLINE_")}
        return call([python, "-m", "django", *arguments], environment=values | settings)
    finally:
        shutil.rmtree(data)
