"""P1: what a hot page costs, against an RSGI application that knows one answer and gives the same bytes.

Both run under the same server settings in processes of their own; their CPU time comes from the kernel, in rounds that
alternate, so that what else the machine does falls on both.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import uvloop
from aiohttp import web

# The size of the demo story's first page as br (bar P1 was set with 35 kB).
BODY_BYTES = 35_000
CONNECTIONS = 16
# Many short rounds: the ratio is taken within each pair, so that a neighbour's load falls on both sides.
ROUND_SECONDS = 0.4
ROUNDS = 40
WARM_UP_SECONDS = 0.7
PATH = "/a/rain?sort=best"


def measure(rounds: int = ROUNDS) -> dict[str, Any]:
    """The lower ratio of br and zstd: CPU of the constant application by CPU of the front, per request."""
    by_encoding = {encoding: uvloop.run(_measured(encoding, rounds=rounds)) for encoding in ("br", "zstd")}
    return {
        "name": "P1 hot page",
        "value": min(result["ratio"] for result in by_encoding.values()),
        "unit": "CPU of a constant application / CPU of the front",
        "details": by_encoding,
    }


async def _measured(encoding: str, *, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="belowline-bench-") as folder:
        async with _front(Path(folder)) as (front_pid, front_port):
            head, body = await _one_answer(front_port, encoding=encoding)
            (Path(folder) / "body").write_bytes(body)
            (Path(folder) / "head").write_text(json.dumps(head))
            async with _constant(Path(folder)) as (constant_pid, constant_port):
                targets = {"constant": (constant_pid, constant_port), "front": (front_pid, front_port)}
                return await _interleaved(targets, encoding=encoding, rounds=rounds, body_bytes=len(body))


async def _interleaved(
    targets: dict[str, tuple[int, int]], *, encoding: str, rounds: int, body_bytes: int
) -> dict[str, Any]:
    costs: dict[str, list[float]] = {name: [] for name in targets}
    rates: dict[str, list[float]] = {name: [] for name in targets}
    for _, port in targets.values():
        await _load(port, encoding=encoding, seconds=WARM_UP_SECONDS)
    for number in range(rounds):
        # Every other round the other one goes first.
        for name, (pid, port) in sorted(targets.items(), reverse=bool(number % 2)):
            before = cpu_seconds(pid)
            requests = await _load(port, encoding=encoding, seconds=ROUND_SECONDS)
            costs[name].append((cpu_seconds(pid) - before) / requests * 1e6)
            rates[name].append(requests / ROUND_SECONDS)
    ratios = [constant / front for constant, front in zip(costs["constant"], costs["front"], strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {
        "ratio": round(middle, 3),
        "ratio_quartiles": [round(low, 3), round(high, 3)],
        "cpu_us_per_request": {name: round(statistics.median(values), 1) for name, values in costs.items()},
        "requests_per_second": {name: round(statistics.median(values)) for name, values in rates.items()},
        "rounds": rounds,
        "body_bytes": body_bytes,
    }


def cpu_seconds(pid: int) -> float:
    """User and system time of a process with all its threads, in nanosecond steps (Linux: schedstat, first field)."""
    tasks = Path(f"/proc/{pid}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


# Load: a closed loop on a few kept connections


class _Reader(asyncio.Protocol):
    """Asks again as soon as the answer is whole. All answers have one length, measured with the first."""

    def __init__(self, request: bytes, answer_bytes: int) -> None:
        self._request, self._answer_bytes = request, answer_bytes
        self._left = answer_bytes
        self.answers = 0
        self.is_on = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by class
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._left -= len(data)
        assert self._left >= 0, "an answer of another length"
        if self._left == 0:
            self.answers += 1
            self._left = self._answer_bytes
            if self.is_on:
                self._transport.write(self._request)


def _request(encoding: str) -> bytes:
    return (
        f"GET {PATH} HTTP/1.1\r\nHost: news.test\r\nUser-Agent: bench\r\nAccept: text/html\r\n"
        f"Accept-Encoding: {encoding}\r\n\r\n"
    ).encode()


async def _load(port: int, *, encoding: str, seconds: float) -> int:
    """How many answers came."""
    head, body = await _one_raw(port, _request(encoding))
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(lambda: _Reader(_request(encoding), len(head) + len(body)), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(seconds)
    for _, reader in pairs:
        reader.is_on = False
    await asyncio.sleep(0.05)
    for transport, _ in pairs:
        transport.close()
    return sum(reader.answers for _, reader in pairs)


async def _one_answer(port: int, *, encoding: str) -> tuple[list[tuple[str, str]], bytes]:
    """Headers without the server's own, and the body, of a page that is surely in the cache."""
    await _one_raw(port, _request(encoding))
    head, body = await _one_raw(port, _request(encoding))
    lines = head.decode().split("\r\n")[1:-2]
    pairs = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    assert ("content-encoding", encoding) in pairs
    return [pair for pair in pairs if pair[0] not in {"server", "date", "content-length"}], body


