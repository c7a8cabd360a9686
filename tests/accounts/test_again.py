"""Whoever has neither password nor second factor shows by a code in their mail that it is them, before it matters."""

from __future__ import annotations

from typing import Any

import pytest

from belowline.accounts.models import NetworkUse, Reader
from belowline.pages.views.account import again, mailed
from tests.accounts.conftest import Letter
from tests.accounts.conftest import letters as letters
from tests.accounts.test_signing_up import follow
from tests.support.desk import Browser, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]

ASKED = "/_account/again/mail"


@pytest.fixture
def alma(letters: list[Letter]) -> Browser:
    """Signed in by a code; the account has no password."""
    user = make_member("Alma")
    user.set_unusable_password()
    user.save()
    browser = Browser()
    page = follow(browser, browser.press("/_account/code", email="alma@example.org"))
    browser.press(page, code=letters.pop().code)
    return browser


def leave(browser: Browser) -> Any:
    return browser.post("/_account/delete", {"csrfmiddlewaretoken": token(browser), "texts": "keep"})


def token(browser: Browser) -> str:
    return browser.form("/_account/name")["csrfmiddlewaretoken"]


def press(browser: Browser, path: str, **values: str) -> Any:
    return browser.post(path, {"csrfmiddlewaretoken": token(browser)} | values)


def is_there() -> bool:
    return Reader.objects.filter(name="Alma", kind="member").exists()


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/_account/delete", {"texts": "keep"}),
        ("/_account/export", {}),
        ("/_account/email", {"email": "eve@example.org"}),
        ("/_account/password/first", {"password": "another quiet harbour"}),
    ],
)
def test_somebody_at_an_open_browser_is_asked_by_mail_first(
    alma: Browser, letters: list[Letter], path: str, values: dict[str, str]
) -> None:
    answer = press(alma, path, **values)
    assert answer["Location"].startswith(ASKED)
    assert letters == [], "opening the page sends nothing"
    assert alma.get(answer["Location"]).status_code == 200
    assert is_there()


def test_the_code_lets_go_on_with_what_was_wanted_and_holds_for_five_minutes(
    alma: Browser, letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = leave(alma)["Location"]
    press(alma, page)
    key = alma.client.session.session_key
    wrong = press(alma, page, code="ABC-DEF")
    assert (wrong.status_code, is_there()) == (403, True)
    assert alma.client.session.session_key == key
    exported = press(
        alma, ASKED + "?next=/_account/export", code=letters[0].code.lower().replace("-", ""), next="/_account/delete"
    )
    assert exported.status_code in {200, 303}
    assert not is_there()


def test_within_five_minutes_nobody_is_asked_twice(alma: Browser, letters: list[Letter], monkeypatch: Any) -> None:
    press(alma, ASKED)
    key = alma.client.session.session_key
    assert press(alma, ASKED, code=letters[0].code)["Location"] == "/_account"
    assert alma.client.session.session_key != key, "the session has another id"
    assert press(alma, "/_account/export")["Content-Type"] == "application/zip"
    monkeypatch.setattr(again, "FRESH_SECONDS", 0)
    assert press(alma, "/_account/export")["Location"].startswith(ASKED)


def test_a_code_is_spent_by_its_use_by_three_wrong_ones_and_by_time(
    alma: Browser, letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    press(alma, ASKED)
    press(alma, ASKED, code=letters[0].code)
    assert press(alma, ASKED, code=letters[0].code).status_code == 403
    press(alma, ASKED)
    for _ in range(mailed.TRIES):
        assert press(alma, ASKED, code="AAA-AAA").status_code == 403
    assert press(alma, ASKED, code=letters[1].code).status_code == 403
    NetworkUse.objects.all().delete()  # the fourth letter of a day would have to wait
    press(alma, ASKED, action="resend")
    monkeypatch.setattr(mailed, "CODE_SECONDS", 0)
    assert press(alma, ASKED, code=letters[2].code).status_code == 403


def test_who_has_a_password_is_asked_for_that(letters: list[Letter]) -> None:
    browser = Browser(make_member("Berta"))
    assert browser.get(ASKED).status_code == 404
    answer = browser.post("/_account/export", {"csrfmiddlewaretoken": token(browser)})
    assert answer["Location"].startswith("/_account/again?")
