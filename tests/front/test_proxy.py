"""Requests passed on: bodies, addresses, answers, and what happens when the desk is not there."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from aiohttp import web

from tests.front.site import Site, raw_exchange, wait_until

FORM = [("Content-Type", "application/x-www-form-urlencoded")]


async def _ok(request: web.Request) -> web.Response:
    return web.Response(text="taken")


def test_a_comment_arrives_whole_with_the_readers_head(site: Site) -> None:
    site.desk.script = _ok
    body = urlencode({"text": "Grüße ✓", "token": "t"}).encode()
    got = site.post("/_d/7/reply?x=1&x=2", body, [*FORM, ("Cookie", "session=alice"), ("Origin", "http://news.test")])
    assert (got.status, got.text) == (200, "taken")
    (asked,) = site.desk.asked
    assert (asked.method, asked.path_qs, asked.body) == ("POST", "/_d/7/reply?x=1&x=2", body)
    assert asked.header("Cookie") == "session=alice"
    assert asked.header("Origin") == "http://news.test"
    assert asked.header("Content-Type") == FORM[0][1]
    assert asked.header("Content-Length") == str(len(body))
    assert asked.header("Host") == "news.test"
    assert asked.header("Belowline-Client") == "127.0.0.1"
    assert asked.header("Belowline-Scheme") == "http"


def test_a_thousand_made_up_addresses_are_one_client(site: Site) -> None:
    site.desk.script = _ok
    for number in range(40):
        address = f"203.0.113.{number}"
        site.get(
            "/_me/thread/7",
            [
                ("X-Forwarded-For", address),
                ("Client-IP", address),
                ("X-Real-IP", address),
                ("Forwarded", f"for={address}"),
                ("Belowline-Client", address),
                ("Belowline_Client", address),
                ("True-Client-IP", address),
            ],
        )
    assert {asked.header("Belowline-Client") for asked in site.desk.asked} == {"127.0.0.1"}
    names = set().union(*(asked.names() for asked in site.desk.asked))
    assert names == {"host", "belowline-client", "belowline-scheme"}


def test_behind_a_trusted_proxy_the_rightmost_stranger_is_the_client(start_site: Callable[..., Site]) -> None:
    site = start_site(trusted_proxies=["127.0.0.0/8", "10.0.0.0/8"])
    site.desk.script = _ok
    site.get("/_me/x", [("X-Forwarded-For", "1.1.1.1, 198.51.100.9, 10.0.0.3")])
    site.get("/_me/x", [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "198.51.100.9")])
    assert [asked.header("Belowline-Client") for asked in site.desk.asked] == ["198.51.100.9"] * 2


def test_several_cookies_and_a_redirect_come_back_as_they_are(site: Site) -> None:
    async def signed_in(request: web.Request) -> web.Response:
        response = web.Response(status=303, headers={"Location": "/_d/comment/9"})
        response.set_cookie("session", "s")
        response.set_cookie("marker", "1")
        return response

    site.desk.script = signed_in
    got = site.post("/_account/sign-in", b"a=1", FORM)
    assert (got.status, got.header("Location")) == (303, "/_d/comment/9")
    assert [cookie.split(";")[0] for cookie in got.all("Set-Cookie")] == ["session=s", "marker=1"]
    assert len(site.desk.asked) == 1


def test_a_long_answer_comes_whole(site: Site) -> None:
    async def long(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for number in range(200):
            await response.write(bytes([number]) * 4096)
        return response

    site.desk.script = long
    assert site.get("/_desk/export/").body == b"".join(bytes([number]) * 4096 for number in range(200))


def test_only_the_editors_pages_keep_a_policy_of_their_own(site: Site) -> None:
    site.desk.script = _ok
    assert site.get("/_desk/pages/").header("Content-Security-Policy") is None
    assert site.get("/_desk/pages/").header("X-Content-Type-Options") == "nosniff"
    assert "script-src 'self'" in str(site.get("/_account/sign-in").header("Content-Security-Policy"))


def test_other_methods_reach_the_newsrooms_interface(site: Site) -> None:
    site.desk.script = _ok
    assert site.get("/_desk/api/images/3/", method="DELETE").status == 200
    assert site.desk.asked[0].method == "DELETE"


def test_a_post_to_a_public_address_is_passed_on_and_a_get_of_it_stays_public(site: Site) -> None:
    site.desk.script = _ok
    assert site.post("/a/rain", b"password=x", [*FORM, ("Cookie", "a=1")]).text == "taken"
    assert site.desk.asked[0].header("Cookie") == "a=1"
    assert site.desk.asked[0].header("Belowline-Fill") is None


@pytest.mark.parametrize(("path", "size", "status"), [
    ("/_d/7/reply", 256 * 1024, 200),
    ("/_d/7/reply", 256 * 1024 + 1, 413),
    ("/_desk/images/add/", 3 * 1024 * 1024, 200),
    ("/ar/_desk/images/add/", 3 * 1024 * 1024, 200),
])  # fmt: skip
def test_each_route_has_its_limit(site: Site, path: str, size: int, status: int) -> None:
    site.desk.script = _ok
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    got = site.post(path, body, [("Content-Type", "application/octet-stream")])
    assert got.status == status
    assert [asked.body == body for asked in site.desk.asked] == ([True] if status == 200 else [])
    if status == 413:
        assert "larger than this page accepts" in got.text
    assert list((site.folder / "spool").iterdir()) == []


def test_a_body_without_a_declared_length_is_counted_as_it_comes(site: Site) -> None:
    site.desk.script = _ok
    head = b"POST /_d/7/reply HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert b" 200 " in raw_exchange(site.port, head + b"5\r\nhello\r\n0\r\n\r\n", finish=False)
    assert site.desk.asked[0].body == b"hello"
    assert site.desk.asked[0].header("Content-Length") == "5"
    assert site.desk.asked[0].header("Transfer-Encoding") is None
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    assert b" 413 " in raw_exchange(site.port, head + chunk * 5 + b"0\r\n\r\n", finish=False)
    assert len(site.desk.asked) == 1


def test_a_body_cut_short_never_reaches_the_desk(site: Site) -> None:
    site.desk.script = _ok
    head = b"POST /_d/7/reply HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"
    before = site.metric("bodies_refused")
    raw_exchange(site.port, head + b"text=half")
    wait_until(lambda: site.metric("bodies_refused") > before, what="the body was not given up")
    assert site.desk.asked == []


def test_a_slow_body_is_given_up_and_takes_no_place_at_the_desk(start_site: Callable[..., Site]) -> None:
    site = start_site(body_idle_seconds=0.3)
    site.desk.script = _ok
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as slow:
        slow.sendall(b"POST /_d/7/reply HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\ntext=")
        assert site.get("/_me/x").text == "taken"
        assert slow.recv(4096).startswith(b"HTTP/1.1 408 ")
    assert len(site.desk.asked) == 1


def test_when_the_desk_is_down_the_text_is_kept(site: Site) -> None:
    site.desk.stop()
    text = "First line\nand </textarea><script>alert(1)</script> “quotes” & more"
    got = site.post("/_d/7/reply", urlencode({"token": "t-1", "text": text}).encode(), FORM)
    assert got.status == 503
    assert got.header("Retry-After") == "5"
    assert got.header("Cache-Control") == "no-store"
    assert "Your text is kept" in got.text
    assert (
        "First line\nand &lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; “quotes” &amp; more</textarea>"
        in got.text
    )
    assert '<input type="hidden" name="token" value="t-1">' in got.text
    assert '<form method="post" action="/_d/7/reply">' in got.text
    assert "<script>" not in got.text
    assert "نصّك محفوظ" in site.post("/ar/_d/7/reply", b"text=x", FORM).text


def test_a_password_is_not_shown_again(site: Site) -> None:
    site.desk.stop()
    got = site.post("/_account/sign-in", b"text=x&password=secret", FORM)
    assert got.status == 503
    assert "secret" not in got.text


def test_a_read_survives_a_desk_that_was_restarted(site: Site) -> None:
    site.desk.script = _ok
    assert site.get("/_me/x").text == "taken"
    site.desk.stop()
    site.desk.start()
    assert site.get("/_me/x").text == "taken"
    assert site.post("/_d/7/reply", b"text=x", FORM).text == "taken"


def test_a_write_is_never_sent_twice(site: Site) -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    site.desk.script = hang_up
    for _ in range(5):
        assert site.post("/_d/7/reply", b"text=x", FORM).status == 503
    assert len(site.desk.asked) == 5


def test_a_desk_that_does_not_answer_in_time_is_down(start_site: Callable[..., Site]) -> None:
    site = start_site(desk_seconds=0.3)
    site.desk.script = _ok
    site.desk.delay_seconds = 2
    began = time.monotonic()
    assert site.get("/_me/x").status == 503
    assert time.monotonic() - began < 1.5


def test_a_wrong_name_is_refused_for_what_is_personal(start_site: Callable[..., Site]) -> None:
    site = start_site(public_hosts=["news.test", "127.0.0.1:8000"])
    site.desk.script = _ok
    assert site.get("/_me/x", [("Host", "evil.test")]).status == 421
    assert site.get("/_me/x", [("Host", "127.0.0.1:8000")]).status == 200
    assert site.get("/_me/x", [("Host", "News.test")]).status == 200
    assert [asked.header("Host") for asked in site.desk.asked] == ["127.0.0.1:8000", "news.test"]
