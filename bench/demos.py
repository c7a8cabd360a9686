"""The demo newsroom for measurements, written once for each state of its sources."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.saying import say
from bench.sites import CACHE, SOURCES, _migrations, digest_of, start

DEMO_SOURCES = (
    *SOURCES,
    "src/belowline/demo",
    "src/belowline/newsroom/actions/pages.py",
    "src/belowline/newsroom/pictures/files.py",
)


def made_demo() -> Path:
    """The data folder of a seeded demo. Do not serve it: copy it."""
    made = CACHE / f"demo-{digest_of(*DEMO_SOURCES, *_migrations())}"
    if not made.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        for old in CACHE.glob("demo-*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        say("writing the demo newsroom (once; kept in .cache/bench)")
        draft = made.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)  # of a making that broke off
        start(draft, words=("--demo",)).stop()
        draft.rename(made)
    return made
