"""The desk in tests: its public door, a browser for its personal one, and articles to talk under."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from belowline.accounts.actions import SignUp, create_staff, sign_up
from belowline.accounts.models import Reader, User
from belowline.discussion import actions
from belowline.domain.commenting import Refused
from belowline.newsroom.actions import pages as newsroom
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, StandingPage
from belowline.pages import fill
from belowline.pages.answer import Answer
from belowline.pages.assets import build_assets
from tests.support.cast import NOON

PASSWORD = "a long walk along the river"
ORIGIN = "http://127.0.0.1:8000"


@cache
def build_static() -> None:
    """The styles and scripts that every page asks for; once a process."""
    build_assets(settings.STATIC_ROOT)


def page(address: str, *, now: datetime = NOON + timedelta(minutes=1)) -> Answer:
    """A public page, as the front would be given it at that moment."""
    path, _, query = address.partition("?")
    return fill.answer(fill.ask_from(path, query, now=now))[0]


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def words(html: str) -> str:
    """What a person reads, in one line."""
    return " ".join(soup(html).get_text(" ").split())


def comments_of(html: str) -> list[int]:
    """The ids of the comments of a page, in document order."""
    return [int(str(one["id"])[2:]) for one in soup(html).select("article.comment")]


def numbers_of(html: str) -> list[str]:
    """The numbers that the comments of a page carry."""
    return [str(one.h3.find("i").string)[1:] for one in soup(html).select("article.comment")]


def shape(html: str) -> list[tuple[str, ...]]:
    """The elements of a page in order, each with the names of its attributes: what no name or title may change."""
    return _Elements(html).found


def running_text(html: str) -> str:
    """The texts of a page's scripts and styles; not of its data for programs, which nothing runs."""
    return _Elements(html).running


class _Elements(HTMLParser):
    """Reads a page as `soup` does and builds no tree: a quarter of the time, where a thousand pages are compared."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.running = ""
        self._is_running = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *sorted({name for name, _ in attrs})))
        self._is_running = tag in {"script", "style"} and ("type", "application/ld+json") not in attrs

    def handle_endtag(self, tag: str) -> None:
        self._is_running = False

    def handle_data(self, data: str) -> None:
        if self._is_running:
            self.running += data


@dataclass(frozen=True, slots=True)
class Story:
    """An article with its discussion."""

    article: ArticlePage
    thread: int
    url: str


def publish(slug: str = "the-gauge", *, headline: str = "The gauge that moved", language: str = "en") -> Story:
    newsroom.ensure_front_page()
    topic = newsroom.create_topic(slug="the-barrier", title="The Barrier", names={"ar": ("الحاجز", "ست بوابات")})
    article = newsroom.publish_article(
        slug=slug,
        topic=topic,
        headline=headline,
        blocks=[made.Paragraph("The pier has two holes.")],
        published_at=NOON - timedelta(hours=4),
        authors=[newsroom.create_author(slug="ines", name="Ines Marrick")],
        language=language,
    )
    site = actions.ensure_site(actions.OWN_SITE, now=NOON)
    thread = actions.ensure_thread(
        site, subject_key=str(article.subject_key), now=NOON, title=headline, url=f"/a/{slug}", language=language
    )
    return Story(article, thread, f"/a/{slug}")


def write_standing(kind: str, language: str = "en") -> StandingPage:
    """The newsroom fills a standing page in (`ensure_standing_pages` has made it)."""
    found = StandingPage.objects.get(kind=kind, language=language)
    found.body = json.dumps([{"type": "paragraph", "value": "<p>We are six people in a weighhouse.</p>"}])
    found.save_revision().publish()
    return found


def make_member(name: str) -> User:
    user = sign_up(SignUp(name, f"{name.lower()}@example.org", PASSWORD))
    assert not isinstance(user, Refused), user
    return user


def make_staff(name: str, role: str) -> User:
    user = create_staff(name=name, email=f"{name.lower()}@example.org", password=PASSWORD, role=role)
    assert not isinstance(user, Refused), user
    return user


def reader_of(user: User) -> int:
    return Reader.objects.get(user=user).pk


class Browser:
    """A browser without scripts: keeps cookies, sends Origin and Sec-Fetch-Site, fills in forms and presses buttons."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"host": urlsplit(ORIGIN).netloc})
        if user is not None:
            self.client.force_login(user)

    def copy(self) -> Browser:
        """Another one with the same cookies."""
        other = Browser()
        for name, cookie in self.client.cookies.items():
            other.client.cookies[name] = cookie.value
        return other

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(path, headers=headers or None)

    def post(self, path: str, data: Any, **headers: str) -> HttpResponse:
        return self.client.post(path, data, headers={"origin": ORIGIN, "sec-fetch-site": "same-origin"} | headers)

    def form(self, path: str) -> dict[str, str]:
        """What the page's form would send if only its button were pressed."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return fields(answer)

    def press(self, path: str, **values: str) -> HttpResponse:
        """Open the form at `path`, fill in `values` and send it."""
        return self.post(path, self.form(path) | values)

    def token(self) -> str:
        """As scripts ask for it: a form's page costs ten times as much, and the tests ask a thousand times."""
        return str(self.json_of("/_me")["token"])

    def json_of(self, path: str) -> Any:
        return json.loads(self.get(path).content)

    def json(self, path: str, data: dict[str, Any], **headers: str) -> tuple[int, Any]:
        answer = self.post(path, {"csrfmiddlewaretoken": self.token()} | data, accept="application/json", **headers)
        return answer.status_code, json.loads(answer.content)


