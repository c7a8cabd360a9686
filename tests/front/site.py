"""A real front process with a scripted desk behind it and a real SQLite file as its outbox."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.front.fake_desk import FakeDesk

SOURCE = Path(__file__).parents[2] / "src"


@dataclass
class Got:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def text(self) -> str:
        return self.body.decode()


class Outbox:
    """The outbox table as the migrations make it, as far as the front reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS outbox_event (id INTEGER PRIMARY KEY AUTOINCREMENT, xid BIGINT,"
            " tags VARCHAR(400) NOT NULL, is_drop BOOL NOT NULL)"
        )

    def record(self, tags: str, *, is_drop: bool = False) -> int:
        cursor = self._connection.execute("INSERT INTO outbox_event (tags, is_drop) VALUES (?, ?)", (tags, is_drop))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def prune(self, *, below: int) -> None:
        self._connection.execute("DELETE FROM outbox_event WHERE id < ?", (below,))

    def newest_id(self) -> int:
        newest: int = self._connection.execute("SELECT coalesce(max(id), 0) FROM outbox_event").fetchone()[0]
        return newest

    def close(self) -> None:
        self._connection.close()


class Site:
    """Use `get` and `post` for one request on a connection of its own."""

    def __init__(self, folder: Path, **config: object) -> None:
        self.folder = folder
        self.port, self.metrics_port = free_port(), free_port()
        self.desk = FakeDesk(folder / "desk.sock")
        self.desk.start()
        self.outbox = Outbox(folder / "db.sqlite3")
        for name in ("static", "media", "spool"):
            (folder / name).mkdir(exist_ok=True)
        self.config = {
            "host": "127.0.0.1",
            "port": self.port,
            "metrics_port": self.metrics_port,
            "desk_socket": str(folder / "desk.sock"),
            "database": f"sqlite:///{folder / 'db.sqlite3'}",
            "static_dir": str(folder / "static"),
            "media_dir": str(folder / "media"),
            "spool_dir": str(folder / "spool"),
            "public_url": "http://news.test",
            **config,
        }
        self.process = self.start()

    def start(self) -> subprocess.Popen[str]:
        (self.folder / "front.json").write_text(json.dumps(self.config))
        process = start_front(self.folder / "front.json")
        self.process = process
        wait_until(self._is_listening, what="the front did not start")
        wait_until(lambda: "signals_up 1" in self.metrics(), what="the outbox is not followed")
        return process

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)

    def close(self) -> None:
        if self.process.poll() is None:
            self.stop()
        if self.process.stderr is not None:
            self.process.stderr.close()
        self.desk.close()
        self.outbox.close()

    def reset(self) -> None:
        """A clean desk and an empty cache for the next test."""
        self.desk.reset()
        self.desk.delay_seconds = 0.0
        # An answer that the test before did not wait for may come in after the drop: it is dropped like the others.
        wait_until(self._is_empty_after_a_drop, what="the cache keeps pages")

    def _is_empty_after_a_drop(self) -> bool:
        read = self.metric("events")
        self.outbox.record("site thread:7 thread:8", is_drop=True)
        wait_until(lambda: self.metric("events") > read, what="the outbox is not read")
        return self.metric("cache_pages") == 0

    def get(self, path: str, headers: Iterable[tuple[str, str]] = (), *, method: str = "GET") -> Got:
        return self.request(method, path, headers=headers)

    def post(self, path: str, body: bytes, headers: Iterable[tuple[str, str]] = ()) -> Got:
        return self.request("POST", path, body=body, headers=[*headers, ("Content-Length", str(len(body)))])

    def request(
        self, method: str, path: str, *, headers: Iterable[tuple[str, str]] = (), body: bytes | None = None
    ) -> Got:
        return request(self.port, method, path, headers=headers, body=body)

    def metrics(self) -> str:
        return request(self.metrics_port, "GET", "/metrics").text

    def metric(self, name: str) -> float:
        """A counter (without `_total`) or a gauge."""
        lines = [line.split() for line in self.metrics().splitlines() if not line.startswith("#")]
        values = {key.removeprefix("belowline_front_").removesuffix("_total"): value for key, value in lines}
        return float(values[name])

    def _is_listening(self) -> bool:
        assert self.process.poll() is None, f"the front ended: {self.process.returncode}"
        return all(_accepts(port) for port in (self.port, self.metrics_port))


def start_front(config: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "belowline.front", "--config", str(config)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stderr=(config.parent / "front.log").open("a"),
        text=True,
    )


def request(
    port: int, method: str, path: str, *, headers: Iterable[tuple[str, str]] = (), body: bytes | None = None
) -> Got:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    given = list(headers)
    connection.putrequest(
        method, path, skip_host=any(name.lower() == "host" for name, _ in given), skip_accept_encoding=True
    )
    for name, value in given:
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    got = Got(response.status, response.getheaders(), response.read())
    connection.close()
    return got


class Listener:
    """A browser that follows: an open stream of events, read as it comes. `refused` is the status when there is none."""

    def __init__(self, port: int, of: str, *, last_id: str = "", headers: Iterable[tuple[str, str]] = ()) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        given = [*headers, *([("Last-Event-ID", last_id)] if last_id else [])]
        head = "".join(f"{name}: {value}\r\n" for name, value in given)
        self._socket.sendall(f"GET /live?of={of} HTTP/1.1\r\nHost: news.test\r\n{head}\r\n".encode())
        self._response = http.client.HTTPResponse(self._socket, method="GET")
        self._response.begin()
        self.status = self._response.status
        self.headers = dict(self._response.getheaders())

    def block(self) -> dict[str, str]:
        """The next event with its fields; empty when the stream has ended. A heartbeat is {"": ""}."""
        found: dict[str, str] = {}
        while line := self._response.readline():
            if line == b"\n":
                return found
            name, _, value = line.decode().rstrip("\n").partition(":")
            found[name] = value.strip()
        return {}

    def told(self) -> dict[str, str]:
        """The next event past the heartbeats, which come when they come; empty when the stream has ended."""
        while (found := self.block()) == {"": ""}:
            pass
        return found

    def news(self) -> dict[str, object]:
        """The next message's data, past the greeting and heartbeats; {} at the end."""
        while block := self.block():
            if "id" in block:
                found: dict[str, object] = json.loads(block["data"])
                return found
        return {}

    def close(self) -> None:
        self._response.close()
        self._socket.close()


def raw_exchange(port: int, data: bytes, *, finish: bool = True) -> bytes:
    """Whatever comes back for these bytes, until the connection closes or is silent for two seconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(data)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except TimeoutError:
            pass
        return received


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], *, what: str, seconds: float = 10.0) -> None:
    """Look every 5 ms; other processes give no other sign. Fails with `what` when the time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)
