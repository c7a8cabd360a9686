"""Authenticator apps and recovery codes; passkeys need a browser (tests/browser/test_passkeys.py)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as django_settings

from belowline.accounts.models import User
from belowline.pages import refusals
from tests.accounts.test_signing_up import follow, name_of
from tests.support.desk import PASSWORD, Browser, errors, fields, make_member, make_staff, soup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def confirmed(browser: Browser, path: str) -> str:
    """Open a page that asks for the password first; where that leads."""
    asked = browser.get(path)["Location"]
    return follow(browser, browser.press(asked, password=PASSWORD))


def with_app(user: User | None = None, *, browser: Browser | None = None, page: str = "") -> tuple[str, list[str]]:
    """Add an app by the pages, as its owner would; its key, and the recovery codes."""
    browser = browser or Browser(user)
    page = page or confirmed(browser, "/_account/security/app")
    opened = browser.get(page)
    html = soup(opened.content.decode())
    assert html.select_one("main svg.qr path[d]") is not None
    secret = html.find(string=lambda text: bool(text) and text.startswith("The key: ")).removeprefix("The key: ")
    codes = follow(browser, browser.post(page, fields(opened) | {"code": code_of(secret)}))
    assert codes == "/_account/security/codes"
    shown = [one.get_text() for one in soup(browser.get(codes).content.decode()).select("ul.codes code")]
    assert len(shown) == 10
    return secret, shown


def test_an_app_is_added_and_asked_for_at_the_next_sign_in() -> None:
    secret, _codes = with_app(make_member("Alma"))
    browser = Browser()
    page = follow(browser, browser.press("/_account/sign-in?next=/d", email="alma@example.org", password=PASSWORD))
    assert page == "/_account/second"
    assert name_of(browser) is None
    answer = browser.press(page, code="000000")
    assert (answer.status_code, errors(answer)) == (403, [refusals.sentence("code_wrong")])
    assert follow(browser, browser.press(page, code=code_of(secret))) == "/d"
    assert name_of(browser) == "Alma"


def test_a_recovery_code_opens_the_account_once() -> None:
    _secret, codes = with_app(make_member("Alma"))
    for expected in (303, 403):
        browser = Browser()
        page = follow(browser, browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD))
        assert browser.press(page, code=codes[0]).status_code == expected


def test_six_digits_cannot_be_guessed() -> None:
    secret, _codes = with_app(make_member("Alma"))
    browser = Browser()
    page = follow(browser, browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD))
    answers = [browser.press(page, code="000000").status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]
    assert browser.press(page, code=code_of(secret)).status_code == 429, "the right one waits as well"


def test_the_key_lies_in_the_database_unreadable() -> None:
    secret, codes = with_app(make_member("Alma"))
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not [code for code in codes if code in stored]


def test_a_new_way_in_gives_the_session_a_new_id(django_capture_on_commit_callbacks: Any) -> None:
    browser, name = Browser(make_member("Alma")), django_settings.SESSION_COOKIE_NAME
    page = confirmed(browser, "/_account/security/app")
    before = browser.client.cookies[name].value
    with django_capture_on_commit_callbacks(execute=True):
        with_app(browser=browser, page=page)
    browser.get("/_me")
    assert browser.client.cookies[name].value != before


def test_the_app_is_taken_off_after_the_password(settings: object) -> None:
    user = make_member("Alma")
    with_app(user)
    browser = Browser(user)
    page = confirmed(browser, "/_account/security/app/off")
    follow(browser, browser.press(page))
    assert not Authenticator.objects.exists(), "recovery codes go with the last factor"


def test_staff_without_a_second_factor_find_the_desk_closed_where_the_site_demands_one(settings: object) -> None:
    config = settings.CONFIG  # type: ignore[attr-defined]
    demanding = config.accounts.model_copy(update={"staff_second_factor": True})
    settings.CONFIG = config.model_copy(update={"accounts": demanding})  # type: ignore[attr-defined]
    mona = make_staff("Mona", "moderator")
    for path in ("/_desk/", "/_staff/comments", "/ar/_staff/comments"):
        assert Browser(mona).get(path)["Location"].endswith("/_account/security")
    assert "second factor" in Browser(mona).get("/_account/security").content.decode()
    with_app(mona)
    assert Browser(mona).get("/_staff/comments").status_code == 200


def test_the_desks_own_sign_in_is_everybodys() -> None:
    assert Browser().get("/_desk/login/?next=/_desk/")["Location"] == "/_account/sign-in?next=/_desk/"
    assert Browser().get("/_desk/")["Location"].startswith("/_account/sign-in?next=")


@pytest.mark.parametrize(
    ("role", "has_codes", "asked"), [("", False, False), ("", True, True), ("editor", False, True)]
)
def test_only_the_passkey_of_a_readers_sign_up_is_not_asked_for_beside_another_way(
    role: str, has_codes: bool, asked: bool
) -> None:
    """Who lost it has nothing to type there: no recovery codes came with it."""
    user = make_staff("Alma", role=role) if role else make_member("Alma")
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Passkey 1"})
    if has_codes:
        Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={})
    browser = Browser()
    page = follow(browser, browser.press("/_account/sign-in?next=/d", email=user.email, password=PASSWORD))
    assert page == ("/_account/second" if asked else "/d")
