"""The Unix socket to the desk: fills, and requests passed on."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import BinaryIO

import aiohttp
from yarl import URL

from belowline.front.cache import NEVER, Page
from belowline.front.config import FrontConfig
from belowline.front.metrics import Metrics

PAGE_BYTES_MAX = 16 * 1024 * 1024
CACHEABLE_STATUSES = frozenset({200, 301, 308, 404, 410})
# Addresses that nobody asks for twice must not push out the pages that everybody reads.
SECOND_ASK_STATUSES = frozenset({404, 410})
# Of a filled page only these reach readers: nothing that could be personal, nothing about the connection.
PAGE_HEADERS = frozenset(
    {
        "allow",
        "content-disposition",
        "content-language",
        "content-security-policy",
        "content-type",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "link",
        "location",
        "permissions-policy",
        "referrer-policy",
        "refresh",
        "retry-after",
        "x-content-type-options",
        "x-robots-tag",
    }
)
# Shorter than any idle time after which the desk's server closes a kept connection (granian: 30 s).
KEEP_ALIVE_SECONDS = 15.0


class DeskIll(Exception):
    """The desk did not answer, not in time, or said that it is busy."""


class Desk:
    """Reading requests share kept connections; writing ones open their own.

    A kept connection may have been closed by the desk just now. A read is then asked again (by the client library,
    once); a write must never be sent twice, so it never begins on such a connection.
    """

    def __init__(self, config: FrontConfig, metrics: Metrics) -> None:
        self._config = config
        self._metrics = metrics
        self._reading = self._session(force_close=False)
        self._writing = self._session(force_close=True)

    def _session(self, *, force_close: bool) -> aiohttp.ClientSession:
        path = str(self._config.desk_socket)
        if force_close:
            connector = aiohttp.UnixConnector(path, force_close=True, limit=256)
        else:
            connector = aiohttp.UnixConnector(path, keepalive_timeout=KEEP_ALIVE_SECONDS, limit=256)
        return aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            max_line_size=32 * 1024,
            max_field_size=32 * 1024,
        )

    async def close(self) -> None:
        await self._reading.close()
        await self._writing.close()

    async def fetch(self, key: str) -> Page:
        """The public page at `key`, asked without anything of any reader. Raises DeskIll, also for 502 to 504."""
        headers = [
            ("Host", self._config.public_host),
            ("Belowline-Fill", "1"),
            ("Belowline-Scheme", self._config.public_scheme),
        ]
        timeout = aiohttp.ClientTimeout(total=self._config.fill_seconds, sock_connect=2)
        async with self.answer("GET", key, headers=headers, timeout=timeout) as response:
            if response.status in {502, 503, 504}:
                raise DeskIll(f"status {response.status}")
            return self._page(response, body=await _whole_body(response))

    def _page(self, response: aiohttp.ClientResponse, *, body: bytes) -> Page:
        given = response.headers
        sets_cookie = "Set-Cookie" in given
        if sets_cookie:
            self._metrics.fill_cookies += 1
        cache_control = given.get("Cache-Control", "").lower()
        is_private = "no-store" in cache_control or "private" in cache_control
        return Page(
            status=response.status,
            headers=tuple((n.lower(), v) for n, v in given.items() if n.lower() in PAGE_HEADERS),
            body=body,
            tags=frozenset(given.get("Belowline-Tags", "").split()),
            position=_whole_number(given.get("Belowline-Position")),
            fresh_until=_moment(given.get("Belowline-Fresh-Until")),
            needs_second_ask=response.status in SECOND_ASK_STATUSES or given.get("Belowline-Admit") == "second",
            is_cacheable=response.status in CACHEABLE_STATUSES and not sets_cookie and not is_private,
        )

    @asynccontextmanager
    async def answer(
        self,
        method: str,
        target: str,
        *,
        headers: Iterable[tuple[str, str]],
        body: bytes | BinaryIO | None = None,
        timeout: aiohttp.ClientTimeout | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The desk's answer with its body still to be read. Raises DeskIll until the block is entered, and within it
        for errors of this connection."""
        session = self._reading if method in {"GET", "HEAD"} else self._writing
        # The connection's host part only satisfies the client: the Host header is given by the caller.
        url = URL(f"http://desk{target}", encoded=True)
        limits = timeout or aiohttp.ClientTimeout(total=None, sock_connect=2, sock_read=self._config.desk_seconds)
        try:
            async with session.request(
                method, url, headers=list(headers), data=body, allow_redirects=False, timeout=limits
            ) as response:
                yield response
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, ConnectionError, OSError) as error:
            raise DeskIll(type(error).__name__) from error

    async def is_well(self) -> bool:
        """Whether `/_health` says 200 within two seconds."""
        headers = [("Host", self._config.public_host), ("Belowline-Scheme", self._config.public_scheme)]
        try:
            async with self.answer(
                "GET", "/_health", headers=headers, timeout=aiohttp.ClientTimeout(total=2)
            ) as response:
                return response.status == 200
        except DeskIll:
            return False


async def _whole_body(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > PAGE_BYTES_MAX:
            raise DeskIll("page too large")
        parts.append(part)
    return b"".join(parts)


def _whole_number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _moment(text: str | None) -> float:
    """Unix seconds; a value that is no time makes the page stale at once rather than never."""
    if text is None:
        return NEVER
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if not math.isnan(value) else 0.0
