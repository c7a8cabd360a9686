"""Every personal address, every method, every role: what may happen is written here, and nothing else does.

Wagtail's own addresses under /_desk/ are Wagtail's to test; here it is only held that they open for staff alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver

from belowline.accounts import confirming
from belowline.accounts.actions import SignUp, sign_up
from belowline.accounts.identity import remember_guest
from belowline.accounts.models import NetworkUse, Reader, SignIn, User
from belowline.demo.payments import ANSWERS, seed_campaign
from belowline.discussion.models import (
    Comment,
    GivenSource,
    IgnoredReader,
    MutedBranch,
    Report,
    Revision,
    SourceAsk,
    StateChange,
    Thread,
    Vote,
)
from belowline.front.answers import PUBLIC_POLICY, SAFETY
from belowline.mail.models import Letter
from belowline.newsroom.models import ErrorReport
from belowline.notifications.models import Notice, Preferences, Subscription
from belowline.outbox.models import Event
from belowline.project.middleware import EDITORS_POLICY
from belowline.support.actions import GiftWish, begin_gift
from belowline.support.models import Campaign, Entry, Every, Gift, Told
from belowline.support.providers import providers
from belowline.support.providers.test import TestProvider
from tests.support.cast import Cast, invite_cast, make_reader, posted
from tests.support.desk import ORIGIN, PASSWORD, Browser, Story, make_member, make_staff, publish, reader_of, soup
from tests.support.passages import a_request

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("story_database")]

ROLES = ("anonymous", "guest", "author", "other", "moderator", "editor")


@dataclass
class World:
    story: Story
    mine: int  # the author's comment
    theirs: int  # bob's
    held: int
    browsers: dict[str, Browser]
    gift: str  # monthly, paid
    new_gift: str  # not paid
    confirmation: str  # of a guest's address
    ignored: int  # by the author
    request: int  # at a passage of the story
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, role: str) -> str:
        """Of the role's session as the test found it."""
        if role not in self.tokens:
            self.tokens[role] = self.browsers[role].token()
        return self.tokens[role]

    def path(self, route: str) -> str:
        values = {
            "<id:thread_id>": self.story.thread,
            "<id:parent_id>": self.theirs,
            "<id:comment_id>": self.mine,
            "<id:picture_id>": 1,
            "<id:request_id>": self.request,
            "<id:article_id>": self.story.article.pk,
            "<id:pk>": 1,
            "<token:token>": self.gift,
            "<str:token>": self.new_gift,
            "<slug:provider>": "test",
            "<slug:about>": "topic",
            "<id:target>": self.story.article.get_parent().pk,
        }
        if route.startswith("_confirm"):
            values["<token:token>"] = self.confirmation
        for name, value in values.items():
            route = route.replace(name, str(value))
        return f"/{route}"


DEMO = django_settings.CONFIG.model_copy(update={"demo": True})


@pytest.fixture(scope="module")
def gifts(story_database: None) -> tuple[str, str]:
    """One that was paid and one that was not; once for all tests."""
    with override_settings(CONFIG=DEMO):
        return a_gift(is_paid=True), a_gift(is_paid=False)


# As an operator with mail would have set it.
SETTINGS: dict[str, Any] = {
    # Wagtail's own pages ask for files that a site collects once.
    "STORAGES": django_settings.STORAGES
    | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    "ROOT_URLCONF": "tests.security.demo_urls",
    "CONFIG": DEMO,
    "HAS_MAIL": True,
    "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": True,
    "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
}


@pytest.fixture(scope="module")
def first_world(gifts: tuple[str, str]) -> World:
    """Written once, below every test's transaction."""
    with override_settings(**SETTINGS):
        return make_world(gifts, invite_cast())


@pytest.fixture
def world(db: None, served: None, first_world: World, settings: Any) -> World:
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    return replace(first_world, browsers={role: one.copy() for role, one in first_world.browsers.items()}, tokens={})


