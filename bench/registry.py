"""Which module measures which bar. A module is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from bench.results import Measure

# In the order in which they run: short ones first, what fills the disk last.
MODULES: dict[str, tuple[str, ...]] = {
    "hot": ("P1", "P2"),
    "weight": ("P6", "P7"),
    "figures": ("figures",),
    "anchors": ("P16",),
    "copies": ("copies", "words"),
    "queue": ("queue",),
    "memory": ("P12",),
    "live": ("P11",),
    "reading": ("P3", "P4", "P5"),
    "writing": ("P8", "P9", "P10"),
    "peer": ("peer",),
    "clone": ("P13",),
    "postgres": ("P15",),
    "imports": ("P14",),
}
# Promised, and not part of Belowline yet.
MISSING = {
    "P11": "live subscribers",
    "P16": "anchors moved to a new revision",
    "P17": "ranking refit",
}
BARS = tuple(bar for bars in MODULES.values() for bar in bars)


def modules_for(bars: Iterable[str]) -> list[str]:
    """The modules that measure these bars, each once; all for none. Raises ValueError for an unknown bar."""
    wanted = list(bars)
    unknown = [bar for bar in wanted if bar not in BARS]
    if unknown:
        raise ValueError(f"no bar is called {', '.join(unknown)}; there are {', '.join(BARS)}")
    return [name for name, own in MODULES.items() if not wanted or set(own) & set(wanted)]


def measure_of(module: str) -> Measure:
    found: Measure = importlib.import_module(f"bench.bars.{module}").measure
    return found
