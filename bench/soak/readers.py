"""Readers who do not give up: the same form is sent again until it is answered, and what was answered is written down."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench import clients
from bench.clients import Guest, NotAnswered
from bench.soak.ledger import Ledger

PAUSE_SECONDS = 0.05
# One write that is not answered for so long: the site did not come back.
PATIENCE_SECONDS = 120.0
VOTES_SHARE = 0.5
REPLIES_SHARE = 0.3


class Persistent:
    """One reader with a name that the ledger knows."""

    def __init__(self, guest: Guest, ledger: Ledger, *, seed: int) -> None:
        self.guest, self.ledger = guest, ledger
        self._random = random.Random(seed)
        self._seed, self._number = seed, 0
        self._own: set[int] = set()

    async def act(self, number: int = 0) -> None:
        """A comment, a reply or a vote."""
        others = [one for one in list(self.ledger.comments)[-200:] if one not in self._own]
        if others and self._random.random() < VOTES_SHARE:
            await self.vote(self._random.choice(others), self._random.choice((1, -1, 0)))
        else:
            parent = self._random.choice(others) if others and self._random.random() < REPLIES_SHARE else None
            await self.post(parent=parent)

    async def post(self, *, parent: int | None = None) -> int:
        self._number += 1
        text = clients.text_of(self._number, seed=self._seed)
        key = secrets.token_urlsafe(18)
        answer = await self._until_answered(lambda: self.guest.post(text, parent=parent, key=key))
        self.ledger.comments[answer["comment"]] = text
        self._own.add(answer["comment"])
        return int(answer["comment"])

    async def vote(self, comment: int, value: int) -> None:
        key = (comment, self.guest.name)
        self.ledger.open_votes[key] = value
        self.ledger.votes.setdefault(key, 0)
        await self._until_answered(lambda: self.guest.vote(comment, value))
        self.ledger.votes[key] = value
        self.ledger.open_votes.pop(key, None)

    async def _until_answered(self, act: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.ledger.attempts += 1
            try:
                return await act()
            except NotAnswered as problem:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"no answer for {PATIENCE_SECONDS:.0f} s: {problem}") from None
                await asyncio.sleep(PAUSE_SECONDS)


async def keep_writing(readers: list[Persistent], *, until: asyncio.Event) -> None:
    """All readers act in turn until told to stop; what is under way is finished."""

    async def one(reader: Persistent) -> None:
        while not until.is_set():
            await reader.act()

    await asyncio.gather(*(one(reader) for reader in readers))
