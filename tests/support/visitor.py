"""A reader's browser without scripts over HTTP: cookies, forms, and as many hands as it takes to press one button at once.

Each visitor has an address of their own: limits are counted by networks, and one test must not use up another's.
"""

from __future__ import annotations

import http.client
import itertools
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.support.desk import fields_of, soup

# What is another one in each answer, and says nothing.
_TOKENS = re.compile(r'<input type="hidden" name="(?:csrfmiddlewaretoken|key)" value="[^"]*">')
_ADDRESSES = (f"127.0.{high}.{low}" for high, low in itertools.product(range(1, 255), range(1, 255)))


@dataclass(frozen=True)
class Heard:
    """An answer, without what is another one each time."""

    status: int
    location: str
    text: str


@dataclass
class Visitor:
    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = field(default_factory=lambda: next(_ADDRESSES))
    set_cookies: list[str] = field(default_factory=list)  # the newest answer's, as they came

    def get(self, path: str) -> Heard:
        return self._keep(self._ask("GET", path))

    def open(self, path: str) -> tuple[str, dict[str, str]]:
        """Where the first form of the page sends what is written, and what it would send if its button were pressed."""
        heard = self._ask("GET", path)
        self._keep(heard)
        assert heard[0].status == 200, (path, heard[0].status)
        form = soup(heard[1]).select("main form:not(#votes)")[0]
        return str(form["action"]), fields_of(form)

    def token(self) -> str:
        """As scripts ask for it."""
        return str(json.loads(self.get("/_me").text)["token"])

    def post(self, path: str, form: dict[str, str]) -> Heard:
        return self._keep(self._ask("POST", path, form))

    def post_at_once(self, path: str, form: dict[str, str], *, times: int) -> list[Heard]:
        """The same form from so many connections that were opened before; no press knows another one's cookies."""
        heard: list[tuple[http.client.HTTPResponse, str]] = []
        gate = threading.Barrier(times)

        def press() -> None:
            connection = self._connection()
            connection.connect()
            gate.wait(30)
            heard.append(self._ask("POST", path, form, connection=connection))

        hands = [threading.Thread(target=press) for _ in range(times)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join(60)
        assert len(heard) == times
        return [self._keep(one) for one in heard]

    @contextmanager
    def unheard(self, path: str, form: dict[str, str]) -> Iterator[None]:
        """The whole form is sent; when the block ends the line is cut, and nobody has listened to the answer."""
        with socket.create_connection((str(self._host), self._port), source_address=(self.address, 0)) as line:
            body = urlencode(form).encode()
            head = [f"POST {path} HTTP/1.1", f"Host: {urlsplit(self.url).netloc}", f"Content-Length: {len(body)}"]
            head += [f"{name}: {value}" for name, value in self._headers(is_write=True).items()]
            line.sendall("\r\n".join([*head, "", ""]).encode() + body)
            yield

    @property
    def _host(self) -> str | None:
        return urlsplit(self.url).hostname

    @property
    def _port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(str(self._host), self._port, timeout=30, source_address=(self.address, 0))

    def _headers(self, *, is_write: bool) -> dict[str, str]:
        headers = {
            "Accept": "text/html",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if is_write:
            headers |= {"Origin": self.url, "Sec-Fetch-Site": "same-origin"}
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return headers

    def _ask(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        *,
        connection: http.client.HTTPConnection | None = None,
    ) -> tuple[http.client.HTTPResponse, str]:
        connection = connection or self._connection()
        body = None if form is None else urlencode(form).encode()
        connection.request(method, path, body, self._headers(is_write=form is not None))
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def _keep(self, heard: tuple[http.client.HTTPResponse, str]) -> Heard:
        answer, text = heard
        self.set_cookies = answer.headers.get_all("Set-Cookie") or []
        for line in self.set_cookies:
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
                if cookie["max-age"] == "0":
                    del self.cookies[name]
        return Heard(answer.status, answer.headers.get("Location", ""), _TOKENS.sub("", text))
