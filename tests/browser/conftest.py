"""Browsers on a live site. Everything they ask for and complain about is kept, and judged when the run is over."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Locator, Page, expect

from tests.support.live_cast import PASSWORD, ROOMS
from tests.support.live_site import LiveSite, copied_site, live_site, serve, stop
from tests.support.mailbox import Mailbox, mailbox
from tests.support.openid import CLIENT, SECRET, OpenId, openid

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
Stranger = Callable[..., Page]


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
        take_time(context, scripts=scripts)
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


# A form whose key says nothing of when it was drawn (pages/form_keys.py): no person is as quick as these, and the time
# trap is for whoever is.
_WITHOUT_TIME = """addEventListener('submit', ({ target: { elements: { key } } }) => {
  if (key) key.value = key.value.split('.')[0];
}, true)"""
_TIME = re.compile(r"(?<=key=)([\w-]+)\.[\w.-]+")


def take_time(context: BrowserContext, *, scripts: bool) -> None:
    """Also without scripts, where only the sent form can be changed."""
    if scripts:
        return context.add_init_script(_WITHOUT_TIME)
    return context.route(
        re.compile(r"/_d/\d+/reply"),
        lambda route: (
            route.continue_(post_data=_TIME.sub(r"\1", route.request.post_data))
            if route.request.post_data
            else route.continue_()
        ),
    )


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


@dataclass
class NamedSite:
    """A site with a name, mail that arrives, and a provider of sign-ins that is another site to a browser."""

    site: LiveSite
    box: Mailbox
    club: OpenId

    @property
    def url(self) -> str:
        return self.site.url

    def room(self, number: int) -> Room:
        thread, *comments = (self.site.facts[name] for name in _names(number))
        return Room(f"/d/{thread}", thread, *comments)

    def code_for(self, address: str, *, after: int) -> str:
        """The code in the newest mail to the address; waits until more than `after` mails came in all."""
        mail = self.box.wait_for(after + 1)[-1]
        assert mail["To"] == address
        body = mail.get_body(("plain",))
        assert body is not None
        code = re.search(r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{4})\s*$", body.get_content(), re.M)
        assert code is not None, body.get_content()
        return code[1]


@pytest.fixture(scope="session")
def named_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NamedSite]:
    """Browsers give no passkey to a bare address, and none of its cookies to another site: ours is a name, the provider an
    address."""
    own = tmp_path_factory.mktemp("named")
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    site = copied_site(shared / "live-model", to=own / "data")
    with mailbox() as box, openid() as club:
        club.shows = True
        with (site.data / "belowline.toml").open("a") as settings:
            settings.write(
                f'\n[[accounts.openid]]\nid = "club"\nname = "The Club"\nserver_url = "{club.url}"\n'
                f'client_id = "{CLIENT}"\nsecret_file = "{own / "secret"}"\n'
            )
        (own / "secret").write_text(SECRET)
        mail = {"BELOWLINE_MAIL__URL": box.url, "BELOWLINE_MAIL__SENDER": "The Weir <desk@weir.example>"}
        serve(site, settings=mail | {"BELOWLINE_SITE__PUBLIC_URL": "http://localhost:{port}"})
        site.url = site.url.replace("127.0.0.1", "localhost")
        yield NamedSite(site, box, club)
        stop(site)
    shutil.rmtree(site.data)


@pytest.fixture
def stranger(chromium: Browser, named_site: NamedSite) -> Iterator[Stranger]:
    """Opens a path of the site with a name for somebody it has not seen: `stranger("/d/7", scripts=False)`."""
    watching, contexts = Watch(), list[BrowserContext]()

    def begin(path: str, *, scripts: bool = True, **more: Any) -> Page:
        context = chromium.new_context(java_script_enabled=scripts, reduced_motion="reduce", **more)
        context.set_default_timeout(PATIENCE_MS)
        take_time(context, scripts=scripts)
        watching.over(context)
        contexts.append(context)
        page = context.new_page()
        page.goto(named_site.url + path)
        return page

    yield begin
    for context in contexts:
        context.close()
    known = {urlsplit(named_site.url).netloc, urlsplit(named_site.club.url).netloc}
    assert {urlsplit(url).netloc for url in watching.asked if not url.startswith("data:")} <= known
    assert watching.said == []


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
