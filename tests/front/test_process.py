"""The front as a process: starting, being asked how it is, stopping."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from tests.front.fake_desk import tagged
from tests.front.site import SOURCE, Got, Site, request, wait_until

pytestmark = pytest.mark.process


def _start(config: dict[str, object]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "belowline.front", "--config", "-"],
        input=json.dumps(config),
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_a_taken_port_is_said_in_one_line(start_site: Callable[..., Site]) -> None:
    site = start_site()
    for change in ({"metrics_port": None}, {"port": site.metrics_port, "metrics_port": None}):
        result = _start({**site.config, **change})
        assert result.returncode == 98
        (line,) = result.stderr.splitlines()
        assert json.loads(line)["event"] == "port_taken"


def test_a_port_taken_by_a_listener_that_shares_it_is_taken(start_site: Callable[..., Site]) -> None:
    site = start_site()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert _start({**site.config, "port": other.getsockname()[1], "metrics_port": None}).returncode == 98


def test_a_bad_configuration_is_said_in_one_line(start_site: Callable[..., Site]) -> None:
    result = _start({**start_site().config, "prot": 1})
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert "prot" in json.loads(line)["reason"]


def test_the_front_imports_no_django() -> None:
    code = (
        "import sys, belowline.front.__main__, belowline.front.signals_postgres;"
        "sys.exit(any(name.split('.')[0] in {'django', 'wagtail'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(SOURCE)}, check=False).returncode == 0


def test_health_says_which_part_is_ill(site: Site) -> None:
    well = request(site.metrics_port, "GET", "/health")
    assert (well.status, json.loads(well.text)) == (200, {"front": True, "desk": True, "signals": True})
    site.desk.stop()
    ill = request(site.metrics_port, "GET", "/health")
    assert (ill.status, json.loads(ill.text)) == (503, {"front": True, "desk": False, "signals": True})


def test_metrics_are_counted_and_not_public(site: Site) -> None:
    site.desk.pages["/a/rain"] = tagged("x")
    hits = site.metric("hits")
    for _ in range(4):
        site.get("/a/rain")
    assert site.metric("hits") == hits + 3
    assert site.metric("cache_pages") == 1
    assert "# TYPE belowline_front_hits_total counter" in site.metrics()
    assert "belowline_front" not in site.get("/metrics").text


def test_a_stop_finishes_what_is_under_way_and_takes_nothing_new(start_site: Callable[..., Site]) -> None:
    site = start_site()
    site.desk.pages["/a/rain"] = tagged("the whole page")
    site.desk.delay_seconds = 1.0
    got: list[Got] = []
    reader = threading.Thread(target=lambda: got.append(site.get("/a/rain")))
    reader.start()
    wait_until(lambda: len(site.desk.asked) == 1, what="the fill did not begin")
    began = time.monotonic()
    site.process.terminate()
    wait_until(lambda: not _accepts(site.port), what="still accepting", seconds=0.8)
    assert site.process.wait(timeout=10) == 0
    assert time.monotonic() - began < 5
    reader.join(timeout=5)
    assert [(one.status, one.text) for one in got] == [(200, "the whole page")]


def test_a_stop_does_not_wait_for_a_desk_that_hangs(start_site: Callable[..., Site]) -> None:
    site = start_site(drain_seconds=0.3)
    site.desk.delay_seconds = 5
    reader = threading.Thread(target=lambda: _ignore(lambda: site.get("/a/rain")))
    reader.start()
    wait_until(lambda: len(site.desk.asked) == 1, what="the fill did not begin")
    began = time.monotonic()
    assert site.stop() == 0
    assert time.monotonic() - began < 3
    reader.join(timeout=5)


def test_a_stop_does_not_wait_for_readers_who_stay_connected(start_site: Callable[..., Site]) -> None:
    site = start_site(drain_seconds=0.3)
    (site.folder / "media" / "film.mp4").write_bytes(bytes(20_000_000))
    requests = [
        b"",
        b"GET /",
        b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /_d/7/reply HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\ntext=",
        b"GET /media/film.mp4 HTTP/1.1\r\nHost: a\r\n\r\n",
    ]
    connections = [socket.create_connection(("127.0.0.1", site.port), timeout=5) for _ in requests]
    for connection, data in zip(connections, requests, strict=True):
        connection.sendall(data)
    assert site.get("/a/nowhere").status == 404
    began = time.monotonic()
    assert site.stop() == 0
    assert time.monotonic() - began < 4
    for connection in connections:
        connection.close()


def test_more_readers_stay_connected_than_a_default_server_takes(start_site: Callable[..., Site]) -> None:
    site = start_site()
    site.desk.pages["/a/rain"] = tagged("x")
    connections = [socket.create_connection(("127.0.0.1", site.port), timeout=5) for _ in range(400)]
    try:
        for connection in connections:
            connection.sendall(b"GET /a/rain HTTP/1.1\r\nHost: a\r\n\r\n")
        assert all(connection.recv(4096).startswith(b"HTTP/1.1 200") for connection in connections)
        assert site.get("/a/rain").status == 200
    finally:
        for connection in connections:
            connection.close()


def test_the_log_names_no_reader(start_site: Callable[..., Site]) -> None:
    site = start_site()
    site.desk.stop()
    site.get("/a/rain?sort=best&q=private", [("Cookie", "session=secret")])
    site.get("/search?q=private&topic=secret")
    site.post("/_d/7/reply?next=private", b"text=secret", [("Content-Type", "application/x-www-form-urlencoded")])
    assert site.stop() == 0
    lines = (site.folder / "front.log").read_text().splitlines()
    assert {"front_listening", "front_stopped", "fill_failed", "desk_failed"} <= {json.loads(x)["event"] for x in lines}
    assert not any(word in line for line in lines for word in ("127.0.0.1", "private", "secret"))


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ignore(action: Callable[[], object]) -> None:
    """The front may close this connection in any way."""
    with contextlib.suppress(Exception):
        action()
