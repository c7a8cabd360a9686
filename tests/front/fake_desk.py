"""A desk for tests of the front: answers on a Unix socket what the test says, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

Script = Callable[[web.Request], Awaitable[web.StreamResponse]]
PageMaker = Callable[[], web.Response]


@dataclass
class Asked:
    method: str
    path_qs: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def names(self) -> set[str]:
        return {key.lower() for key, _ in self.headers}


@dataclass
class FakeDesk:
    """`pages` are made for their exact address; any other goes to `script`. Runs on a thread with a loop of its own."""

    socket: Path
    pages: dict[str, PageMaker] = field(default_factory=dict)
    script: Script | None = None
    delay_seconds: float = 0.0
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner: web.AppRunner | None = None

    def start(self) -> None:
        self._call(self._start())

    def stop(self) -> None:
        """Refuse connections, as a desk that is down."""
        self._call(self._stop())

    def close(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def reset(self) -> None:
        self.pages.clear()
        self.asked.clear()
        self.script = None
        self.delay_seconds = 0.0
        if self._runner is None:
            self.start()

    def fills(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path_qs == path and asked.header("Belowline-Fill")]

    def _call(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    async def _start(self) -> None:
        app = web.Application(client_max_size=100 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.socket)).start()

    async def _stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.socket.unlink(missing_ok=True)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        headers = [(key.decode(), value.decode("latin-1")) for key, value in request.raw_headers]
        self.asked.append(Asked(request.method, request.raw_path, headers, await request.read()))
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        page = self.pages.get(request.raw_path)
        if page is not None:
            return page()
        if request.path == "/_health":
            return web.Response(text="well")
        if self.script is not None:
            return await self.script(request)
        return web.Response(status=404, text="no such page")


def tagged(
    text: str, tags: str = "thread:7 site", *, position: int | None = None, status: int = 200, **headers: str
) -> PageMaker:
    """A page as the desk fills it; header names are given with `_` for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given["Belowline-Tags"] = tags
    if position is not None:
        given["Belowline-Position"] = str(position)
    return lambda: web.Response(text=text, status=status, content_type="text/html", headers=given)
