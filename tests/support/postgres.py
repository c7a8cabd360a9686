"""A PostgreSQL cluster of one's own for a test run: on a Unix socket in a temporary folder, durable as in service."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Debian's place; the newest installed version of 15 or later is taken.
_PLACES = Path("/usr/lib/postgresql")
VERSION_MIN = 15
SUPERUSER = "belowline"


def binaries() -> Path | None:
    """The folder with `initdb`, None where PostgreSQL is not installed."""
    found = [place for place in _PLACES.glob("*/bin/initdb") if int(place.parts[-3]) >= VERSION_MIN]
    return max(found, key=lambda place: int(place.parts[-3])).parent if found else None


@contextmanager
def private_cluster(database: str = "belowline", *, is_durable: bool = True) -> Iterator[str]:
    """Start a cluster, give the DSN of an empty database in it, and remove everything at the end.

    `is_durable=False` never waits for the disk: for tests that pull no plug.

    Raises RuntimeError when PostgreSQL is not installed: ask `binaries()` first to skip a test.
    """
    place = binaries()
    if place is None:
        raise RuntimeError(f"PostgreSQL {VERSION_MIN} or later is not installed")
    # Short, because the path of a Unix socket may have 107 bytes only.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        for part in (folder, folder / "data"):
            part.mkdir(exist_ok=True)
            if (user := _other_user()) is not None:
                os.chown(part, user.pw_uid, user.pw_gid)
        _run(place / "initdb", "-D", folder / "data", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        _run(
            place / "pg_ctl",
            "-D",
            folder / "data",
            "-w",
            "-t",
            "60",
            "-l",
            folder / "log",
            "-o",
            _options(folder, is_durable=is_durable),
            "start",
        )
        try:
            _run(place / "createdb", "-h", folder, "-U", SUPERUSER, database)
            yield f"postgresql://{SUPERUSER}@/{database}?host={folder}"
        finally:
            _run(place / "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options(folder: Path, *, is_durable: bool) -> str:
    durable = "on" if is_durable else "off"
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": durable,
        "synchronous_commit": durable,
        "full_page_writes": durable,
        # A test cluster beside the tests' own processes, not a database machine.
        "shared_buffers": "32MB",
        "max_connections": "60",
    }
    return " ".join(f"-c {name}='{value}'" for name, value in settings.items())


def _other_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; whoever else runs the tests runs it as themselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("Neither a user postgres nor nobody to run PostgreSQL as")


def _run(program: Path, *arguments: str | Path) -> None:
    user = _other_user()
    result = subprocess.run(
        [program, *arguments],
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        # pg_ctl leaves the server running with its own output: a pipe would never end.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if program.name == "pg_ctl" else subprocess.PIPE,
        check=False,
        timeout=120,
    )
    if result.returncode != 0:
        reason = (result.stderr or b"").decode(errors="replace").strip()
        raise RuntimeError(f"{program.name} failed with status {result.returncode}: {reason}")
