"""R1: processes of a site that serves are killed at any moment; what was acknowledged must be there, once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.clients import Guest, NotAnswered
from bench.processes import free_port
from bench.sites import Site, start
from bench.soak.ledger import Database, Ledger
from bench.soak.readers import Persistent, keep_writing

READERS = 8
# Between a kill and the next one: sometimes while the site is coming up again, mostly under full load.
PAUSE_SECONDS = (0.05, 1.5)
READY_SECONDS = 90.0
SUPERVISOR = "supervisor"


@dataclass
class Killing:
    """What a run did and found."""

    kills: Counter[str] = field(default_factory=Counter)
    ledger: Ledger = field(default_factory=Ledger)
    faults: list[str] = field(default_factory=list)


class Victim:
    """A site on one port that is started again when its supervisor is gone, as a service manager does."""

    def __init__(self, root: Path) -> None:
        self.root, self.port = root, free_port()
        self.site: Site = start(root, port=self.port)

    def kill_one(self, rng: random.Random) -> str:
        """Kill a process that is alive; its name."""
        children = self.site.status().get("children", {})
        names = [SUPERVISOR, *sorted(children)]
        name = rng.choice(names)
        pid = self.site.process.pid if name == SUPERVISOR else children[name]["pid"]
        if pid is None:  # it is being restarted: the supervisor is hit in the middle of that
            name, pid = SUPERVISOR, self.site.process.pid
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return str(name)

    def revive(self) -> None:
        """Start again if the supervisor is dead."""
        if self.site.process.poll() is None:
            return
        if self.site.process.stdout is not None:
            self.site.process.stdout.close()
        self.site = start(self.root, port=self.port)


async def kill_again_and_again(
    root: Path,
    *,
    kills: int,
    seed: int,
    database: Callable[[], object],
    tell: Callable[[int], None] = lambda _count: None,
) -> Killing:
    """`database()` is a context manager that gives the site's Database. `tell` hears of every kill."""
    done, rng = Killing(), random.Random(seed)
    victim = await asyncio.to_thread(Victim, root)
    try:
        async with AsyncExitStack() as stack:
            readers = []
            for number in range(READERS):
                guest = Guest(victim.site.url, name=f"Guest {seed} {number}")
                readers.append(
                    Persistent(await stack.enter_async_context(guest), done.ledger, seed=seed * 100 + number)
                )
            until = asyncio.Event()
            writing = asyncio.create_task(keep_writing(readers, until=until))
            try:
                while sum(done.kills.values()) < kills and not writing.done():
                    await asyncio.sleep(rng.uniform(*PAUSE_SECONDS))
                    done.kills[victim.kill_one(rng)] += 1
                    tell(1)
                    await asyncio.sleep(0.02)
                    await asyncio.to_thread(victim.revive)
                    await _answered_again(victim, rng, done.ledger)
            finally:
                await asyncio.to_thread(victim.revive)
                until.set()
                await writing
    finally:
        await asyncio.to_thread(victim.site.stop)
    with database() as opened:  # type: ignore[attr-defined]
        assert isinstance(opened, Database)
        done.faults = done.ledger.faults(opened)
    return done


async def _answered_again(victim: Victim, rng: random.Random, ledger: Ledger) -> None:
    """Mostly wait until something was acknowledged again; now and then the next kill comes at once."""
    if rng.random() < 0.2:
        return
    before, deadline = len(ledger.comments) + len(ledger.votes), time.monotonic() + READY_SECONDS
    while len(ledger.comments) + len(ledger.votes) <= before:
        if time.monotonic() > deadline:
            raise NotAnswered(f"the site did not come back within {READY_SECONDS:.0f} s; see {victim.site.log}")
        await asyncio.sleep(0.05)
        await asyncio.to_thread(victim.revive)
