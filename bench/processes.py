"""What the kernel counts for a process: CPU time and memory. Linux."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterable
from pathlib import Path

MIB = 1024 * 1024


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time so far of these processes with all their threads, also those that have ended; nanosecond
    steps, where /proc/PID/stat has 10 ms. A process that is gone counts 0.

    The number of another process's CPU clock: clock_getcpuclockid(3), linux/posix-timers.h (CPUCLOCK_SCHED = 2).
    """
    total = 0.0
    for pid in pids:
        try:
            total += time.clock_gettime((~pid << 3) | 2)
        except OSError:
            continue
    return total


def tree(root: int) -> list[int]:
    """The process and all its descendants that are alive."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def pss_mib(pids: Iterable[int]) -> float:
    """Proportional set size: shared pages are divided among those that share them."""
    return sum(_field_kib(Path(f"/proc/{pid}/smaps_rollup"), "Pss") for pid in pids) / 1024


def rss_mib(pid: int) -> float:
    """0 when the process is gone."""
    return _field_kib(Path(f"/proc/{pid}/status"), "VmRSS") / 1024


def _field_kib(path: Path, name: str) -> int:
    try:
        found = re.search(rf"^{name}:\s+(\d+) kB", path.read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
