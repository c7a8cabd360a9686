"""`python -m bench.pacing PORT PATH --rate N --seconds S`: readers in a process of their own; prints how long each
answer took, in seconds, as JSON. With `--rate 0` they ask again as soon as they were answered.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time

import uvloop

CONNECTIONS = 8


class _Connection:
    def __init__(self, port: int, path: str) -> None:
        self._port = port
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\nAccept-Encoding: br\r\n\r\n"
        ).encode()

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def ask(self) -> float:
        """Seconds from the request to the last byte. Raises RuntimeError for anything but 200."""
        began = time.perf_counter()
        self._writer.write(self._request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
        await self._reader.readexactly(length)
        if not head.startswith(b"http/1.1 200"):
            raise RuntimeError(head.split(b"\r\n")[0].decode())
        return time.perf_counter() - began


async def _paced(port: int, path: str, *, rate: float, seconds: float) -> list[float]:
    taken: list[float] = []
    began = time.perf_counter()

    async def client(number: int) -> None:
        connection = _Connection(port, path)
        await connection.open()
        step = CONNECTIONS / rate if rate else 0.0
        turn = number / CONNECTIONS * step
        while (now := time.perf_counter() - began) < seconds:
            if turn > now:
                await asyncio.sleep(turn - now)
            taken.append(await connection.ask())
            # A late answer is not made up for: the next request keeps its distance.
            turn = max(turn + step, time.perf_counter() - began)

    await asyncio.gather(*(client(number) for number in range(CONNECTIONS)))
    return taken


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--seconds", type=float, default=2.0)
    given = parser.parse_args()
    print(json.dumps(uvloop.run(_paced(given.port, given.path, rate=given.rate, seconds=given.seconds))))