async def _one_raw(port: int, request: bytes) -> tuple[bytes, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    body = await reader.readexactly(length)
    writer.close()
    return head, body


# The two servers


@asynccontextmanager
async def _front(folder: Path) -> AsyncIterator[tuple[int, int]]:
    """A front on a free port with its page filled by a desk of this process. Gives process id and port."""
    runner = await _desk(folder / "desk.sock")
    port = free_port()
    config = {
        "host": "127.0.0.1",
        "port": port,
        "desk_socket": str(folder / "desk.sock"),
        "database": f"sqlite:///{_outbox(folder / 'db.sqlite3')}",
        "static_dir": str(folder),
        "media_dir": str(folder),
        "spool_dir": str(folder / "spool"),
        "public_url": "http://news.test",
    }
    (folder / "front.json").write_text(json.dumps(config))
    async with _process("-m", "belowline.front", "--config", str(folder / "front.json"), port=port) as pid:
        yield pid, port
    await runner.cleanup()


@asynccontextmanager
async def _constant(folder: Path) -> AsyncIterator[tuple[int, int]]:
    port = free_port()
    async with _process(str(Path(__file__)), "constant", str(folder), str(port), port=port) as pid:
        yield pid, port


@asynccontextmanager
async def _process(*arguments: str, port: int) -> AsyncIterator[int]:
    source = str(Path(__file__).parents[1] / "src")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env={**os.environ, "PYTHONPATH": source}, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _until_open(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _until_open(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            assert time.monotonic() < deadline, "the server did not start"
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def _desk(path: Path) -> web.AppRunner:
    html = _page_text()
    headers = {"Belowline-Tags": "article:1 thread:1 site", "Belowline-Position": "0"}

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.UnixSite(runner, str(path)).start()
    return runner


def _page_text() -> str:
    """Words that come out near BODY_BYTES when packed (about 2.2 characters in a packed byte)."""
    source = random.Random(7)
    words = ["".join(source.choices("etaoinshrdlucmfwyp", k=source.randint(2, 10))) for _ in range(3000)]
    text: list[str] = []
    size = 0
    while size < BODY_BYTES * 2.63:
        text.append(f"<p>{' '.join(source.choices(words, k=40))}</p>")
        size += len(text[-1])
    return f"<!doctype html><title>Rain</title>{''.join(text)}"


def _outbox(path: Path) -> Path:
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE outbox_event (id INTEGER PRIMARY KEY AUTOINCREMENT, tags TEXT, is_drop BOOL)")
    connection.close()
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _serve_constant(folder: Path, port: int) -> None:
    from belowline.front.__main__ import server_for

    headers = [tuple(pair) for pair in json.loads((folder / "head").read_text())]
    body = (folder / "body").read_bytes()

    async def constant(scope: Any, exchange: Any) -> None:
        exchange.response_bytes(200, headers, body)

    server = server_for(constant, host="127.0.0.1", port=port)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    if sys.argv[1:2] == ["constant"]:
        uvloop.run(_serve_constant(Path(sys.argv[2]), int(sys.argv[3])))
    else:
        print(json.dumps(measure(), indent=2))
