"""R2: one reader's vote 200 times at once, a thousand readers on one comment at once, one form fifty times at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.clients import Guest, NotAnswered
from bench.sites import serving
from bench.soak.ledger import Database, Ledger
from bench.soak.readers import Persistent

PRESSES = 200
COPIES = 50
CROWD = 1_000
ARRIVING = 32


@dataclass
class Storm:
    runs: int = 0
    forms: int = 0
    readers: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    faults: list[str] = field(default_factory=list)


async def storm(
    root: Path,
    *,
    runs: int,
    crowd: int,
    seed: int,
    database: Callable[[], object],
    tell: Callable[[int], None] = lambda _count: None,
) -> Storm:
    done, rng = Storm(), random.Random(seed)
    with serving(root) as site:
        async with AsyncExitStack() as stack:
            guests = [
                await stack.enter_async_context(Guest(site.url, name=f"Guest {seed} {number}"))
                for number in range(max(crowd, 2))
            ]
            readers = [Persistent(guest, done.ledger, seed=seed * 10_000 + n) for n, guest in enumerate(guests)]
            target = await readers[0].post()
            for _ in range(runs):
                await _one_reader_many_presses(readers[1], target, rng)
                done.runs += 1
                tell(PRESSES)
            await _arrive(readers[1:], tell=tell)
            # Everybody at once; who is told "busy" presses again.
            await asyncio.gather(*(reader.vote(target, rng.choice((1, -1))) for reader in readers[1:]))
            done.readers = len(readers) - 1
            tell(len(readers) - 1)
            stranger = await stack.enter_async_context(Guest(site.url, name=f"Stranger {seed}"))
            answers = {}
            for guest in (guests[1], stranger):
                text = f"One form of {guest.name}, sent {COPIES} times."
                answers[text] = await _one_form_many_times(guest, text)
                done.forms += 1
    with database() as opened:  # type: ignore[attr-defined]
        assert isinstance(opened, Database)
        done.faults = done.ledger.faults(opened) + _rows(opened, target, voters=done.readers)
        done.faults += [fault for text, ids in answers.items() for fault in _one_comment(opened, text, answered=ids)]
    return done


async def _one_reader_many_presses(reader: Persistent, target: int, rng: random.Random) -> None:
    """All at once in any direction; which one comes last nobody knows, so one more press decides."""
    if not reader.ledger.votes.get((target, reader.guest.name)):
        await reader.post()  # makes the reader known
    await asyncio.gather(*(reader.vote(target, rng.choice((1, -1, 0))) for _ in range(PRESSES)))
    await reader.vote(target, rng.choice((1, -1)))


async def _one_form_many_times(guest: Guest, text: str) -> set[int]:
    """A double click, a browser that tries again, a proxy that repeats: the comments that the answers name."""
    await guest.enter()

    async def send() -> int:
        while True:
            try:
                return int((await guest.post(text, key=f"key of {guest.name}"))["comment"])
            except NotAnswered:
                await asyncio.sleep(0.05)

    return set(await asyncio.gather(*(send() for _ in range(COPIES))))


def _one_comment(database: Database, text: str, *, answered: set[int]) -> list[str]:
    found = database.rows(f"SELECT comment_id FROM discussion_revision WHERE source = '{text}'")
    stored = {row[0] for row in found}
    return [] if len(found) == 1 and stored == answered else [f"{text!r} is {sorted(stored)}, told {sorted(answered)}"]


async def _arrive(readers: list[Persistent], *, tell: Callable[[int], None]) -> None:
    """Everybody becomes a known reader by a comment of their own."""
    room = asyncio.Semaphore(ARRIVING)

    async def one(reader: Persistent) -> None:
        async with room:
            await reader.post()
            tell(1)

    await asyncio.gather(*(one(reader) for reader in readers))


def _rows(database: Database, target: int, *, voters: int) -> list[str]:
    found = database.rows(
        f"SELECT count(*), count(DISTINCT reader_id) FROM discussion_vote WHERE comment_id = {target:d}"
    )
    return [] if found[0] == (voters, voters) else [f"{found[0][0]} rows of {found[0][1]} readers, not {voters}"]
