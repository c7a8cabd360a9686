"""The people and things that the routes are tried with, and what each role is answered by each route."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings as django_settings
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver

from belowline.accounts import confirming
from belowline.accounts.actions import SignUp, sign_up
from belowline.accounts.identity import remember_guest
from belowline.accounts.models import Reader, User
from belowline.demo.payments import ANSWERS, seed_campaign
from belowline.discussion.models import IgnoredReader
from belowline.mail.models import Letter
from belowline.moderation.models import Act, Appeal
from belowline.notifications.models import Notice
from belowline.support.actions import GiftWish, begin_gift
from belowline.support.models import Campaign, Every, Gift
from belowline.support.providers import providers
from belowline.support.providers.test import TestProvider
from tests.security import demo_urls  # now, not when the settings below hold: the site itself is no demo
from tests.support.cast import Cast, make_reader, posted
from tests.support.desk import ORIGIN, PASSWORD, Browser, Story, make_member, make_staff, publish, reader_of
from tests.support.passages import a_request

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
    decided: int  # an act that took something from the author
    appeal: int  # of the author, against another one
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
            "<id:reader_id>": self.ignored,
            "<id:act_id>": self.decided,
            "<id:appeal_id>": self.appeal,
            "<id:article_id>": self.story.article.pk,
            "<id:pk>": 1,
            "<token:token>": self.gift,
            "<str:token>": self.new_gift,
            "<slug:provider>": "test",
            "<slug:about>": "topic",
            "<slug:of>": "en",
            "<id:target>": self.story.article.get_parent().pk,
        }
        if route.startswith("_confirm"):
            values["<token:token>"] = self.confirmation
        for name, value in values.items():
            route = route.replace(name, str(value))
        return f"/{route}"


DEMO = django_settings.CONFIG.model_copy(update={"demo": True})


# As an operator with mail would have set it.
SETTINGS: dict[str, Any] = {
    # Wagtail's own pages ask for files that a site collects once.
    "STORAGES": django_settings.STORAGES
    | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    "ROOT_URLCONF": demo_urls.__name__,
    "CONFIG": DEMO,
    "HAS_MAIL": True,
    "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": True,
    "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
}


def make_world(gifts: tuple[str, str], cast: Cast) -> World:
    """Under SETTINGS; `gifts` are the tokens of one that was paid and of one that was not."""
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
        decided=an_act(reader_of(author)),
        appeal=an_appeal(reader_of(author)),
    )


def an_act(reader: int) -> int:
    """Of a rule, about nothing that stands here: whoever answers an appeal to it gives nothing back."""
    return Act.objects.create(kind="reject", reader_id=reader, rule="insult", at=datetime.now(UTC)).pk


def an_appeal(reader: int) -> int:
    return Appeal.objects.create(act_id=an_act(reader), reader_id=reader, text="Wrong.", at=datetime.now(UTC)).pk


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
    "_decision/<id:act_id>": {"GET": "404 404 200 404 404 404", "POST": "404 404 303 404 404 404"},
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
    "_account/decisions": {"GET": "302 302 200 200 200 200"},
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
    "_staff/appeals": {"GET": "302 302 403 403 200 200"},
    # The second of them finds it answered.
    "_staff/appeals/<id:appeal_id>": {"GET": "302 302 403 403 200 200", "POST": "302 302 403 403 303 409"},
    "_staff/discussions": {"GET": "302 302 403 403 200 200", "POST": "302 302 403 403 303 303"},
    "_staff/discussions/<id:thread_id>": {"GET": "302 302 403 403 200 200", "POST": "302 302 403 403 303 303"},
    "_staff/lists": {"GET": "302 302 403 403 303 303"},
    "_staff/lists/<slug:of>": {"GET": "302 302 403 403 200 200", "POST": "302 302 403 403 303 303"},
    "_staff/readers/<id:reader_id>": {"GET": "302 302 403 403 200 200", "POST": "302 302 403 403 303 303"},
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
        "_decision/<id:act_id>": {"text": f"Wrong, says {role}"},
        "_staff/appeals/<id:appeal_id>": {"act": "uphold", "text": f"It stands, says {role}"},
        "_staff/discussions": {"act": "raid_begin", "hours": "3"},
        "_staff/discussions/<id:thread_id>": {"act": "keep", "mode": "members", "slow": "60", "public": f"Says {role}"},
        "_staff/lists/<slug:of>": {
            "act": "add",
            "term": f"zwurbel{role}",
            "kind": "raid",
            "severity": "3",
            "match": "token",
            "target": "anyone",
        },
        "_staff/readers/<id:reader_id>": {"standing": "premoderated", "reason": "spam"},
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


def statuses(route: str, method: str) -> list[set[str]]:
    """What each role may be answered. A page that is only read says 405 to HEAD, or answers it like GET."""
    known = MATRIX[route]
    if method == "HEAD":
        return [{status, "405"} for status in known.get("GET", NOBODY).split()]
    if route.startswith("_staff/") and method not in known:
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
