"""P11: readers who follow one discussion in one front process: what each costs, and when all have heard of a comment."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Sequence

from bench.clients import THREAD, Guest
from bench.processes import cpu_seconds, pss_mib
from bench.results import Check, Options, Result, at_most, percentile
from bench.sites import SMALL, Reader, Site, copy_of, made_site, scratch, serving, settle

BARS = ("P11",)
READERS = 5_000
COMMENTS = 5
# So many connect at the same time.
AT_ONCE = 100
PATIENCE_SECONDS = 30.0
# All readers of a measurement come from one address.
SETTINGS = "[server]\nlive_readers = 20000\nlive_readers_per_network = 20000\n"


class _Reader(asyncio.Protocol):
    """Follows, and notes when it heard of something. Keeps nothing, so that one machine can be many readers."""

    def __init__(self, of: str) -> None:
        self._of = of
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(f"GET /live?of={self._of} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        if not self.greeted.done() and b"event: hello" in data:
            self.greeted.set_result(None)
        if b'"comments":[[' in data:
            self.heard.append(time.monotonic())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.greeted.done():
            self.greeted.set_exception(ConnectionError("refused"))


def measure(options: Options) -> Sequence[Result]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with scratch("live") as folder:
        root = copy_of(made_site(SMALL), to=folder / "site")
        settings = root / "belowline.toml"
        settings.write_text(settings.read_text().replace("[server]\n", SETTINGS, 1))
        with serving(root) as site:
            found = asyncio.run(_follow(site, comments=options.rounds(COMMENTS)))
    return [
        Result(
            bar="P11",
            title=f"{READERS:,} readers follow one discussion in one front process",
            checks=(
                Check("memory of the front for each", found["KB each"], "KB", at_most(40.0)),
                Check("until all have heard of a comment, slowest", found["slowest"], "s", at_most(1.0)),
            ),
            details=found,
        )
    ]


async def _follow(site: Site, *, comments: int) -> dict[str, float]:
    front = site.pids("front")
    page = Reader(site, encoding="identity")
    position = page.get(f"/d/{THREAD}").split(b'data-position="')[1].split(b'"')[0].decode()
    settle(1.0)
    before = pss_mib(front)
    readers = await _connected(site, f"d/{THREAD}@{position}")
    await asyncio.sleep(2.0)
    each = (pss_mib(front) - before) * 1024 / len(readers)
    spent = cpu_seconds(front)
    waits = []
    async with Guest(site.url, name="Wren Halloway") as guest:
        await guest.enter()
        for number in range(comments):
            began = time.monotonic()
            await guest.post(f"What {number} people have seen with their own eyes.")
            answered = time.monotonic()
            await _heard(readers, number + 1)
            waits.append((max(one.heard[-1] for one in readers) - answered, answered - began))
            # A channel is asked of the desk at most once a second.
            await asyncio.sleep(1.2)
    cpu = cpu_seconds(front) - spent
    for one in readers:
        one.transport.abort()
    return {
        "KB each": round(each, 1),
        "slowest": round(max(wait for wait, _post in waits), 3),
        "median": round(percentile([wait for wait, _post in waits], 0.5), 3),
        "CPU of the front, ms a comment": round(cpu / comments * 1000, 1),
        "readers": len(readers),
    }


async def _connected(site: Site, of: str) -> list[_Reader]:
    loop = asyncio.get_running_loop()
    readers: list[_Reader] = []
    while len(readers) < READERS:
        some = await asyncio.gather(
            *(loop.create_connection(lambda: _Reader(of), "127.0.0.1", site.port) for _ in range(AT_ONCE))
        )
        readers += [reader for _transport, reader in some]
        await asyncio.wait_for(asyncio.gather(*(reader.greeted for _, reader in some)), PATIENCE_SECONDS)
    return readers


async def _heard(readers: Sequence[_Reader], times: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(len(one.heard) < times for one in readers):
        if time.monotonic() > deadline:
            missing = sum(len(one.heard) < times for one in readers)
            raise RuntimeError(f"{missing} readers did not hear of comment {times}")
        await asyncio.sleep(0.02)
