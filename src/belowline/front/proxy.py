"""Requests passed on to the desk: what is taken from the reader's head, what is added, how the answer comes back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

import aiohttp

from belowline.front.answers import PUBLIC_POLICY, with_safety
from belowline.front.clients import client_address
from belowline.front.config import FrontConfig
from belowline.front.desk import Desk, DeskIll
from belowline.front.keys import address, is_for_editors
from belowline.front.log import note
from belowline.front.metrics import Metrics
from belowline.front.notices import Notices, kept_form
from belowline.front.rsgi import Exchange, HeaderList, Scope, respond
from belowline.front.spool import BodyRefused, Spool, SpoolRoom

# RFC 9110, 7.6.1, and what granian sets itself.
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# What readers must not say: who they are, under which name and address they came, which method or path they meant.
FORGEABLE = frozenset(
    {
        "cf-connecting-ip",
        "client-ip",
        "content-length",
        "expect",
        "fastly-client-ip",
        "forwarded",
        "front-end-https",
        "host",
        "proxy",
        "true-client-ip",
        "via",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-host",
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
        "x-original-host",
        "x-original-url",
        "x-real-ip",
        "x-rewrite-url",
    }
)
# Answers up to this size are sent in one piece.
WHOLE_BYTES_MAX = 64 * 1024
RETRY_AFTER = ("retry-after", "5")


@dataclass(frozen=True, slots=True)
class Request:
    """A request whose body has been read."""

    method: str
    path: str
    target: str
    headers: HeaderList
    body: bytes | BinaryIO | None


class Proxy:
    def __init__(self, config: FrontConfig, desk: Desk, notices: Notices, metrics: Metrics) -> None:
        self._config = config
        self._desk = desk
        self._notices = notices
        self._metrics = metrics
        self._room = SpoolRoom()

    async def serve(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request from the desk, whatever its method."""
        given = scope.headers.items()
        host = self.host_for(scope)
        if host is None:
            return self.refuse(exchange, 421, method=scope.method, path=scope.path)
        headers = [*passed_on(given), *self._added(scope, given=given, host=host)]
        target = address(scope.path, scope.query_string)
        declared = _declared_bytes(given)
        if scope.method in {"GET", "HEAD"} or (scope.method == "OPTIONS" and declared is None):
            request = Request(scope.method, scope.path, target, headers, None)
            return await self._pass_on(request, exchange, kept="")
        limit = self._config.body_limit(scope.path)
        with Spool(
            self._room,
            directory=self._config.spool_dir,
            limit_bytes=limit,
            idle_seconds=self._config.body_idle_seconds,
        ) as spool:
            try:
                await spool.read(exchange, declared_bytes=declared)
            except BodyRefused as refusal:
                self._metrics.bodies_refused += 1
                return self.refuse(exchange, refusal.status, method=scope.method, path=scope.path)
            kept = kept_form(
                spool.small_body(limit_bytes=WHOLE_BYTES_MAX),
                content_type=dict(given).get("content-type", ""),
                language=self._notices.language_of(scope.path),
                action=target,
            )
            request = Request(scope.method, scope.path, target, headers, await spool.body())
            return await self._pass_on(request, exchange, kept=kept)

    def host_for(self, scope: Scope) -> str | None:
        """The name that the desk is told: the reader's if it is one of ours, ours if any will do, None if wrong."""
        host = (scope.authority or scope.headers.get("host") or "").lower()
        if not self._config.public_hosts or host == self._config.public_host:
            return self._config.public_host
        return host if host in self._config.public_hosts else None

    def _added(self, scope: Scope, *, given: HeaderList, host: str) -> HeaderList:
        client = self.client(scope, given=given)
        return [("host", host), ("belowline-client", client), ("belowline-scheme", self._config.public_scheme)]

    def client(self, scope: Scope, *, given: HeaderList | None = None) -> str:
        """The reader's address, "" when nobody knows it."""
        headers = scope.headers.items() if given is None else given
        forwarded = [value for name, value in headers if name == "x-forwarded-for"]
        return client_address(scope.client, forwarded, trusted=self._config.trusted_proxies)

    async def _pass_on(self, request: Request, exchange: Exchange, *, kept: str) -> None:
        self._metrics.proxied += 1
        has_begun = False
        try:
            async with self._desk.answer(
                request.method, request.target, headers=request.headers, body=request.body
            ) as response:
                headers = self._answer_headers(response, path=request.path)
                if request.method == "HEAD" or response.status in {204, 304}:
                    return exchange.response_empty(response.status, headers)
                body, is_whole = await _beginning(response)
                if is_whole:
                    return exchange.response_bytes(response.status, headers, body)
                has_begun = True
                transport = exchange.response_stream(response.status, headers)
                await transport.send_bytes(body)
                async for chunk in response.content.iter_any():
                    await transport.send_bytes(chunk)
        except DeskIll as error:
            self._metrics.desk_failures += 1
            note("desk_failed", reason=str(error), method=request.method, has_begun=has_begun)
            # Half an answer cannot be taken back: the broken connection tells the browser.
            if has_begun:
                raise
            self.refuse(exchange, 503, method=request.method, path=request.path, kept=kept)

    def _answer_headers(self, response: aiohttp.ClientResponse, *, path: str) -> HeaderList:
        headers = [(n.lower(), v) for n, v in response.headers.items()]
        named = _named_by_connection(headers)
        headers = [
            (name, value)
            for name, value in headers
            if name not in HOP_BY_HOP
            and name not in named
            and name not in {"server", "date"}
            and not name.startswith("belowline-")
        ]
        if not any(name == "cache-control" for name, _ in headers):
            headers.append(("cache-control", "private, no-store"))
        # The editor has inline scripts: its own policy, if it gives one, and no stricter one from here.
        return with_safety(headers, self._config, policy=None if is_for_editors(path) else PUBLIC_POLICY)

    def refuse(self, exchange: Exchange, status: int, *, method: str, path: str, kept: str = "") -> None:
        """A page of the front's own; `kept` is the HTML of what the reader had sent."""
        page = self._notices.page(status, path=path, kept=kept)
        respond(exchange, method=method, status=status, headers=self._notice_headers(status), body=page)

    def _notice_headers(self, status: int) -> HeaderList:
        headers = [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store")]
        if status == 503:
            headers.append(RETRY_AFTER)
        if status == 405:
            headers.append(("allow", "GET, HEAD, POST"))
        return with_safety(headers, self._config)


def passed_on(headers: HeaderList) -> HeaderList:
    """What the desk may see of a reader's head. Names with `_` are dropped: to WSGI they are the same as with `-`."""
    named = _named_by_connection(headers)
    return [
        (name, value)
        for name, value in headers
        if name not in HOP_BY_HOP
        and name not in FORGEABLE
        and name not in named
        and "_" not in name
        and not name.startswith(("belowline-", "x-forwarded-"))
    ]


def _named_by_connection(headers: Iterable[tuple[str, str]]) -> set[str]:
    return {item.strip().lower() for name, value in headers if name == "connection" for item in value.split(",")}


def _declared_bytes(headers: HeaderList) -> int | None:
    value = dict(headers).get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else None


async def _beginning(response: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    """The first part of the body, and whether it is the whole."""
    parts, size = [], 0
    async for chunk in response.content.iter_any():
        parts.append(chunk)
        size += len(chunk)
        if size > WHOLE_BYTES_MAX:
            return b"".join(parts), False
    return b"".join(parts), True
