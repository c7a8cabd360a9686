"""S17: the password was right and the second factor is still asked for. That opens nothing, for a reader or for staff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver

from belowline.accounts.models import NetworkUse, User
from belowline.discussion.models import Comment
from tests.accounts.test_second_factor import code_of, confirmed, half_in, with_app
from tests.accounts.test_signing_up import follow, name_of
from tests.security.world import MATRIX, World, body, statuses
from tests.support.desk import ORIGIN, Browser, make_staff, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("story_database")]

# The one page that is there for who has come so far.
STEP = "_account/second"
# What the forms of the matrix make of a stranger: guests, a member without a second factor, somebody of the demo.
STRANGERS = {None, "Gerda", "Gunda", "Bruno", "Wanda Reads"}
WRITES = ("PUT", "PATCH", "DELETE", "OPTIONS", "POST")
SAME = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
TOKENS = re.compile(r'name="(?:csrfmiddlewaretoken|key)" value="[^"]*"|"token":"[^"]*"')


@pytest.fixture
def secret(world: World) -> str:
    """The key of Alma's app. She is the author of the matrix: what she may do, half of her may not."""
    browser = world.browsers["author"]
    return with_app(browser=browser, page=confirmed(browser, "/_account/security/app"))[0]


def with_session(values: dict[str, Any]) -> Browser:
    """Another browser that has come as far: signing in takes longer than what is asked here."""
    browser = Browser()
    session = browser.client.session
    session.update(values)
    session.save()
    return browser


def sent(browser: Browser, route: str, method: str, *, world: World) -> HttpResponse:
    path, token = world.path(route), browser.token()
    if method == "POST":
        return browser.post(path, body(route, world, "anonymous") | {"csrfmiddlewaretoken": token})
    return browser.client.generic(method, path, b"x=y", "text/plain", headers=SAME | {"x-csrftoken": token})


def test_a_half_finished_login_reads_what_a_stranger_reads(world: World, secret: str) -> None:
    """In one test: its world takes longer to make than all the questions."""
    stranger, half = Browser(), half_in()
    for route in sorted(set(MATRIX) - {STEP}):
        answers = [one.get(world.path(route)) for one in (stranger, half)]
        shown = [TOKENS.sub("", answer.content.decode()) for answer in answers]
        assert answers[1].status_code == answers[0].status_code, route
        assert shown[1] == shown[0], route
        led = [str(answer.get("Location", "")) for answer in answers]
        # Pages of a login that nobody has begun lead to its beginning, those of this one to the step that is missing.
        assert led[1] == led[0] or (led[1] == f"/{STEP}" and led[0].startswith("/_account/sign-in")), route
    assert name_of(half) is None
    assert half.get(f"/{STEP}").status_code == 200


def test_a_half_finished_login_writes_what_a_stranger_writes(world: World, secret: str) -> None:
    alma = reader_of(User.objects.get(email="alma@example.org"))
    written = Comment.objects.filter(author_id=alma).count()
    waiting = dict(half_in().client.session)
    for route in sorted(set(MATRIX) - {STEP}):
        for method in WRITES:
            NetworkUse.objects.all().delete()
            half = with_session(waiting)
            answer = sent(half, route, method, world=world)
            assert str(answer.status_code) in statuses(route, method)[0], (route, method)
            assert name_of(half) in STRANGERS, (route, method)
    assert Comment.objects.filter(author_id=alma).count() == written
    assert Comment.objects.get(pk=world.mine).state == "published"


def test_half_of_a_moderator_finds_the_desk_as_closed_as_a_stranger(world: World) -> None:
    """Every address of the desk, Wagtail's own included."""
    mona = make_staff("Monika", "administrator")
    secret, _codes = with_app(mona)
    stranger, half = Browser(), half_in("monika")
    paths = [*desk_paths(), "/_staff/comments", "/ar/_staff/comments"]
    assert len(paths) > 100
    opened = set()
    tokens = [one.token() for one in (stranger, half)]
    for path in paths:
        for method in ("get", "post"):
            answers = [
                getattr(one.client, method)(path, headers=SAME | {"x-csrftoken": token})
                for one, token in zip((stranger, half), tokens, strict=True)
            ]
            assert answers[1].status_code == answers[0].status_code, (method, path)
            assert answers[1].get("Location") == answers[0].get("Location"), (method, path)
            if answers[1].status_code == 200:
                opened.add(path)
    # Words and drawings of the desk's pages, for whoever asks.
    assert opened == {"/_desk/jsi18n/", "/_desk/sprite/"}
    assert name_of(half) is None
    follow(half, half.press(f"/{STEP}", code=code_of(secret)))
    assert name_of(half) == "Monika"
    assert half.get("/_desk/").status_code == 200
    assert half.get("/_staff/comments").status_code == 200


def desk_paths() -> Iterator[str]:
    def walk(patterns: Any, prefix: str) -> Iterator[str]:
        for one in patterns:
            place = prefix + str(one.pattern)
            if not isinstance(one, URLPattern):
                yield from walk(one.url_patterns, place)
            elif place.startswith("_desk/") and "(?" not in place:
                yield "/" + re.sub(r"<[^>]*>", "1", place)

    yield from walk(get_resolver().url_patterns, "")
