"""Browsers on a live site. Everything they ask for and complain about is kept, and judged when the run is over."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Locator, Page, expect

from tests.support.live_cast import PASSWORD, ROOMS
from tests.support.live_site import LiveSite, live_site

__all__ = ["live_site"]

PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)
# A refusal is an answer: Chromium reports its status on the console, and that is no fault of the page.
EXPECTED_NOISE = "Failed to load resource: the server responded with a status of"
EXPECTED_OFFLINE = "net::ERR_"


@dataclass
class Watch:
    """What the browsers of the whole run asked for and said."""

    asked: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.asked.add(request.url))
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.said.append(f"{error.page and error.page.url}: {error.error}"))

    def _heard(self, message: Any) -> None:
        if message.type != "error":
            return
        if message.text.startswith(EXPECTED_NOISE) or EXPECTED_OFFLINE in message.text:
            return
        self.said.append(f"{message.page and message.page.url}: {message.text}")


@pytest.fixture(scope="session")
def watch(live_site: LiveSite) -> Iterator[Watch]:
    """At the end of the run: nothing was asked of another origin (bar Q4), no policy broken and no script failed (S5)."""
    watching = Watch()
    yield watching
    origin = urlsplit(live_site.url).netloc
    elsewhere = {url for url in watching.asked if urlsplit(url).netloc != origin and not url.startswith("data:")}
    assert elsewhere == set()
    assert watching.said == []


Open = Callable[..., Page]


@pytest.fixture
def browse(chromium: Browser, live_site: LiveSite, watch: Watch, keep: dict[str, Any]) -> Iterator[Open]:
    """Opens a path for somebody: `browse("/d/7", as_="alice")`. Each call is a browser of its own."""
    contexts: list[BrowserContext] = []

    def begin(path: str, *, as_: str = "", scripts: bool = True, width: int = 1280, **more: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            reduced_motion="reduce",
            storage_state=signed_in(chromium, live_site, as_, keep) if as_ else None,
            **more,
        )
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        contexts.append(context)
        page = context.new_page()
        page.goto(live_site.url + path if path.startswith("/") else path)
        return page

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def keep() -> dict[str, Any]:
    """The sessions of members who signed in already."""
    return {}


def signed_in(chromium: Browser, site: LiveSite, name: str, keep: dict[str, Any]) -> Any:
    if name not in keep:
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{site.url}/_account/sign-in")
        page.get_by_label("E-mail address").fill(f"{name}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        assert page.url == f"{site.url}/"
        keep[name] = context.storage_state()
        context.close()
    return keep[name]


Send = Callable[..., dict[str, Any]]
Say = Callable[..., int]


@pytest.fixture
def send(chromium: Browser, live_site: LiveSite, keep: dict[str, Any]) -> Iterator[Send]:
    """Somebody sends a form as scripts do: `send("bob", "/_d/7/reply", text="…")`; what the site answers."""
    contexts: dict[str, tuple[APIRequestContext, str]] = {}
    opened = []

    def client(name: str) -> tuple[APIRequestContext, str]:
        if name not in contexts:
            context = chromium.new_context(storage_state=signed_in(chromium, live_site, name, keep))
            opened.append(context)
            contexts[name] = (context.request, context.request.get(f"{live_site.url}/_me").json()["token"])
        return contexts[name]

    def post(name: str, address: str, **form: str) -> dict[str, Any]:
        request, token = client(name)
        headers = {"Accept": "application/json", "X-CSRFToken": token, "Origin": live_site.url}
        answer = request.post(f"{live_site.url}{address}", form=form, headers=headers)
        assert answer.ok, answer.text()
        told: dict[str, Any] = answer.json()
        return told

    yield post
    for context in opened:
        context.close()


@pytest.fixture
def say(send: Send) -> Say:
    """Somebody else writes: `say(thread, "text", parent=12, as_="bob")`; the comment's id."""

    def write(thread: int, text: str, *, parent: int = 0, as_: str = "bob") -> int:
        address = f"/_d/{thread}/reply" + (f"/{parent}" if parent else "")
        return int(send(as_, address, text=text, key=f"{abs(hash((text, parent)))}")["comment"])

    return write


@dataclass(frozen=True)
class Room:
    """A discussion with three comments: Charlie's, Bob's reply to it, and another of Charlie's."""

    path: str
    thread: int
    first: int
    reply: int
    other: int


@pytest.fixture(scope="session")
def room_numbers() -> Iterator[int]:
    return iter(range(1, ROOMS + 1))


@pytest.fixture
def room(live_site: LiveSite, room_numbers: Iterator[int]) -> Room:
    number = next(room_numbers)
    thread, *comments = (live_site.facts[name] for name in _names(number))
    return Room(f"/d/{thread}", thread, *comments)


def _names(number: int) -> Iterator[str]:
    return itertools.chain([f"room-{number}"], (f"room-{number}/{key}" for key in (1, 2, 3)))


def reloaded_with(page: Page, wanted: Locator) -> None:
    """A stale page may be served for 200 ms, and for longer while the desk is busy."""
    give_up_at = time.monotonic() + PATIENCE_MS / 1_000
    while True:
        page.reload()
        if wanted.count():
            return
        assert time.monotonic() < give_up_at, f"still not there: {wanted}"
