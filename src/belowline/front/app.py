"""The RSGI application: one look into a dictionary for a page that is kept, everything else one step further."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from belowline.front.answers import answer_for, is_unchanged
from belowline.front.cache import Answer, Cache
from belowline.front.config import FrontConfig
from belowline.front.desk import Desk, DeskIll
from belowline.front.encoding import chosen
from belowline.front.fill import Filler
from belowline.front.keys import Kind, Route, is_for_editors, route_of
from belowline.front.log import note
from belowline.front.metrics import Metrics
from belowline.front.proxy import Proxy
from belowline.front.rsgi import Exchange, Scope, respond
from belowline.front.static import DRAWN_FOLDER, Files
from belowline.front.streams import Streams

READING = frozenset({"GET", "HEAD"})
# Longer spellings (hundreds of made-up parameters) are parsed each time rather than remembered.
SPELLING_CHARACTERS_MAX = 512


class _Done:
    """An awaitable with nothing left to do. One for all hits: a coroutine for each would cost more than the look-up."""

    def __await__(self) -> Generator[None, None, None]:
        return iter(())  # type: ignore[return-value]


_DONE = _Done()


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is made of; `__main__` puts it together, tests may put in others."""

    config: FrontConfig
    cache: Cache
    desk: Desk
    filler: Filler
    files: Files
    proxy: Proxy
    metrics: Metrics
    streams: Streams


class Front:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._cache = parts.cache
        self._spelled = parts.cache.spelled
        self._metrics = parts.metrics
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __rsgi__(self, scope: Scope, exchange: Exchange) -> Awaitable[None]:
        headers = scope.headers
        answer = self._spelled.get((scope.path, scope.query_string, headers.get("accept-encoding")))
        if answer is None or answer.entry.stale_at <= time.time() or scope.method != "GET":
            return self._serve(scope, exchange)
        self._cache.touch(answer.entry.key)
        self._metrics.hits += 1
        asked = headers.get("if-none-match")
        if asked is not None and is_unchanged(asked, answer.etag):
            self._metrics.unchanged += 1
            exchange.response_empty(304, answer.headers_unchanged)
        else:
            exchange.response_bytes(answer.status, answer.headers, answer.body)
        return _DONE

    async def drained(self) -> None:
        """Returns when no request is under way."""
        await self._idle.wait()

    async def _serve(self, scope: Scope, exchange: Exchange) -> None:
        with self._counted():
            try:
                await self._serve_by_kind(scope, exchange)
            except DeskIll:
                # An answer that had begun; the server closes the connection.
                raise
            except Exception as error:
                self._metrics.errors += 1
                note("front_failed", reason=type(error).__name__, message=str(error)[:200], method=scope.method)
                self._notice(scope, exchange, 500)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._in_flight += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    async def _serve_by_kind(self, scope: Scope, exchange: Exchange) -> None:
        route = route_of(scope.path, scope.query_string)
        method = scope.method
        if route.kind is Kind.MISSING:
            return self._missing(scope, exchange)
        if method not in READING and method != "POST" and not is_for_editors(scope.path):
            return self._notice(scope, exchange, 405)
        if route.kind is Kind.PERSONAL or (route.kind is Kind.PUBLIC and method not in READING):
            return await self._parts.proxy.serve(scope, exchange)
        if method not in READING:
            return self._notice(scope, exchange, 405)
        if route.kind is Kind.PUBLIC:
            return await self._serve_page(scope, exchange, route)
        if route.kind is Kind.LIVE:
            refused = await self._parts.streams.serve(scope, exchange)
            return None if refused is None else self._notice(scope, exchange, refused)
        return await self._serve_file(scope, exchange, route)

    async def _serve_page(self, scope: Scope, exchange: Exchange, route: Route) -> None:
        accept = scope.headers.get("accept-encoding")
        try:
            answer = await self._answer(route.target, accept=accept)
        except DeskIll:
            return self._notice(scope, exchange, 503)
        if len(scope.path) + len(scope.query_string) + len(accept or "") <= SPELLING_CHARACTERS_MAX:
            self._cache.remember((scope.path, scope.query_string, accept), answer)
        if is_unchanged(scope.headers.get("if-none-match"), answer.etag):
            self._metrics.unchanged += 1
            return exchange.response_empty(304, answer.headers_unchanged)
        respond(exchange, method=scope.method, status=answer.status, headers=answer.headers, body=answer.body)
        return None

    async def _answer(self, key: str, *, accept: str | None) -> Answer:
        wanted = chosen(accept)
        entry = await self._parts.filler.entry(key, encoding=wanted)
        encoding, body = await self._parts.filler.body(entry, encoding=wanted)
        answer = entry.answers.get(encoding)
        if answer is None:
            answer = answer_for(entry, encoding=encoding, body=body, config=self._parts.config)
            entry.answers[encoding] = answer
        return answer

    async def _serve_file(self, scope: Scope, exchange: Exchange, route: Route) -> None:
        headers = scope.headers
        asked = headers.get("if-none-match")
        if route.kind is Kind.STATIC:
            accept = headers.get("accept-encoding")
            is_found = await self._parts.files.serve_static(
                exchange, route.target, method=scope.method, accept=accept, asked=asked
            )
        elif route.target.startswith(DRAWN_FOLDER):
            is_found = await self._parts.files.serve_drawn(
                exchange, route.target, method=scope.method, accept=headers.get("accept-encoding"), asked=asked
            )
        else:
            # A conditional range (If-Range) is answered whole: always right.
            ranges = None if headers.get("if-range") else headers.get("range")
            is_found = self._parts.files.serve_media(
                exchange, route.target, method=scope.method, asked=asked, ranges=ranges
            )
        if not is_found:
            return self._missing(scope, exchange)
        self._metrics.files += 1
        return None

    def _missing(self, scope: Scope, exchange: Exchange) -> None:
        self._metrics.missing += 1
        self._notice(scope, exchange, 404)

    def _notice(self, scope: Scope, exchange: Exchange, status: int) -> None:
        self._parts.proxy.refuse(exchange, status, method=scope.method, path=scope.path)
