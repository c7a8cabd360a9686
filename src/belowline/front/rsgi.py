"""The part of granian's RSGI interface that the front uses, as types (granian's own classes are made in Rust)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

HeaderList = list[tuple[str, str]]


class Headers(Protocol):
    """Names are lower case; `get` gives the first of several."""

    def get(self, key: str, default: str | None = None) -> str | None: ...
    def items(self) -> HeaderList: ...


class Scope(Protocol):
    """`path` is percent-decoded (invalid UTF-8 became U+FFFD), `query_string` is not, `client` is `ip:port`."""

    client: str
    method: str
    path: str
    query_string: str
    authority: str | None

    @property
    def headers(self) -> Headers: ...


class Transport(Protocol):
    # Handed over when called; what comes back is awaited for an error alone.
    def send_bytes(self, data: bytes) -> Awaitable[None]: ...


class Departure(Protocol):
    """Done when the reader's connection is closed. It is a future of the loop."""

    def add_done_callback(self, call: Callable[[object], object], /) -> None: ...


class Exchange(Protocol):
    """One request and its answer. Iterating gives the body in chunks, some of them empty."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def client_disconnect(self) -> Departure: ...
    def response_empty(self, status: int, headers: HeaderList) -> None: ...
    def response_bytes(self, status: int, headers: HeaderList, body: bytes) -> None: ...
    def response_file(self, status: int, headers: HeaderList, file: str) -> None: ...
    def response_file_range(self, status: int, headers: HeaderList, file: str, start: int, end: int) -> None: ...
    def response_stream(self, status: int, headers: HeaderList) -> Transport: ...


def respond(exchange: Exchange, *, method: str, status: int, headers: HeaderList, body: bytes) -> None:
    """Answer with a body in one piece, or to HEAD with its length alone.

    Over HTTP/1.1 the server leaves out the body of a HEAD by itself; over HTTP/2 it would break the stream.
    """
    if method == "HEAD":
        exchange.response_empty(status, [*headers, ("content-length", str(len(body)))])
    else:
        exchange.response_bytes(status, headers, body)