def make_world(gifts: tuple[str, str], cast: Cast) -> World:
    story = publish()
    author = make_member("Alma")
    browsers = {
        "anonymous": Browser(),
        "guest": guest_browser(make_reader("Gretchen", kind="guest")),
        "author": Browser(author),
        "other": Browser(make_member("Bruno")),
        "moderator": Browser(make_staff("Mona", "moderator")),
        "editor": Browser(make_staff("Edda", "editor")),
    }
    demo_reader()
    Notice.objects.create(
        reader_id=reader_of(author), about="thread", thread_id=story.thread, comment_id=1, made_at=datetime.now(UTC)
    )
    IgnoredReader.objects.create(reader_id=reader_of(author), ignored_id=cast.alice, at=datetime.now(UTC))
    return World(
        story,
        mine=posted(reader_of(author), "Mine", thread=story.thread, minutes=minutes_since_noon()),
        theirs=posted(cast.bob, "Theirs", thread=story.thread),
        held=posted(make_reader("Hilde", kind="guest"), "Held", thread=story.thread),
        browsers=browsers,
        gift=gifts[0],
        new_gift=gifts[1],
        confirmation=a_confirmation(),
        ignored=cast.alice,
        request=a_request(story, cast.bob),
    )


def a_gift(*, is_paid: bool) -> str:
    """A monthly gift to the demo's campaign; the token of its page."""
    seed_campaign(now=datetime.now(UTC))
    wish = GiftWish(Campaign.objects.get().pk, 500, Every.MONTH, "test", "en")
    gift = begin_gift(wish, now=datetime.now(UTC))
    assert isinstance(gift, Gift), gift
    if is_paid:
        provider = providers()["test"]
        assert isinstance(provider, TestProvider)
        provider.tell(*ANSWERS["pay"](gift, "pay_1", datetime.now(UTC)))
    return gift.token


def a_confirmation() -> str:
    """The token in a letter to a guest."""
    reader = make_reader("Gunda", kind="guest")
    Reader.objects.filter(pk=reader).update(email="gunda@example.org")
    confirming.ask(reader, language="en", now=datetime.now(UTC))
    return str(Letter.objects.get().payload["token"])


def minutes_since_noon() -> float:
    """Now, as minutes after the cast's noon: the author's window for editing is open."""
    from tests.support.cast import NOON

    return (datetime.now(UTC) - NOON).total_seconds() / 60


def guest_browser(reader: int) -> Browser:
    browser, answer = Browser(), HttpResponse()
    remember_guest(answer, reader)
    for name, cookie in answer.cookies.items():
        browser.client.cookies[name] = cookie.value
    return browser


def demo_reader() -> None:
    user = sign_up(SignUp("Wanda Reads", "reader@demo.invalid", PASSWORD))
    assert isinstance(user, User), user


def alike(routes: list[str], methods: dict[str, str]) -> dict[str, dict[str, str]]:
    return dict.fromkeys(routes, methods)