def main_form(html: str) -> Tag:
    """The form in the page's main part, which is not the one for votes."""
    found = [one for one in soup(html).select("main form") if one.get("id") != "votes"]
    assert len(found) == 1, [one.get("action") for one in found]
    return found[0]


def fields(answer: HttpResponse) -> dict[str, str]:
    return fields_of(main_form(answer.content.decode()))


def fields_of(form: Tag) -> dict[str, str]:
    """As of a form that says nothing about when it was drawn: a test presses its button within milliseconds, and the time
    trap is for those who do (pages/form_keys.py). `timed_fields` is the form as it stands there."""
    plain = dict(_fields(form))
    return plain | {"key": plain["key"].partition(".")[0]} if "key" in plain else plain


def timed_fields(answer: HttpResponse) -> dict[str, str]:
    return dict(_fields(main_form(answer.content.decode())))


def honeypot_of(answer: HttpResponse) -> Tag:
    """The field of the form that nobody sees."""
    found = main_form(answer.content.decode()).select("[aria-hidden=true] input")
    assert len(found) == 1
    return found[0]


def _fields(form: Tag) -> Iterator[tuple[str, str]]:
    for one in form.select("input[name], textarea[name]"):
        if one.name == "textarea":
            # A browser drops the one line break after the opening tag.
            yield str(one["name"]), one.get_text().removeprefix("\n")
        elif one.get("type") not in {"radio", "checkbox"} or one.has_attr("checked"):
            yield str(one["name"]), str(one.get("value", ""))


def errors(answer: HttpResponse) -> list[str]:
    """The sentences that say why a form did not go through."""
    return [one.get_text().strip() for one in soup(answer.content.decode()).select("[data-errors] li")]


def script_texts(module: str) -> list[str]:
    """The sentences in the scripts' module. Fails where a line is anything but a plain value or the one function."""
    found: list[str] = []
    for line in module.removesuffix("\n").split("\n"):
        if line.startswith("export const counted = (key, n) => "):
            assert re.fullmatch(r"[\w ().,;:\[\]=>'%!?&|<{}$]*", line), line
            continue
        match = re.fullmatch(r"(?:export )?const \w+ = (.*);", line)
        assert match is not None, line
        value = json.loads(match[1])
        found += [value] if isinstance(value, str) else [str(one) for one in value.values()]
    return found
