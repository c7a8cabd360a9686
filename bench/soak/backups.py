"""R4: a backup is made while readers write, restored into an empty folder, and compared."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from bench.clients import Guest
from bench.sites import belowline, serving
from bench.soak.ledger import Ledger, sqlite_database
from bench.soak.readers import Persistent, keep_writing

READERS = 6
WRITE_SECONDS = 0.7
# Rows that never change once written: in the backup they must be the same as on the site, byte for byte.
UNCHANGING = {
    "discussion_revision": "comment_id, number, source, html, excerpt, digest, renderer, written_us",
    "discussion_statechange": "*",
    "outbox_event": "*",
    "discussion_comment": "id, thread_id, author_id, parent_id, root_id, depth, segment, path, position, time_key",
}


@dataclass
class BackingUp:
    rounds: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    faults: list[str] = field(default_factory=list)


async def back_up_and_compare(
    root: Path, *, rounds: int, seed: int, tell: Callable[[int], None] = lambda _count: None
) -> BackingUp:
    """On SQLite. The last backup is served as well."""
    done = BackingUp()
    with serving(root) as site:
        async with AsyncExitStack() as stack:
            readers = []
            for number in range(READERS):
                guest = await stack.enter_async_context(Guest(site.url, name=f"Guest {seed} {number}"))
                readers.append(Persistent(guest, done.ledger, seed=seed * 100 + number))
            until = asyncio.Event()
            writing = asyncio.create_task(keep_writing(readers, until=until))
            try:
                for number in range(rounds):
                    await asyncio.sleep(WRITE_SECONDS)
                    seen, began = list(done.ledger.comments), time.time()
                    back = root.with_name(f"restored-{number}")
                    target = root.with_name(f"backups-{number}")
                    await asyncio.to_thread(belowline, "backup", "--data", root, "--to", target)
                    (backup,) = target.iterdir()
                    await asyncio.to_thread(belowline, "restore", backup, "--data", back)
                    done.faults += await asyncio.to_thread(faults_of, back, root, done.ledger, seen, before=began)
                    done.rounds += 1
                    tell(1)
            finally:
                until.set()
                await writing
    await asyncio.to_thread(_serves, back)
    return done


def faults_of(back: Path, root: Path, ledger: Ledger, seen: list[int], *, before: float) -> list[str]:
    """What the restored site lacks, has too much or has otherwise. `before`: when the backup began, in Unix seconds."""
    with sqlite_database(back / "belowline.db") as database:
        found = ledger.faults(database, seen=seen)
    return found + _differences(back / "belowline.db", root / "belowline.db") + _files(back, root, before=before)


def _differences(restored: Path, live: Path) -> list[str]:
    """Rows of the restored database that the site does not have like this."""
    found = []
    with closing(sqlite3.connect(f"file:{live}?mode=ro", uri=True)) as connection:
        connection.execute("ATTACH DATABASE ? AS back", (f"file:{restored}?mode=ro",))
        for table, columns in UNCHANGING.items():
            query = (
                f"SELECT count(*) FROM (SELECT {columns} FROM back.{table} EXCEPT SELECT {columns} FROM main.{table})"
            )
            if count := connection.execute(query).fetchone()[0]:
                found.append(f"{count} rows of {table} differ from the site's")
    return found


def _files(back: Path, root: Path, *, before: float) -> list[str]:
    """Media and private files that were there; those of the site never change once written."""
    found = []
    for part in ("media", "private", "secret", "belowline.toml"):
        paths = (
            [root / part] if (root / part).is_file() else [path for path in (root / part).rglob("*") if path.is_file()]
        )
        for path in paths:
            if path.stat().st_mtime > before:  # the worker draws cards while the site is being copied
                continue
            twin = back / path.relative_to(root)
            if not twin.exists() or twin.read_bytes() != path.read_bytes():
                found.append(f"{path.relative_to(root)} differs")
    return found


def _serves(back: Path) -> None:
    """Raises when the restored site does not come up."""
    with serving(back) as site:
        from bench.sites import Reader

        reader = Reader(site)
        reader.get("/")
        reader.get("/d/1")
        reader.close()
