"""Authenticator apps and recovery codes; passkeys need a browser (tests/browser/test_passkeys.py)."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache

from belowline.accounts.models import User
from belowline.pages import refusals
from tests.accounts.conftest import Letter
from tests.accounts.test_signing_up import follow, name_of
from tests.support.desk import PASSWORD, Browser, errors, fields, make_member, make_staff, soup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app shows; `steps` of half a minute later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def session_id(browser: Browser) -> str:
    return str(browser.client.cookies[django_settings.SESSION_COOKIE_NAME].value)


def thief(stolen: str) -> Browser:
    """Another browser with a copied session id."""
    browser = Browser()
    browser.client.cookies[django_settings.SESSION_COOKIE_NAME] = stolen
    return browser


def half_in(name: str = "alma", *, browser: Browser | None = None) -> Browser:
    """The password was right, the code is not there yet."""
    browser = browser or Browser()
    page = follow(browser, browser.press("/_account/sign-in", email=f"{name}@example.org", password=PASSWORD))
    assert page == "/_account/second"
    return browser


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
        assert half_in().press("/_account/second", code=codes[0]).status_code == expected
    assert half_in().press("/_account/second", code=codes[1]).status_code == 303, "the others are still good"


def test_new_recovery_codes_take_the_place_of_the_old_ones() -> None:
    browser = Browser(make_member("Alma"))
    page = confirmed(browser, "/_account/security/app")
    _secret, old = with_app(browser=browser, page=page)
    follow(browser, browser.press("/_account/security/codes/new"))
    new = [one.get_text() for one in soup(browser.get("/_account/security/codes").content.decode()).select("code")]
    assert not set(old) & set(new)
    assert half_in().press("/_account/second", code=old[0]).status_code == 403
    assert half_in().press("/_account/second", code=new[0]).status_code == 303


def test_a_code_of_the_app_opens_the_account_once_whichever_process_is_asked() -> None:
    """RFC 6238, 5.2. It is good for a minute and a half: long enough for who looked over somebody's shoulder."""
    secret, _codes = with_app(make_member("Alma"))
    code = code_of(secret, steps=1)
    for expected in (303, 403):
        assert half_in().press("/_account/second", code=code).status_code == expected
        cache.clear()  # what one process remembers, another one does not know
    assert half_in().press("/_account/second", code=code_of(secret)).status_code == 403, "nor an older one"


def test_no_id_of_an_earlier_step_is_ever_signed_in() -> None:
    """S17: neither the id that was planted before the password, nor the one that waited for the code."""
    secret, _codes = with_app(make_member("Alma"))
    browser = Browser()
    session = browser.client.session
    session["planted"] = True
    session.save()
    planted = session_id(browser)
    waiting = session_id(half_in(browser=browser))
    assert waiting != planted
    assert thief(planted).get("/_account/second").status_code == 302, "the planted id has no part in the password"
    follow(browser, browser.press("/_account/second", code=code_of(secret)))
    assert name_of(browser) == "Alma"
    assert session_id(browser) not in {planted, waiting}
    assert not Session.objects.filter(session_key__in=[planted, waiting]).exists()
    for stolen in (planted, waiting):
        assert name_of(thief(stolen)) is None
        assert thief(stolen).get("/_account/second").status_code == 302


def test_who_signs_in_by_mail_is_asked_for_the_code_of_the_app_too(letters: list[Letter]) -> None:
    secret, _codes = with_app(make_member("Alma"))
    browser = Browser()
    page = follow(browser, browser.press("/_account/code", email="alma@example.org"))
    asked = session_id(browser)
    assert follow(browser, browser.press(page, code=letters[-1].code)) == "/_account/second"
    assert (name_of(browser), session_id(browser) == asked) == (None, False)
    follow(browser, browser.press("/_account/second", code=code_of(secret)))
    assert name_of(browser) == "Alma"
    assert not Session.objects.filter(session_key=asked).exists()


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
