"""What a number was measured on."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.support.postgres import binaries

PACKAGES = ("belowline", "django", "wagtail", "granian", "uvloop", "jinja2", "brotli", "zstandard", "psycopg")


def machine() -> dict[str, str]:
    """Plain words for the head of a report; nothing that names the host or its user."""
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return {
        "processor": f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{int(memory[1]) / 1024 / 1024:.0f} GiB" if memory else "unknown",
        "system": f"{platform.system()} {platform.release()}",
        "load at the start": f"{os.getloadavg()[0]:.2f}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _postgresql(),
        **{name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _postgresql() -> str:
    place = binaries()
    if place is None:
        return "missing"
    said = subprocess.run([place / "postgres", "--version"], capture_output=True, text=True).stdout
    return said.split()[2] if len(said.split()) > 2 else "unknown"
