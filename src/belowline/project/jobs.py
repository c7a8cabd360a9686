"""Manners of long work beside a site that serves: it steps back, and it cannot take the machine's memory."""

from __future__ import annotations

import os
import resource

NICENESS = 10


def step_back(*, memory_mib: int | None = None) -> None:
    """Let the serving processes go first; with `memory_mib`, fail rather than grow beyond it."""
    os.nice(NICENESS)
    if memory_mib is not None:
        limit = memory_mib * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
