"""Who may do what beyond the matrix: forged writes (S15), sessions (S17), headers (S30), the demo's bar.

Wagtail's own addresses under /_desk/ are Wagtail's to test; here it is only held that they open for staff alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from belowline.accounts.models import NetworkUse, Reader, SignIn, User
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
from belowline.moderation.models import Act, Appeal, ReaderStanding
from belowline.newsroom.models import ErrorReport
from belowline.notifications.models import Notice, Preferences, Subscription
from belowline.outbox.models import Event
from belowline.project.middleware import EDITORS_POLICY
from belowline.support.models import Entry, Gift, Told
from tests.security.world import MATRIX, ROLES, World, body
from tests.support.desk import ORIGIN, PASSWORD, Browser, make_staff, soup

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("story_database")]


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


def test_a_form_of_the_desk_without_its_token_is_refused_like_any_other(world: World) -> None:
    """Wagtail calls some of its addresses by names of ours."""
    article = world.story.article
    for path in (f"/_desk/pages/{article.pk}/edit/", f"/_desk/snippets/maps/place/edit/{article.pk}/"):
        answer = world.browsers["editor"].post(path, {"title": "Mine"})
        assert (answer.status_code, "Once more, please" in answer.content.decode()) == (403, True), path


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
    others = {"_account/sign-in": "anonymous", "_account/sign-up": "anonymous"}
    others |= dict.fromkeys((one for one in UNSAFE if one.startswith("_staff/")), "moderator")
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
    tables += [SignIn, NetworkUse, EmailAddress, Authenticator, ReaderStanding, Act, Appeal]
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
