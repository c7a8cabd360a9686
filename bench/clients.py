"""Readers made of asyncio: they open pages, write and vote through the front like a browser without scripts does."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

THREAD = 1
WORDS = [
    "the",
    "water",
    "stood",
    "at",
    "the",
    "second",
    "step",
    "again",
    "and",
    "nobody",
    "from",
    "the",
    "council",
    "came",
    "to",
    "look",
    "at",
    "it",
    "before",
    "the",
    "evening",
    "although",
    "the",
    "rota",
    "named",
    "two",
    "people",
    "and",
    "both",
    "of",
    "them",
    "live",
    "behind",
    "the",
    "bridge",
]


class NotAnswered(Exception):
    """No answer, or one that says nothing about the write (503, a broken connection): ask again with the same form."""


class Guest:
    """A reader without an account: a name at the first comment, remembered by a cookie afterwards."""

    def __init__(self, url: str, *, name: str, thread: int = THREAD) -> None:
        self.name, self.thread, self._url = name, thread, url
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # cookies of an address without a name
            timeout=aiohttp.ClientTimeout(total=30),
            headers={"Accept": "application/json"},
        )
        self._token = ""

    async def __aenter__(self) -> Guest:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def enter(self) -> None:
        """Fetch the token that every form carries."""
        state = await self._ask("GET", f"/_me/thread/{self.thread}")
        self._token = state["token"]

    async def post(self, text: str, *, parent: int | None = None, key: str = "") -> dict[str, Any]:
        """The answer with `comment` and `state`. Raises NotAnswered, or RuntimeError for a refusal."""
        path = f"/_d/{self.thread}/reply" + (f"/{parent}" if parent else "")
        fields = {"text": text, "key": key or secrets.token_urlsafe(18), "name": self.name, "email": "guest@bench.test"}
        return await self._write(path, fields)

    async def vote(self, comment: int, value: int) -> dict[str, Any]:
        button = {1: "up", -1: "down", 0: "undo"}[value]
        return await self._write(f"/_d/{self.thread}/vote", {button: str(comment)})

    async def page(self, path: str) -> int:
        """The status of a page, read to its end."""
        try:
            async with self._session.get(self._url + path, headers={"Accept": "text/html"}) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotAnswered(str(error)) from error

    async def _write(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        if not self._token:
            await self.enter()
        return await self._ask("POST", path, data=fields | {"csrfmiddlewaretoken": self._token})

    async def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            async with self._session.request(method, self._url + path, **more) as answer:
                text = await answer.text()
                if answer.status >= 500:
                    raise NotAnswered(f"{answer.status}")
                if answer.status >= 400:
                    raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
                return json.loads(text)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NotAnswered(str(error)) from error


def text_of(number: int, *, seed: int = 0) -> str:
    """About 180 characters, the median of real discussions; for every number one that is like no other."""
    shuffled = random.Random(f"{number}.{seed}").sample(WORDS, len(WORDS))
    return f"{number}.{seed}: {' '.join(shuffled)}."


@dataclass
class Load:
    """What a load did: how long each act took (seconds), and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    wall_seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall_seconds if self.wall_seconds else 0.0


async def closed_loop(acts: list[Callable[[int], Awaitable[object]]], *, seconds: float) -> Load:
    """Each client acts again as soon as it was answered, for so long. Problems are counted, not raised."""
    load = Load()
    began = time.perf_counter()

    async def client(act: Callable[[int], Awaitable[object]]) -> None:
        number = 0
        while time.perf_counter() - began < seconds:
            at = time.perf_counter()
            try:
                await act(number)
                load.seconds.append(time.perf_counter() - at)
            except (NotAnswered, RuntimeError) as problem:
                load.problems.append(str(problem))
                await asyncio.sleep(0.05)
            number += 1

    await asyncio.gather(*(client(act) for act in acts))
    load.wall_seconds = time.perf_counter() - began
    return load
