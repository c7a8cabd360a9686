"""Asking a front for its first page without waiting for it: the supervisor must hear signals meanwhile."""

from __future__ import annotations

import errno
import selectors
import socket

# One attempt; a front that builds its first page on a slow disk answers in this time or is asked again.
ATTEMPT_SECONDS = 20.0
PAUSE_SECONDS = 0.1


class Probe:
    """`status()` is called again and again; it never blocks.

    With TLS an accepted connection counts as 200: the certificate is for the public name, which leads elsewhere.
    """

    def __init__(self, host: str, port: int, *, is_tls: bool = False) -> None:
        self._address = (host, port)
        self._family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._is_tls = is_tls
        self._connection: socket.socket | None = None
        self._is_asked = False
        self._given_up_at = 0.0
        self._next_at = 0.0
        self._head = b""
        self.last_status: int | None = None

    def status(self, *, now: float) -> int | None:
        """The HTTP status of `/`, or None when it is not known yet."""
        if self._connection is None:
            if now < self._next_at:
                return None
            self._begin(now=now)
        try:
            return self._go_on(now=now)
        except OSError:
            self._end(now=now)
            return None

    def _begin(self, *, now: float) -> None:
        self._connection = socket.socket(self._family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        self._connection.connect_ex(self._address)
        self._is_asked, self._head, self._given_up_at = False, b"", now + ATTEMPT_SECONDS

    def _go_on(self, *, now: float) -> int | None:
        assert self._connection is not None
        if now > self._given_up_at:
            raise TimeoutError
        if not self._is_asked:
            if not _is_ready(self._connection, selectors.EVENT_WRITE):
                return None
            if problem := self._connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(problem, errno.errorcode.get(problem, ""))
            if self._is_tls:
                return self._found(200, now=now)
            host = f"[{self._address[0]}]" if ":" in self._address[0] else self._address[0]
            self._connection.send(
                f"GET / HTTP/1.1\r\nHost: {host}:{self._address[1]}\r\nConnection: close\r\n\r\n".encode()
            )
            self._is_asked = True
        if not _is_ready(self._connection, selectors.EVENT_READ):
            return None
        self._head += self._connection.recv(64)
        parts = self._head.split(b" ", 2)
        if len(parts) < 3 or not parts[1].isdigit():
            raise ConnectionResetError
        return self._found(int(parts[1]), now=now)

    def _found(self, status: int, *, now: float) -> int:
        self._end(now=now)
        self.last_status = status
        return status

    def _end(self, *, now: float) -> None:
        assert self._connection is not None
        self._connection.close()
        self._connection = None
        self._next_at = now + PAUSE_SECONDS


def _is_ready(connection: socket.socket, event: int) -> bool:
    with selectors.SelectSelector() as selector:
        selector.register(connection, event)
        return bool(selector.select(timeout=0))
