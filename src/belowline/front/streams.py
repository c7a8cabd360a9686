"""What happens below the line, told while it happens: server-sent events (WHATWG HTML, 9.2), `GET /live?of=d/7@812`.

A reader follows channels: pages whose `updates?since=<cursor>` says what came after a cursor (`d/7`, a discussion;
`ar/a/surge`, a live coverage). Nothing is told that the desk has not just said at that public address, so the rules
about what is public, and which counts show, stand in one place. When an event of the outbox changes a channel, it is asked
of the desk once, however many follow it, and at most once a second. What its answer holds of a discussion (ids, counts,
the new cursor) goes to everybody; of anything else the cursor alone. An answer other than 200 ends the channel.

The id of every message holds the cursors of all channels of its stream: a browser that comes back sends it as
Last-Event-ID, to this front or to another one, and is told what it missed.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import random
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address
from typing import Any, Protocol
from urllib.parse import unquote_plus

from belowline.front.answers import with_safety
from belowline.front.cache import Entry, Event
from belowline.front.config import FrontConfig
from belowline.front.desk import DeskIll
from belowline.front.encoding import Encoding
from belowline.front.keys import route_of
from belowline.front.log import note
from belowline.front.metrics import Metrics
from belowline.front.rsgi import Exchange, Scope, Transport

PATH = "/live"
CHANNELS_MAX = 16  # the tabs of one browser, a few of them with another article
QUERY_CHARACTERS_MAX = 4096
_DISCUSSION = re.compile(r"d/[1-9][0-9]{0,17}")
_COVERAGE = re.compile(r"(?:[a-z]{2}/)?a/[^/@,\x00-\x20\x7f\ufffd]{1,255}")
_CURSOR = re.compile(r"[0-9]{1,18}")

# A channel is asked at most this often, and votes alone are told at most this often (threads-ui.md).
ASK_SECONDS = 1.0
COUNTS_SECONDS = 10.0
# Proxies end what is silent: the shortest usual limit is nginx's proxy_read_timeout, 60 s.
HEARTBEAT_SECONDS = 20
_HEARTBEAT = b":\n\n"
# The server keeps what a reader does not take without a limit, and tells nobody. So each stream carries this much and
# then begins anew: a reader who is slow or stuck never costs more, and others notice nothing.
STREAM_BYTES_MAX = 32 * 1024
# All readers of a front that ended come back, spread over this time.
RETRY_MS = (1000, 6000)
# Between so many messages others get their turn.
AT_ONCE = 250

_HEADERS = [
    ("content-type", "text/event-stream; charset=utf-8"),
    ("cache-control", "no-store"),
    # nginx collects answers otherwise.
    ("x-accel-buffering", "no"),
    ("x-robots-tag", "noindex"),
]


class Pages(Protocol):
    async def fresh(self, key: str) -> Entry: ...
    async def body(self, entry: Entry, *, encoding: Encoding) -> tuple[Encoding, bytes]: ...


@dataclass(slots=True, eq=False)
class Stream:
    """One open connection. `network` is a digest that this process alone can make, b"" for an unknown one."""

    transport: Transport | None
    cursors: dict[str, str]
    network: bytes
    ended: asyncio.Future[None]
    sent_bytes: int = 0

    def tell(self, data: bytes) -> None:
        """Hand over to the server, which never waits. Ends the stream when it has carried enough."""
        if self.transport is None:
            return
        self.sent_bytes += len(data)
        try:
            self.transport.send_bytes(data)
        except Exception:  # the server's own class for a closed connection
            self.end()
            return
        if self.sent_bytes > STREAM_BYTES_MAX:
            self.end()

    def end(self) -> None:
        # The server ends the answer when nobody holds it any more.
        self.transport = None
        if not self.ended.done():
            self.ended.set_result(None)


@dataclass(slots=True, eq=False)
class Channel:
    """What some streams follow. `cursor` is how far everybody was told, None until the first one knows."""

    name: str
    cursor: str | None = None
    tags: frozenset[str] = frozenset()
    streams: set[Stream] = field(default_factory=set)
    is_changed: bool = False
    asked_at: float = 0.0
    told_at: float = 0.0
    task: asyncio.Task[None] | None = None

    @property
    def is_discussion(self) -> bool:
        return _DISCUSSION.fullmatch(self.name) is not None


@dataclass(frozen=True, slots=True)
class News:
    """What the desk says of a channel after a cursor. `body` is None when there is no such channel (any more)."""

    body: dict[str, Any] | None
    cursor: str = ""
    tags: frozenset[str] = frozenset()

    @property
    def has_comments(self) -> bool:
        return bool(self.body and (self.body.get("comments") or self.body.get("isBehind")))

    @property
    def has_counts(self) -> bool:
        return bool(self.body and self.body.get("votes"))


class Streams:
    def __init__(
        self,
        config: FrontConfig,
        pages: Pages,
        metrics: Metrics,
        *,
        client: Callable[[Scope], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._pages = pages
        self._metrics = metrics
        self._client = client
        self._clock = clock
        self._channels: dict[str, Channel] = {}
        self._by_tag: dict[str, set[Channel]] = {}
        # Streams by the second of the heartbeat's round in which they are due.
        self._rounds: list[set[Stream]] = [set() for _ in range(HEARTBEAT_SECONDS)]
        self._count = 0
        self._networks: dict[bytes, int] = {}
        # No address is kept: a digest under a key that ends with this process.
        self._key = secrets.token_bytes(32)
        self._heart: asyncio.Task[None] | None = None
        self._is_closing = False

    def __len__(self) -> int:
        return self._count

    @property
    def channels(self) -> int:
        return len(self._channels)

    # A reader's side

    async def serve(self, scope: Scope, exchange: Exchange) -> int | None:
        """Answer with a stream until it ends; or the status of a refusal, which the caller answers."""
        cursors = wanted_channels(scope.query_string, last_id=scope.headers.get("last-event-id"))
        if not cursors:
            return 404
        network = self._network(self._client(scope))
        if self._is_full(network):
            self._metrics.streams_refused += 1
            return 503
        if scope.method == "HEAD":
            exchange.response_empty(200, with_safety(list(_HEADERS), self._config))
            return None
        self._count_one(network, 1)
        try:
            return await self._follow(exchange, cursors, network=network)
        finally:
            self._count_one(network, -1)

    async def _follow(self, exchange: Exchange, cursors: dict[str, str], *, network: bytes) -> int | None:
        missed = {}
        try:
            for name, cursor in cursors.items():
                missed[name] = await self._ask(name, cursor)
        except DeskIll:
            return 503
        known = {name: cursors[name] for name, news in missed.items() if news.body is not None}
        if not known:
            return 404
        stream = Stream(
            transport=exchange.response_stream(200, with_safety(list(_HEADERS), self._config)),
            cursors=known,
            network=network,
            ended=asyncio.get_running_loop().create_future(),
        )
        exchange.client_disconnect().add_done_callback(lambda _done: stream.end())
        low, high = RETRY_MS
        stream.tell(f"retry: {random.randint(low, high)}\nevent: hello\ndata:\n\n".encode())  # noqa: S311 - no secret
        for name in cursors.keys() - known.keys():
            stream.tell(_gone(name))
        beat = self._rounds[random.randrange(HEARTBEAT_SECONDS)]  # noqa: S311
        beat.add(stream)
        try:
            for name in known:
                channel = self._join(stream, name, missed[name])
                # One channel may have been told of while the next one was asked for: rather twice than never.
                if len(known) > 1:
                    self._wake(channel)
            self._begin_to_beat()
            if self._is_closing:
                stream.end()
            await stream.ended
        finally:
            beat.discard(stream)
            for name in list(stream.cursors):
                self._leave(stream, name)
        return None

    def _join(self, stream: Stream, name: str, news: News) -> Channel:
        channel = self._channels.get(name)
        if channel is None:
            channel = self._channels[name] = Channel(name)
        channel.streams.add(stream)
        if channel.cursor is None:
            channel.cursor = news.cursor
            channel.tags = news.tags
            for tag in news.tags:
                self._by_tag.setdefault(tag, set()).add(channel)
            # An event may have passed while the desk was asked, when nobody listened for this channel.
            self._wake(channel)
        if news.has_comments or news.has_counts or (not channel.is_discussion and news.cursor != stream.cursors[name]):
            self._tell_one(stream, channel, news)
        return channel

    def _leave(self, stream: Stream, name: str) -> None:
        stream.cursors.pop(name, None)
        channel = self._channels.get(name)
        if channel is None:
            return
        channel.streams.discard(stream)
        if not channel.streams:
            self._forget(channel)

    def _forget(self, channel: Channel) -> None:
        self._channels.pop(channel.name, None)
        for tag in channel.tags:
            found = self._by_tag.get(tag)
            if found is not None:
                found.discard(channel)
                if not found:
                    del self._by_tag[tag]

    # The outbox's side

    def hear(self, event: Event) -> None:
        """An event was told to the cache already."""
        if not self._by_tag:
            return
        for tag in event.tags:
            for channel in self._by_tag.get(tag, ()):
                self._wake(channel)

    def hear_of_a_gap(self) -> None:
        """Events may have been missed: everything is asked again."""
        for channel in list(self._channels.values()):
            self._wake(channel)

    def close(self) -> None:
        """End every stream; their browsers come back by themselves, to another front."""
        self._is_closing = True
        if self._heart is not None:
            self._heart.cancel()
        for channel in list(self._channels.values()):
            if channel.task is not None:
                channel.task.cancel()
            for stream in list(channel.streams):
                stream.end()

    def _wake(self, channel: Channel) -> None:
        channel.is_changed = True
        if channel.task is None or channel.task.done():
            channel.task = asyncio.create_task(self._keep_up(channel))

    async def _keep_up(self, channel: Channel) -> None:
        """Ask and tell until nothing has changed. Votes alone may wait."""
        while channel.is_changed and channel.streams and not self._is_closing:
            await self._rest(channel.asked_at + ASK_SECONDS)
            channel.is_changed = False
            channel.asked_at = self._clock()
            assert channel.cursor is not None
            try:
                news = await self._ask(channel.name, channel.cursor)
            except DeskIll:
                channel.is_changed = True
                continue
            except Exception as error:
                note("live_failed", reason=type(error).__name__, message=str(error)[:200])
                return
            if news.body is None:
                self._end_channel(channel)
                return
            if channel.is_discussion and not news.has_comments:
                if not news.has_counts:
                    continue
                wait = channel.told_at + COUNTS_SECONDS - self._clock()
                if channel.told_at and wait > 0:
                    # Whatever comes first: more news, or the time for counts.
                    asyncio.get_running_loop().call_later(wait, self._wake, channel)
                    continue
            elif not channel.is_discussion and news.cursor == channel.cursor:
                continue
            await self._tell_all(channel, news)

    async def _rest(self, until: float) -> None:
        wait = until - self._clock()
        if wait > 0:
            await asyncio.sleep(wait)

    async def _ask(self, name: str, cursor: str) -> News:
        """Raises DeskIll."""
        key = route_of(f"/{name}/updates", f"since={cursor}").target
        entry = await self._pages.fresh(key)
        if entry.page.status != 200:
            return News(None)
        _, body = await self._pages.body(entry, encoding=Encoding.IDENTITY)
        found = json.loads(body)
        return News(found, str(found["cursor"]), entry.page.tags)

    async def _tell_all(self, channel: Channel, news: News) -> None:
        channel.cursor, channel.told_at = news.cursor, self._clock()
        data = _data(channel, news)
        alone = f"id: {channel.name}@{news.cursor}\n".encode() + data
        for number, stream in enumerate(tuple(channel.streams), start=1):
            stream.cursors[channel.name] = news.cursor
            stream.tell(alone if len(stream.cursors) == 1 else _id(stream) + data)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        self._metrics.live_messages += 1

    def _tell_one(self, stream: Stream, channel: Channel, news: News) -> None:
        stream.cursors[channel.name] = news.cursor
        stream.tell(_id(stream) + _data(channel, news))

    def _end_channel(self, channel: Channel) -> None:
        """What was public is not any more, or has moved: said without a reason."""
        self._forget(channel)
        for stream in tuple(channel.streams):
            stream.cursors.pop(channel.name, None)
            stream.tell(_gone(channel.name))
            if not stream.cursors:
                stream.end()

    # All streams together

    def _begin_to_beat(self) -> None:
        if self._heart is None or self._heart.done():
            self._heart = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        second = 0
        while self._count:
            await asyncio.sleep(1)
            second = (second + 1) % HEARTBEAT_SECONDS
            for stream in tuple(self._rounds[second]):
                stream.tell(_HEARTBEAT)

    def _is_full(self, network: bytes) -> bool:
        if self._is_closing or self._count >= self._config.live_readers:
            return True
        return bool(network) and self._networks.get(network, 0) >= self._config.live_readers_per_network

    def _count_one(self, network: bytes, by: int) -> None:
        self._count += by
        if not network:
            return
        self._networks[network] = self._networks.get(network, 0) + by
        if not self._networks[network]:
            del self._networks[network]

    def _network(self, address: str) -> bytes:
        """An IPv4 address or the /64 of an IPv6 one, as a digest."""
        try:
            found = ip_address(address)
        except ValueError:
            return b""
        packed = found.packed if isinstance(found, IPv4Address) else found.packed[:8]
        return hmac.digest(self._key, packed, "blake2s")[:12]


def wanted_channels(query: str, *, last_id: str | None) -> dict[str, str]:
    """Channel to cursor, from `of=d/7@812,a/surge@16`; the cursors of the last message that was seen win. Empty when the
    address means nothing."""
    if len(query) > QUERY_CHARACTERS_MAX:
        return {}
    given = next((part[3:] for part in query.split("&") if part.startswith("of=")), "")
    wanted = _channels(unquote_plus(given))
    seen = _channels((last_id or "")[:QUERY_CHARACTERS_MAX])
    return {name: seen.get(name, cursor) for name, cursor in wanted.items()}


def _channels(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(",")[:CHANNELS_MAX]:
        name, _, cursor = part.rpartition("@")
        if _CURSOR.fullmatch(cursor) and (_DISCUSSION.fullmatch(name) or _COVERAGE.fullmatch(name)):
            found.setdefault(name, cursor)
    return found


def _id(stream: Stream) -> bytes:
    return ("id: " + ",".join(f"{name}@{cursor}" for name, cursor in stream.cursors.items()) + "\n").encode()


def _data(channel: Channel, news: News) -> bytes:
    told = news.body if channel.is_discussion else {"cursor": int(news.cursor)}
    text = json.dumps({"of": channel.name, "news": told}, ensure_ascii=False, separators=(",", ":"))
    return f"data: {text}\n\n".encode()


def _gone(name: str) -> bytes:
    return f"event: gone\ndata: {json.dumps(name)}\n\n".encode()
