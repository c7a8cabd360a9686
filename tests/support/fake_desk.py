"""A desk for tests of the front: answers on a Unix socket what the test says, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

Script = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    method: str
    path_qs: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class FakeDesk:
    """`pages` are answered to fills with their headers; any other path goes to `script`."""

    socket: Path
    pages: dict[str, web.Response | Callable[[], web.Response]] = field(default_factory=dict)
    script: Script | None = None
    delay_seconds: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=100 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.socket)).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.socket.unlink(missing_ok=True)

    def fills(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path_qs == path and asked.header("Belowline-Fill")]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        headers = [(key.decode(), value.decode("latin-1")) for key, value in request.raw_headers]
        self.asked.append(Asked(request.method, request.raw_path, headers, await request.read()))
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        page = self.pages.get(request.raw_path)
        if page is not None:
            return page() if callable(page) else page
        if self.script is not None:
            return await self.script(request)
        return web.Response(status=404, text="no such page")


def tagged(
    text: str, tags: str = "thread:7 site", *, position: int | None = 0, status: int = 200, **headers: str
) -> Callable[[], web.Response]:
    """A page as the desk fills it; header names are given with `_` for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given["Belowline-Tags"] = tags
    if position is not None:
        given["Belowline-Position"] = str(position)
    return lambda: web.Response(text=text, status=status, content_type="text/html", headers=given)
