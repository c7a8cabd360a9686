"""When to ask the desk for a page, and when an older one will do.

A page that became stale less than 200 ms ago is answered as it is. After that a reader waits for the rebuild; when the
desk is busy or down, the old page stands in for up to 30 seconds. However many readers wait, a page is built once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from belowline.front.cache import Cache, Entry, Page, Verdict, content_hash
from belowline.front.desk import DeskIll
from belowline.front.encoding import Encoding, is_worth_packing, packed, unpacked
from belowline.front.log import note
from belowline.front.metrics import Metrics

STALE_AT_ONCE_SECONDS = 0.2
STALE_WHILE_ILL_SECONDS = 30.0
# How long a reader of a stale page waits for the new one before the desk counts as busy.
REBUILD_WAIT_SECONDS = 1.0
# After a failed fill, readers of stale pages do not make the desk's day worse for this long.
REST_SECONDS = 0.25
# Removals may pass while a page is made; more than this many in a row is no coincidence.
ATTEMPTS_MAX = 3
# More pages than this waiting for the desk: the next reader is told so rather than queued.
FLIGHTS_MAX = 256


# The way to a thread and back costs 0.5 ms of CPU, as much as packing this many bytes as zstd.
AT_ONCE_BYTES = 128 * 1024
_QUICK = (Encoding.ZSTD, Encoding.IDENTITY)


class PageSource(Protocol):
    async def fetch(self, key: str) -> Page: ...


class Filler:
    """Single flight per key over a bounded number of fills. Raises DeskIll when there is nothing to answer with."""

    def __init__(
        self,
        cache: Cache,
        desk: PageSource,
        metrics: Metrics,
        *,
        concurrency: int,
        deadline_seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._cache = cache
        self._desk = desk
        self._metrics = metrics
        self._deadline_seconds = deadline_seconds
        self._clock = clock
        self._room = asyncio.Semaphore(concurrency)
        self._flights: dict[str, asyncio.Task[Entry]] = {}
        self._resting_until = 0.0

    @property
    def flights(self) -> int:
        return len(self._flights)

    async def entry(self, key: str, *, encoding: Encoding) -> Entry:
        """The page at `key`, from the cache if it will do. An answer that may not be kept comes as an entry, too."""
        now = self._clock()
        entry = self._cache.get(key)
        if entry is None:
            return await asyncio.shield(self._flight(key, encoding=encoding))
        if not entry.is_stale(now):
            self._metrics.hits += 1
            return entry
        return await self._rebuilt(entry, encoding=encoding, now=now)

    async def fresh(self, key: str) -> Entry:
        """The page at `key` with everything that is known to have changed in it; never an older one. Raises DeskIll."""
        entry = self._cache.get(key)
        if entry is not None and not entry.is_stale(self._clock()):
            return entry
        return await asyncio.shield(self._flight(key, encoding=Encoding.IDENTITY))

    async def _rebuilt(self, entry: Entry, *, encoding: Encoding, now: float) -> Entry:
        stale_seconds = now - entry.stale_at
        if now < self._resting_until and stale_seconds < STALE_WHILE_ILL_SECONDS:
            return self._stand_in(entry)
        flight = self._flight(entry.key, encoding=encoding)
        if stale_seconds < STALE_AT_ONCE_SECONDS:
            return self._stand_in(entry)
        is_recent = stale_seconds < STALE_WHILE_ILL_SECONDS
        try:
            async with asyncio.timeout(REBUILD_WAIT_SECONDS if is_recent else None):
                return await asyncio.shield(flight)
        except (DeskIll, TimeoutError):
            # Removed while we waited: gone for everybody, also for those who asked before.
            if is_recent and self._cache.holds(entry):
                return self._stand_in(entry)
            raise DeskIll("no page to stand in") from None

    def _stand_in(self, entry: Entry) -> Entry:
        self._metrics.stale_hits += 1
        return entry

    def _flight(self, key: str, *, encoding: Encoding) -> asyncio.Task[Entry]:
        flight = self._flights.get(key)
        if flight is None:
            if len(self._flights) >= FLIGHTS_MAX:
                raise DeskIll("too many pages are being built")
            flight = asyncio.create_task(self._fill(key, encoding=encoding))
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._landed(key, done))
        return flight

    def _landed(self, key: str, flight: asyncio.Task[Entry]) -> None:
        del self._flights[key]
        if flight.cancelled():
            return
        error = flight.exception()
        if error is not None:
            self._metrics.fill_failures += 1
            self._resting_until = self._clock() + REST_SECONDS
            note("fill_failed", reason=str(error) or type(error).__name__)

    async def _fill(self, key: str, *, encoding: Encoding) -> Entry:
        try:
            async with asyncio.timeout(self._deadline_seconds), self._room:
                for _ in range(ATTEMPTS_MAX):
                    entry = await self._attempt(key, encoding=encoding)
                    if entry is not None:
                        return entry
        except TimeoutError:
            raise DeskIll("deadline") from None
        raise DeskIll("removals kept passing")

    async def _attempt(self, key: str, *, encoding: Encoding) -> Entry | None:
        """None when something the page may show was removed meanwhile."""
        began = self._cache.arrivals
        self._metrics.fills += 1
        page = await self._desk.fetch(key)
        etag_stem, made_in, body = await _prepared(page, encoding)
        # From here to `store` nothing waits, so that no event can slip between the judgement and the keeping.
        verdict = self._cache.judge(page, began=began)
        if verdict is Verdict.REMOVED:
            return None
        now = self._clock()
        entry = Entry(
            key=key,
            page=_without_body(page),
            etag_stem=etag_stem,
            stale_at=now if verdict is Verdict.STALE else page.fresh_until,
            bodies={made_in: body},
        )
        if self._cache.is_admitted(key, page, now=now):
            self._cache.store(entry)
        return entry

    async def body(self, entry: Entry, *, encoding: Encoding) -> tuple[Encoding, bytes]:
        """The entry's body in `encoding`, made in a thread when asked for the first time, or plain where packing a
        page of its kind is not worth it."""
        if encoding in entry.bodies:
            return encoding, entry.bodies[encoding]
        if Encoding.IDENTITY in entry.bodies and not _is_packable(entry.page, entry.bodies[Encoding.IDENTITY]):
            return Encoding.IDENTITY, entry.bodies[Encoding.IDENTITY]
        source, data = next(iter(entry.bodies.items()))
        made = await asyncio.to_thread(lambda: packed(unpacked(data, source), encoding))
        self._cache.add_body(entry, encoding=encoding, body=made)
        return encoding, made


async def _prepared(page: Page, asked: Encoding) -> tuple[str, Encoding, bytes]:
    """The page's hash and its one body: in the encoding asked for, or in the cheapest one when plain was asked."""
    first = Encoding.IDENTITY
    if _is_packable(page, page.body):
        first = Encoding.ZSTD if asked is Encoding.IDENTITY else asked
    if first in _QUICK and len(page.body) <= AT_ONCE_BYTES:
        return content_hash(page.body), first, packed(page.body, first)
    return await asyncio.to_thread(lambda: (content_hash(page.body), first, packed(page.body, first)))


def _is_packable(page: Page, body: bytes) -> bool:
    return is_worth_packing(dict(page.headers).get("content-type", ""), len(body))


def _without_body(page: Page) -> Page:
    return Page(
        status=page.status,
        headers=page.headers,
        body=b"",
        tags=page.tags,
        position=page.position,
        fresh_until=page.fresh_until,
        needs_second_ask=page.needs_second_ask,
        is_cacheable=page.is_cacheable and bool(page.tags),
    )