NOBODY = "405 405 405 405 405 405"
# route: {method: statuses for ROLES, in their order}. A method that is not named is 405 for everybody.
MATRIX: dict[str, dict[str, str]] = {
    "_health": {"GET": "200 200 200 200 200 200"},
    "_me": {"GET": "200 200 200 200 200 200"},
    "_me/thread/<id:thread_id>": {"GET": "200 200 200 200 200 200"},
    "_d/<id:thread_id>/reply": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_d/<id:thread_id>/reply/<id:parent_id>": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_d/<id:thread_id>/vote": {"POST": "403 403 303 303 303 303"},
    "_d/comment/<id:comment_id>": {"GET": "404 404 200 404 404 404"},
    "_d/comment/<id:comment_id>/edit": {"GET": "404 404 200 404 404 404", "POST": "404 404 303 404 404 404"},
    "_d/comment/<id:comment_id>/delete": {"GET": "404 404 200 404 404 404", "POST": "404 404 303 404 404 404"},
    # Nobody reports a comment of their own.
    "_d/comment/<id:comment_id>/report": {"GET": "200 200 200 200 200 200", "POST": "200 200 409 200 200 200"},
    # Anybody with a name here ignores and mutes; to stop the replies, which the form of this test asks, is the author's.
    "_d/comment/<id:comment_id>/choices": {"GET": "403 200 200 200 200 200", "POST": "403 403 303 403 403 403"},
    # Anybody with an account or a confirmed address asks; the author answers.
    "_d/comment/<id:comment_id>/source": {"GET": "403 200 200 200 200 200", "POST": "403 403 409 303 303 303"},
    "_d/<id:thread_id>/names": {"GET": "200 200 200 200 200 200"},
    "_account/sign-in": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_account/sign-up": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_account/sign-up/passkey": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_account/sign-out": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_d/<id:thread_id>/notify": {"GET": "200 200 200 200 200 200", "POST": "422 200 200 200 200 200"},
    "_notify": {"GET": "303 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_notify/<slug:about>/<id:target>": {"GET": "200 200 200 200 200 200", "POST": "422 200 200 200 200 200"},
    "_notices": {"GET": "303 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    # Signed, and of no use to anybody else: tests/pages/test_notify.py.
    "_u/<str:token>": {"GET": "404 404 404 404 404 404", "POST": "404 404 404 404 404 404"},
    "_guest": {"GET": "200 200 404 404 404 404", "POST": "200 303 404 404 404 404"},
    # Whoever has the link owns the mailbox. What a wrong one does: tests/pages/test_guests.py.
    "_confirm/<token:token>": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_account": {"GET": "302 302 200 200 200 200"},
    "_account/comments": {"GET": "302 302 200 200 200 200"},
    "_account/votes": {"GET": "302 302 200 200 200 200"},
    "_account/ignored": {"GET": "302 302 200 200 200 200", "POST": "302 302 303 303 303 303"},
    "_account/profile": {"GET": "302 302 200 200 200 200", "POST": "302 302 303 303 303 303"},
    "_account/name": {"GET": "302 302 200 200 200 200", "POST": "302 302 303 303 303 303"},
    # Both ask for the password first; staff stay.
    "_account/export": {"GET": "302 302 200 200 200 200", "POST": "302 302 302 302 302 302"},
    "_account/delete": {"GET": "302 302 200 200 200 200", "POST": "302 302 302 302 422 422"},
    "_account/closed": {"GET": "403 403 403 403 403 403"},
    "_account/code": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_account/reset": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_account/reset/done": {"GET": "200 200 200 200 200 200"},
    # The second pages of something that was not begun lead to its first page, and those who are in to the front page.
    **alike(
        [
            "_account/code/enter",
            "_account/prove",
            "_account/reset/enter",
            "_account/reset/password",
            "_account/second",
            "_account/passkey/first",
            "_account/with/sign-up",
        ],
        {"GET": "302 302 302 302 302 302", "POST": "303 303 303 303 303 303"},
    ),
    # Not at a bare address: tests/browser/test_passkeys.py.
    **alike(
        ["_account/passkey", "_account/sign-up/passkey"],
        {"GET": "404 404 404 404 404 404", "POST": "404 404 404 404 404 404"},
    ),
    **alike(
        ["_account/security/passkeys/add", "_account/again/passkey", "_account/again/mail"],
        {"GET": "302 302 404 404 404 404", "POST": "302 302 404 404 404 404"},
    ),
    # A member's own; the others are led to the sign-in page.
    "_account/security": {"GET": "302 302 200 200 200 200"},
    "_account/security/codes": {"GET": "302 302 404 404 404 404"},
    "_account/sessions": {"GET": "302 302 200 200 200 200", "POST": "302 302 303 303 303 303"},
    "_account/mail": {"GET": "302 302 200 200 200 200", "POST": "302 302 200 200 200 200"},
    "_account/password": {"GET": "302 302 200 200 200 200", "POST": "302 302 303 303 303 303"},
    "_account/with/mine": {"GET": "302 302 200 200 200 200", "POST": "302 302 200 200 200 200"},
    "_account/again": {"GET": "302 302 200 200 200 200", "POST": "302 302 303 303 303 303"},
    **alike(
        ["_account/again/code", "_account/password/first"],
        {"GET": "302 302 302 302 302 302", "POST": "302 302 303 303 303 303"},
    ),
    # Before these change anything, even for their owner, the password is asked for again.
    "_account/email": {"GET": "302 302 200 200 200 200", "POST": "302 302 302 302 302 302"},
    **alike(
        [
            "_account/security/app",
            "_account/security/codes/new",
            "_account/security/passkeys/<id:pk>/name",
            "_account/security/passkeys/<id:pk>/remove",
        ],
        {"GET": "302 302 302 302 302 302", "POST": "302 302 302 302 302 302"},
    ),
    "_account/security/app/off": {"GET": "302 302 404 404 404 404", "POST": "302 302 404 404 404 404"},
    "_account/with/cancelled": {"GET": "200 200 200 200 200 200"},
    "_account/with/failed": {"GET": "403 403 403 403 403 403"},
    "_error/<id:article_id>": {"GET": "200 200 200 200 200 200", "POST": "200 200 200 200 200 200"},
    "_offer/<id:article_id>": {"GET": "200 200 200 200 200 200", "POST": "200 200 200 200 200 200"},
    # Whoever has no confirmed address asks in words, not here.
    "_d/request/<id:request_id>": {"GET": "200 200 200 200 200 200", "POST": "403 403 303 303 303 303"},
    "_support/give": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    "_support/gift/<token:token>": {"GET": "200 200 200 200 200 200"},
    "_support/gift/<token:token>/cancelled": {"GET": "200 200 200 200 200 200"},
    "_support/gift/<token:token>/stop": {"GET": "303 303 303 303 303 303", "POST": "303 303 303 303 303 303"},
    # No token and no origin, but a signature: tests/ledger/test_hooks.py.
    "_support/hook/<slug:provider>": {"POST": "400 400 400 400 400 400"},
    "_demo/pay/<str:token>": {"GET": "200 200 200 200 200 200", "POST": "303 303 303 303 303 303"},
    # A gift's token opens no draft, for nobody. What a real link opens: tests/newsroom/test_preview_links.py.
    "_preview/<token:token>": {"GET": "404 404 404 404 404 404"},
    "_preview/<token:token>/picture/<id:picture_id>": {"GET": "404 404 404 404 404 404"},
    "_staff/comments": {"GET": "302 302 403 403 200 200", "POST": "302 302 403 403 303 303"},
    "_demo/as": {"POST": "303 303 303 303 303 303"},
    "_demo/mail": {"GET": "200 200 200 200 200 200"},
}


def body(route: str, world: World, role: str = "author") -> dict[str, str]:
    """A form that would go through, if the one who sends it may."""
    guest = {"name": "Gerda", "email": "gerda@example.org"}
    return {
        "_d/<id:thread_id>/reply": {"text": f"Words of {role}", **guest},
        "_d/<id:thread_id>/reply/<id:parent_id>": {"text": f"Words of {role}", **guest},
        "_d/<id:thread_id>/vote": {"up": str(world.theirs)},
        "_d/comment/<id:comment_id>/edit": {"text": f"Changed by {role}"},
        "_d/comment/<id:comment_id>/delete": {},
        "_d/comment/<id:comment_id>/choices": {"act": "stop"},
        "_d/comment/<id:comment_id>/source": {"act": "ask"},
        "_d/comment/<id:comment_id>/report": {"reason": "insult", "note": f"Says {role}"},
        "_account/sign-in": {"email": "bruno@example.org", "password": PASSWORD},
        "_account/sign-up": {"name": f"Nova {role[::-1]}", "email": f"new-{role}@example.org", "password": PASSWORD},
        "_account/sign-out": {},
        "_account/code": {"email": f"{role}@example.org"},
        "_account/reset": {"email": f"{role}@example.org"},
        "_account/email": {"email": f"other-{role}@example.org"},
        "_account/again": {"password": PASSWORD},
        "_account/password": {"oldpassword": PASSWORD, "password": "another quiet harbour"},
        "_account/sessions": {"end": "all"},
        "_account/ignored": {"reader": str(world.ignored)},
        "_account/profile": {"is_indexed": "yes"},
        "_account/name": {"name": f"Norma {role[::-1]}"},
        "_account/delete": {"texts": "delete"},
        # The second of them finds it decided.
        "_staff/comments": {"comment": str(world.held), "decision": "remove" if role == "editor" else "approve"},
        "_demo/as": {"as": "reader"},
        "_d/<id:thread_id>/notify": {f"mail-thread-{world.story.thread}": "now"},
        "_notify": {"zone": "Europe/Oslo", "quiet_from": "22", "quiet_until": "7"},
        "_notify/<slug:about>/<id:target>": {f"mail-topic-{world.story.article.get_parent().pk}": "now"},
        "_notices": {"all": "yes"},
        "_guest": {"act": "change", "email": "new@example.org"},
        "_error/<id:article_id>": {"text": f"Wrong, says {role}"},
        "_offer/<id:article_id>": {"text": f"A letter, says {role}", "url": "https://example.org/a"},
        "_d/request/<id:request_id>": {"act": "join"},
        "_support/give": {"amount": "5", "every": "once"},
        "_demo/pay/<str:token>": {"answer": "pay"},
    }.get(route, {})


def routes() -> Iterator[str]:
    """Every address of the site's own, as the resolver knows it."""

    def walk(patterns: Any, prefix: str) -> Iterator[str]:
        for one in patterns:
            place = prefix + str(one.pattern)
            if place.startswith("_desk/"):
                continue
            if isinstance(one, URLPattern):
                yield place
            else:
                yield from walk(one.url_patterns, place)

    yield from walk(get_resolver().url_patterns, "")


def test_every_route_is_in_the_matrix(world: World) -> None:
    assert set(routes()) == set(MATRIX)


# The writing one last: it may sign somebody out.
METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST")


@pytest.mark.parametrize("route", sorted(MATRIX))
def test_each_role_may_do_what_the_matrix_says(world: World, route: str) -> None:
    for method in METHODS:
        for role, allowed in zip(ROLES, statuses(route, method), strict=True):
            answer = send(world, role, route, method)
            assert str(answer.status_code) in allowed, (role, method, answer.status_code)


def statuses(route: str, method: str) -> list[set[str]]:
    """What each role may be answered. A page that is only read says 405 to HEAD, or answers it like GET."""
    known = MATRIX[route]
    if method == "HEAD":
        return [{status, "405"} for status in known.get("GET", NOBODY).split()]
    if route == "_staff/comments" and method not in known:
        return [{"302"}, {"302"}, *({status} for status in NOBODY.split()[2:])]  # signing in comes first
    return [{status} for status in known.get(method, NOBODY).split()]


def send(world: World, role: str, route: str, method: str) -> HttpResponse:
    browser, path = world.browsers[role], world.path(route)
    if method in {"GET", "HEAD"}:
        return getattr(browser.client, method.lower())(path)
    token = world.token(role)
    if method == "POST":
        return browser.post(path, body(route, world, role) | {"csrfmiddlewaretoken": token})
    headers = {"x-csrftoken": token, "origin": ORIGIN, "sec-fetch-site": "same-origin"}
    return browser.client.generic(method, path, b"text=x", "application/x-www-form-urlencoded", headers=headers)


def test_anonymous_people_are_led_to_the_sign_in_page_and_back(world: World) -> None:
    assert world.browsers["anonymous"].get("/_staff/comments")["Location"] == "/_account/sign-in?next=/_staff/comments"


@pytest.mark.parametrize("role", ROLES)
def test_the_newsrooms_desk_opens_for_staff_alone(world: World, role: str) -> None:
    answer = world.browsers[role].get("/_desk/")
    assert (answer.status_code == 200) is (role in {"moderator", "editor"})
    assert answer.status_code in {200, 302, 403}


def test_an_administrator_opens_every_part_of_the_desk(world: World) -> None:
    """The demo's editor is one, and begins at the root of the page tree."""
    browser = Browser(make_staff("Zora", "administrator"))
    parts = [
        "",
        "pages/",
        f"pages/{world.story.article.pk}/edit/",
        "images/",
        "documents/",
        "snippets/",
        "users/",
        "sites/",
    ]
    for part in [*parts, "reports/site-history/", "account/"]:
        assert browser.client.get(f"/_desk/{part}", follow=True).status_code == 200, part


def test_the_preview_of_an_article_may_stand_in_the_desks_own_frame(world: World) -> None:
    """Wagtail asks for the article within its own request: the inner answer's policy must not win."""
    article = world.story.article
    path = f"/_desk/pages/{article.pk}/revisions/{article.latest_revision_id}/view/"
    answer = world.browsers["editor"].get(path)
    assert "The gauge that moved" in answer.content.decode()
    assert answer["Content-Security-Policy"] == EDITORS_POLICY
    assert answer.get("X-Frame-Options") in {None, "SAMEORIGIN"}


def test_an_author_has_the_desk_and_no_moderation(world: World) -> None:
    browser = Browser(make_staff("Rita", "author"))
    assert browser.get("/_desk/").status_code == 200
    assert browser.get("/_staff/comments").status_code == 403


def test_the_same_rights_hold_in_every_language(world: World) -> None:
    for role in ROLES:
        assert world.browsers[role].get(f"/ar/_d/comment/{world.mine}").status_code == (
            200 if role == "author" else 404
        )
        assert world.browsers[role].get(f"/ar/_d/comment/{world.held}").status_code == 404


NO_IDS = ["_d/0/reply", "_d/-1/reply", f"_d/{'9' * 19}/reply", "_d/1%00/reply", "_d/x/vote", "_me/thread/²"]


@pytest.mark.parametrize("path", NO_IDS)
def test_an_id_that_is_none_is_not_found(world: World, path: str) -> None:
    assert world.browsers["author"].get(f"/{path}").status_code == 404


# S15: nothing another site sends changes anything

UNSAFE = [
    route
    for route, methods in MATRIX.items()
    if "POST" in methods and "hook" not in route and not route.startswith("_u/")
]
# They only go on with what another page began, or what its owner has: tests/accounts holds that they do.
STEPS = {
    route
    for route in MATRIX
    if route.startswith(("_account/security", "_account/with", "_account/passkey", "_account/again/"))
    or route.rpartition("/")[2]
    in {"enter", "export", "delete", "prove", "second", "first", "sessions", "email", "passkey"}
    or route in {"_account/reset/password", "_account/mail"}
}
ATTACKS = (
    "no token", "empty token", "token of another session", "token in the address", "wrong origin", "null origin",
    "origin with another port", "origin with another scheme", "cross-site", "same-site", "text/plain", "json",
    "method override", "get", "head", "put", "origin of a subdomain",
)  # fmt: skip
# The demo bar's button stands in cached pages, which carry no token: the gate of origins is all it has, and it changes
# a costume in a demo on loopback.
DEMO_BAR_TAKES = {"no token", "empty token", "token of another session", "token in the address"}


def actor(route: str) -> str:
    others = {"_staff/comments": "moderator", "_account/sign-in": "anonymous", "_account/sign-up": "anonymous"}
    others |= dict.fromkeys(["_d/comment/<id:comment_id>/report", "_d/comment/<id:comment_id>/source"], "other")
    return (others | {"_guest": "guest", "_confirm/<token:token>": "anonymous"}).get(route, "author")


@pytest.mark.parametrize("route", UNSAFE)
def test_a_forged_write_changes_nothing(world: World, route: str) -> None:
    browser = world.browsers[actor(route)]
    token = browser.token()
    before = state(browser)
    for attack in ATTACKS:
        if route == "_demo/as" and attack in DEMO_BAR_TAKES:
            continue
        rows = rows_written()
        answer = forge(world, browser, route, attack, token=token)
        assert answer.status_code < 500, attack
        # Reading all tables is dear; most attacks end before a single row is touched.
        assert rows_written() == rows or state(browser) == before, attack


@pytest.mark.parametrize("route", [one for one in UNSAFE if one not in STEPS])
def test_the_honest_write_does_change_something(world: World, route: str) -> None:
    """The control: the same requests without the forgery."""
    browser = world.browsers[actor(route)]
    token = browser.token()
    before, rows = state(browser), rows_written()
    browser.post(world.path(route), body(route, world) | {"csrfmiddlewaretoken": token})
    assert state(browser) != before
    assert rows_written() > rows


def rows_written() -> int:
    """How many rows this connection has ever touched. SQLite counts them, and this file runs there alone."""
    return int(connection.connection.total_changes)


def state(browser: Browser) -> str:
    """All that a write could change: rows, events, and who the browser is signed in as."""
    tables = [Comment, Revision, Vote, StateChange, Thread, Reader, User, Event, Gift, Told, Entry, ErrorReport]
    tables += [Report, IgnoredReader, MutedBranch, SourceAsk, GivenSource, Subscription, Preferences, Notice, Letter]
    tables += [SignIn, NetworkUse, EmailAddress, Authenticator]
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in tables}
    for user in rows["User"]:
        user.pop("last_login")
    rows["session"] = [browser.client.session.get("_auth_user_id")]
    return json.dumps(rows, default=repr, sort_keys=True)


def forge(world: World, browser: Browser, route: str, attack: str, *, token: str) -> HttpResponse:
    path, data = world.path(route), body(route, world)
    good = data | {"csrfmiddlewaretoken": token}
    same = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
    client: Client = browser.client
    match attack:
        case "no token":
            return client.post(path, data, headers=same)
        case "empty token":
            return client.post(path, data | {"csrfmiddlewaretoken": ""}, headers=same)
        case "token of another session":
            return client.post(path, data | {"csrfmiddlewaretoken": Browser().token()}, headers=same)
        case "token in the address":
            return client.post(f"{path}?csrfmiddlewaretoken={token}", data, headers=same)
        case "wrong origin":
            return client.post(path, good, headers={"origin": "https://evil.example"})
        case "origin with another port":
            return client.post(path, good, headers={"origin": "http://127.0.0.1:8001"})
        case "origin with another scheme":
            return client.post(path, good, headers={"origin": "https://127.0.0.1:8000"})
        case "origin of a subdomain":
            return client.post(path, good, headers={"origin": "http://evil.127.0.0.1:8000"})
        case "null origin":
            return client.post(path, good, headers={"origin": "null"})
        case "cross-site" | "same-site":
            return client.post(path, good, headers={"sec-fetch-site": attack})
        case "text/plain":
            text = "&".join(f"{name}={value}" for name, value in good.items())
            return client.generic("POST", path, text, "text/plain", headers=same)
        case "json":
            return client.generic("POST", path, json.dumps(good), "application/json", headers=same)
        case "method override":
            return client.get(path, good | {"_method": "POST"}, headers=same | {"x-http-method-override": "POST"})
        case "put":
            return client.generic("PUT", path, "x", headers=same | {"x-csrftoken": token})
        case _:
            return getattr(client, attack)(path, good, headers=same)


# S17: sessions


def test_the_session_gets_a_new_id_when_somebody_signs_in(world: World) -> None:
    browser = world.browsers["anonymous"]
    session = browser.client.session
    session["planted"] = "by an attacker"
    session.save()
    name = django_settings.SESSION_COOKIE_NAME
    browser.client.cookies[name] = planted = session.session_key
    form = {"csrfmiddlewaretoken": browser.token(), "email": "alma@example.org", "password": PASSWORD}
    assert browser.post("/_account/sign-in", form).status_code == 303
    assert browser.client.cookies[name].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_an_invented_session_id_is_never_taken_over(world: World) -> None:
    browser, name = world.browsers["anonymous"], django_settings.SESSION_COOKIE_NAME
    browser.client.cookies[name] = "a" * 32
    browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD)
    assert browser.client.cookies[name].value != "a" * 32


