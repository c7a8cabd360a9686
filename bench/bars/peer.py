"""Isso 0.14 beside us: reading a page of a discussion and posting, on the same machine in the same run.

In an environment of its own (.cache/isso), started on loopback with its guard off. Its databases are real-shaped ones
of the importers' tests. Ours are asked for the same: 20 comments with up to 5 replies is our page of 50.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from tests.support.exports import write_isso

from bench import clients
from bench.bars.reading import fill_ms
from bench.clients import Guest, Load, NotAnswered, closed_loop
from bench.processes import cpu_seconds, free_port, tree
from bench.results import Options, Result, median, percentile, spread_text
from bench.saying import say
from bench.sites import CACHE, SMALL, article_path, scratch, served_copy

BARS = ("peer",)
ISSO = "isso==0.14.0"
ENVIRONMENT = CACHE.parent / "isso"
SIZES = (1_000, 10_000)
PAGE = "/2021/story-1/"
READS, ROUNDS = 10, 8
POSTERS = 8
SECONDS = 3.0
CONFIG = """[general]
dbpath = {database}
host = http://127.0.0.1:{port}/
log-file = {log}
[server]
listen = http://127.0.0.1:{port}
[guard]
enabled = false
ratelimit = 100000
direct-reply = 100000
reply-to-self = true
[moderation]
enabled = false
"""


@dataclass(frozen=True, slots=True)
class Isso:
    """A running one with a discussion of `comments`."""

    comments: int
    port: int
    pid: int

    def cpu(self) -> float:
        return cpu_seconds(tree(self.pid))

    def read_ms(self) -> float:
        """CPU milliseconds for the first 20 comments with up to 5 replies each."""
        before = self.cpu()
        for _ in range(READS):
            address = f"http://127.0.0.1:{self.port}/?uri={PAGE}&limit=20&nested_limit=5"
            with urllib.request.urlopen(address, timeout=60) as answer:
                found = json.loads(answer.read())
        assert len(found["replies"]) == 20, "Isso did not answer with 20 comments"
        return (self.cpu() - before) / READS * 1_000


def measure(options: Options) -> Sequence[Result]:
    program = installed()
    if program is None:
        return [Result(bar="peer", title="Isso 0.14", failure="Isso could not be installed")]
    with scratch("peer") as folder, ExitStack() as stack:
        peers = [stack.enter_context(running(program, folder / str(size), comments=size)) for size in SIZES]
        ours = {size: stack.enter_context(served_copy(size, purpose="peer")) for size in SIZES}
        reads: dict[str, list[float]] = {}
        for _ in range(options.rounds(ROUNDS)):
            for peer in peers:
                reads.setdefault(f"Isso, {peer.comments:,}", []).append(peer.read_ms())
                cost = fill_ms(ours[peer.comments], article_path("best"), count=READS)
                reads.setdefault(f"Belowline uncached, {peer.comments:,}", []).append(cost)
        posts = asyncio.run(_posting(peers[0], ours[SMALL].url, options))
    middles = {name: round(median(values), 2) for name, values in reads.items()}
    return [
        Result(
            bar="peer",
            title="Isso 0.14 and Belowline, same run: CPU ms a page, posts a second by 8 clients",
            spread=spread_text(reads[f"Isso, {SIZES[0]:,}"], unit=f"ms (Isso, {SIZES[0]:,})"),
            note="Isso answers with JSON; Belowline with the whole page, article included.",
            details={
                "CPU ms a page": middles,
                "posts a second": {
                    name: round(median([one.rate for one in loads]), 1) for name, loads in posts.items()
                },
                "post p99 ms": {
                    name: round(percentile([s for one in loads for s in one.seconds], 0.99) * 1_000, 1)
                    for name, loads in posts.items()
                },
                "problems": {name: [p for one in loads for p in one.problems][:2] for name, loads in posts.items()},
            },
        )
    ]


def installed() -> Path | None:
    """Isso's program: this environment's, or that of an environment of its own, made now; None when it cannot be."""
    for place in (Path(sys.executable).parent, ENVIRONMENT / "bin"):
        if (place / "isso").exists():
            return place / "isso"
    say("installing the peer Isso (once; kept in .cache/isso)")
    python = ENVIRONMENT / "bin" / "python"
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    if Path(uv).exists():
        steps = [[uv, "venv", "--quiet", "--python", sys.executable, str(ENVIRONMENT)]]
        steps.append([uv, "pip", "install", "--quiet", "--python", str(python), ISSO])
    else:
        steps = [[sys.executable, "-m", "venv", str(ENVIRONMENT)]]
        steps.append([str(python), "-m", "pip", "install", "--quiet", ISSO])
    for step in steps:
        if subprocess.run(step, stdout=sys.stderr).returncode:
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            return None
    return ENVIRONMENT / "bin" / "isso"


@contextmanager
def running(program: Path, folder: Path, *, comments: int) -> Iterator[Isso]:
    folder.mkdir(parents=True)
    write_isso(folder / "comments.db", comments=comments, threads=1)
    port = free_port()
    config = folder / "isso.cfg"
    config.write_text(CONFIG.format(database=folder / "comments.db", port=port, log=folder / "log"))
    with (folder / "output").open("w") as output:
        process = subprocess.Popen([str(program), "-c", str(config), "run"], stdout=output, stderr=output)
    try:
        _until_open(port, process, folder / "output")
        yield Isso(comments, port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_open(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/?uri={PAGE}&limit=1", timeout=10).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Isso did not start: {output.read_text()[-1_000:]}") from None
            time.sleep(0.1)


async def _posting(peer: Isso, url: str, options: Options) -> dict[str, list[Load]]:
    loads: dict[str, list[Load]] = {"Isso": [], "Belowline": []}
    seconds = options.seconds(SECONDS)
    async with AsyncExitStack() as stack:
        guests = [await stack.enter_async_context(Guest(url, name=f"Guest {n}")) for n in range(POSTERS)]
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        for guest in guests:
            await guest.enter()
        for turn in range(options.rounds(4)):
            isso = [_isso_poster(session, peer.port, seed=turn * 100 + n) for n in range(POSTERS)]
            loads["Isso"].append(await closed_loop(isso, seconds=seconds))
            ours = [_our_poster(guest, seed=turn * 100 + n) for n, guest in enumerate(guests)]
            loads["Belowline"].append(await closed_loop(ours, seconds=seconds))
    return loads


def _isso_poster(session: aiohttp.ClientSession, port: int, *, seed: int) -> Any:
    async def post(number: int) -> None:
        body = {"text": clients.text_of(number, seed=seed), "author": f"Guest {seed}"}
        try:
            async with session.post(f"http://127.0.0.1:{port}/new?uri={PAGE}", json=body) as answer:
                await answer.read()
                if answer.status != 201:
                    raise RuntimeError(f"Isso answered {answer.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotAnswered(str(error)) from error

    return post


def _our_poster(guest: Guest, *, seed: int) -> Any:
    return lambda number: guest.post(clients.text_of(number, seed=seed))
