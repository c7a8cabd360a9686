"""S20: nothing that one reader sends reaches what another one gets."""

from __future__ import annotations

import pytest
from aiohttp import web

from tests.front.fake_desk import tagged
from tests.front.site import Site, raw_exchange

UNKEYED = [
    ("X-Forwarded-Host", "evil.test"),
    ("X-Forwarded-Proto", "http"),
    ("X-Forwarded-Prefix", "/evil"),
    ("X-Forwarded-Port", "1"),
    ("X-Forwarded-Scheme", "nothttps"),
    ("X-Host", "evil.test"),
    ("X-Original-URL", "/_staff/"),
    ("X-Rewrite-URL", "/_staff/"),
    ("Forwarded", "host=evil.test"),
    ("Host", "evil.test"),
    ("Host", "evil.test:99999"),
    ("Cookie", "session=alice"),
    ("Accept-Language", "ar"),
    ("Authorization", "Bearer x"),
    ("Origin", "https://evil.test"),
    ("Referer", "https://evil.test/"),
    ("User-Agent", "evil"),
    ("Range", "bytes=0-3"),
    ("X-HTTP-Method-Override", "POST"),
    ("Belowline-Client", "1.1.1.1"),
    ("Belowline-Fill", "0"),
    ("Belowline-Tags", "none"),
    ("Cache-Control", "no-cache"),
    ("Pragma", "no-cache"),
    ("Accept", "application/json"),
    ("X-Requested-With", "XMLHttpRequest"),
    ("HX-Request", "true"),
    ("Max-Forwards", "0"),
]


async def _mirror(request: web.Request) -> web.Response:
    """A desk that shows everything it is told: what it does not hear, it cannot show."""
    text = f"{request.raw_path}\n" + "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    return web.Response(text=text, content_type="text/html", headers={"Belowline-Tags": "site"})


@pytest.mark.parametrize("header", UNKEYED, ids=lambda header: f"{header[0]}={header[1]}")
def test_no_header_of_a_reader_shows_in_a_public_page(site: Site, header: tuple[str, str]) -> None:
    site.desk.script = _mirror
    poisoned = site.get("/a/rain", [header])
    clean = site.get("/a/rain")
    assert poisoned.status == clean.status == 200
    assert poisoned.body == clean.body
    assert "evil" not in clean.text
    assert len(site.desk.asked) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/a/rain?utm_source=evil",
        "/a/rain?cb=evil&sort=%3Cevil%3E",
        "/a/rain?_method=evil",
        "/a/%72ain",
        "/a/rain?",
        "/a/rain?evil;sort=best",
    ],
)
def test_another_spelling_of_the_address_is_the_same_page(site: Site, path: str) -> None:
    site.desk.script = _mirror
    first = site.get(path)
    assert first.body == site.get("/a/rain").body
    assert "evil" not in first.text
    assert len(site.desk.asked) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/_me/thread/7;.css",
        "/_me/thread/7%3b.css",
        "/a/..%2f_me/thread/7",
        "/a/%2e%2e/_me",
        "//_me",
        "/a/%5c_me",
        "/%ff",
    ],
)
def test_an_ambiguous_address_reaches_neither_the_cache_nor_the_desk(site: Site, path: str) -> None:
    assert site.get(path, [("Cookie", "session=alice")]).status == 404
    assert site.desk.asked == []


@pytest.mark.parametrize(
    "path", ["/_me/thread/7", "/%5fme/thread/7", "/%5Fme%2fthread/7", "/_me/thread/7.css", "/ar/_me/x"]
)
def test_a_personal_address_is_never_kept_however_it_is_spelled(site: Site, path: str) -> None:
    async def personal(request: web.Request) -> web.Response:
        return web.Response(text=f"hello {request.cookies.get('session')}", headers={"Belowline-Tags": "site"})

    site.desk.script = personal
    alice = site.get(path, [("Cookie", "session=alice")])
    bob = site.get(path, [("Cookie", "session=bob")])
    assert (alice.text, bob.text) == ("hello alice", "hello bob")
    assert alice.header("Cache-Control") == "private, no-store"
    assert alice.header("ETag") is None


def test_two_readers_and_a_stranger_get_the_same_bytes(site: Site) -> None:
    site.desk.script = _mirror
    cookies: list[list[tuple[str, str]]] = [[("Cookie", "session=alice")], [("Cookie", "session=bob")], []]
    assert len({site.get("/a/rain", cookie).body for cookie in cookies}) == 1


def test_a_public_page_that_sets_a_cookie_is_neither_kept_nor_let_through_with_it(site: Site) -> None:
    before = site.metric("fill_cookies")
    site.desk.pages["/a/rain"] = tagged("x", Set_Cookie="session=alice")
    for _ in range(2):
        got = site.get("/a/rain")
        assert (got.status, got.all("Set-Cookie")) == (200, [])
    assert len(site.desk.asked) == 2
    assert site.metric("fill_cookies") == before + 2


def test_the_desks_own_signals_do_not_reach_readers(site: Site) -> None:
    site.desk.pages["/a/rain"] = tagged("x", Server="desk", X_Debug="1")
    got = site.get("/a/rain")
    assert not [name for name, _ in got.headers if name.lower().startswith(("belowline", "x-debug"))]


def test_an_absolute_address_changes_nothing(site: Site) -> None:
    site.desk.script = _mirror
    answer = raw_exchange(
        site.port, b"GET http://evil.test/a/rain HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n", finish=False
    )
    assert b"evil" not in answer
    assert answer.startswith(b"HTTP/1.1 200")