def test_signing_out_kills_the_session_and_not_only_the_cookie(world: World) -> None:
    browser, name = world.browsers["author"], django_settings.SESSION_COOKIE_NAME
    stolen = browser.client.cookies[name].value
    browser.press("/_account/sign-out")
    thief = Browser()
    thief.client.cookies[name] = stolen
    assert json.loads(thief.get("/_me").content)["reader"] is None


def test_a_form_from_before_signing_in_is_worth_nothing_afterwards(world: World) -> None:
    browser = world.browsers["anonymous"]
    early = browser.token()
    browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD)
    before = Comment.objects.count()
    answer = browser.post(world.path("_d/<id:thread_id>/reply"), {"text": "x", "csrfmiddlewaretoken": early})
    assert (answer.status_code, Comment.objects.count()) == (403, before)


def test_somebody_elses_session_is_emptied_before_the_next_person_signs_in(world: World) -> None:
    browser = world.browsers["author"]
    browser.press("/_account/sign-in", email="bruno@example.org", password=PASSWORD)
    assert json.loads(browser.get("/_me").content)["reader"]["name"] == "Bruno"
    assert browser.get(f"/_d/comment/{world.mine}").status_code == 404


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(world: World) -> None:
    browser = Browser()
    answer = browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD)
    session = answer.cookies[django_settings.SESSION_COOKIE_NAME]
    assert (bool(session["httponly"]), session["samesite"], session["path"], session["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )
    form = browser.client.cookies[django_settings.CSRF_COOKIE_NAME]
    assert (bool(form["httponly"]), form["samesite"], form["domain"]) == (True, "Lax", "")


def test_behind_https_every_cookie_is_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    script = (
        "import json; from belowline.project import django_settings as s; "
        "print(json.dumps([s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, "
        "s.CSRF_TRUSTED_ORIGINS, s.DEBUG, '127.0.0.1' in s.ALLOWED_HOSTS]))"
    )
    environment = {**os.environ, "BELOWLINE_DATA": str(tmp_path), "BELOWLINE_SITE__PUBLIC_URL": "https://news.example"}
    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True, timeout=60)
    assert json.loads(told.stdout) == [
        "__Host-bl_session", True, "__Host-bl_form", True, ["https://news.example"], False, False,
    ]  # fmt: skip


# Headers


def personal_answers(world: World) -> Iterator[tuple[str, HttpResponse]]:
    for route in MATRIX:
        for role in ("anonymous", "author", "moderator"):
            yield f"{role} {route}", world.browsers[role].get(world.path(route))
    author = world.browsers["author"]
    yield "missing", author.get("/_nothing")
    yield "forbidden", author.get("/_staff/comments")
    yield "foreign", author.post("/_account/sign-out", {}, origin="https://evil.example")
    yield "no token", author.post(world.path("_d/<id:thread_id>/reply"), {"text": "x"})
    yield "wrong host", author.get("/_me", host="evil.example")


def test_every_personal_answer_is_private_and_as_strict_as_the_public_pages(world: World) -> None:
    for what, answer in personal_answers(world):
        assert answer["Cache-Control"] == "private, no-store", what
        assert answer["Content-Security-Policy"] == PUBLIC_POLICY, what
        for name, value in SAFETY.items():
            assert answer[name] == value, (what, name)


def test_no_personal_page_needs_more_than_its_policy_allows(world: World) -> None:
    for what, answer in personal_answers(world):
        html = soup(answer.content.decode())
        assert not html.select("script:not([src]), style, [style], iframe, object, embed, base"), what
        assert not [tag for tag in html.find_all(True) if any(name.startswith("on") for name in tag.attrs)], what
        assert all(str(form["action"]).startswith("/") for form in html.select("form")), what


def test_only_the_editors_desk_has_the_wider_policy(world: World) -> None:
    for role in ("anonymous", "editor"):
        answer = world.browsers[role].get("/_desk/")
        assert answer["Content-Security-Policy"] == EDITORS_POLICY
        assert answer["Cache-Control"] == "private, no-store"
    assert "'unsafe-inline'" not in PUBLIC_POLICY
    for directive in ("default-src 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"):
        assert directive in EDITORS_POLICY
    assert not [word for word in EDITORS_POLICY.split() if word.startswith(("http", "*", "'unsafe-eval"))]


def test_https_is_remembered_for_a_year(world: World, settings: Any) -> None:
    settings.IS_HTTPS = True
    assert world.browsers["author"].get("/_me")["Strict-Transport-Security"] == "max-age=31536000"


def test_a_host_that_is_not_the_sites_is_refused(world: World) -> None:
    for host in ("evil.example", "127.0.0.1:8000.evil.example", "127.0.0.1@evil.example", ""):
        answer = Browser().get("/_account/sign-in", host=host)
        assert answer.status_code == 400 or host == ""
        assert b"evil.example" not in answer.content


def test_what_a_client_says_about_itself_reaches_no_page(world: World) -> None:
    headers = {
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-host": "evil.example",
        "x-original-url": "/_staff/comments",
    }
    plain = world.browsers["author"].get(f"/_d/comment/{world.mine}")
    poisoned = world.browsers["author"].get(f"/_d/comment/{world.mine}", **headers)
    assert plain.content == poisoned.content


def test_the_demo_bar_makes_the_browser_somebody(world: World) -> None:
    browser = Browser()
    browser.post("/_demo/as", {"as": "reader"})
    assert browser.json_of("/_me")["reader"] == {"name": "Wanda Reads", "member": True}


def test_the_demo_bar_does_not_exist_outside_a_demo(world: World, settings: Any) -> None:
    settings.CONFIG = django_settings.CONFIG.model_copy(update={"demo": False})
    before = state(world.browsers["anonymous"])
    assert world.browsers["anonymous"].post("/_demo/as", {"as": "editor"}).status_code == 404
    assert state(world.browsers["anonymous"]) == before


@pytest.mark.parametrize("role", ["", "administrator", "reader@demo.invalid", "moderator"])
def test_the_demo_bar_opens_no_account_that_is_not_the_demos(world: World, role: str) -> None:
    browser = world.browsers["anonymous"]
    assert browser.post("/_demo/as", {"as": role}).status_code == 404
    assert browser.client.session.get("_auth_user_id") is None
