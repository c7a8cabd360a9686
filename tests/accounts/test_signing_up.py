"""Signing up and in, by password and by code, and a new password: the whole way, without scripts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress

from belowline.accounts.actions import forget_unproved
from belowline.accounts.models import NetworkUse, Reader, User
from belowline.discussion.models import Comment
from belowline.pages import refusals
from tests.accounts.conftest import Letter
from tests.support.cast import NOON, Cast, make_reader, posted
from tests.support.desk import PASSWORD, Browser, errors, fields, make_member, soup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]

NEW = {"name": "Alma", "email": "alma@example.org", "password": PASSWORD}


def name_of(browser: Browser) -> str | None:
    reader = json.loads(browser.get("/_me").content)["reader"]
    return None if reader is None else reader["name"]


def follow(browser: Browser, answer: object) -> str:
    """The address that an answer leads to."""
    assert answer.status_code == 303, errors(answer)  # type: ignore[attr-defined]
    return str(answer["Location"])  # type: ignore[index]


def test_an_account_is_made_with_a_code_and_leads_back_to_where_one_was(letters: list[Letter]) -> None:
    browser = Browser()
    page = follow(browser, browser.press("/_account/sign-up?next=/d", **NEW))
    assert page == "/_account/prove"
    assert name_of(browser) is None, "nobody is in before the address is proved"
    assert [one.to for one in letters] == ["alma@example.org"]
    assert follow(browser, browser.press(page, code=letters[0].code)) == "/d"
    assert name_of(browser) == "Alma"
    assert EmailAddress.objects.get().verified
    assert Reader.objects.get().email == "alma@example.org"


def test_a_wrong_code_is_said_and_the_third_one_ends_the_attempt(letters: list[Letter]) -> None:
    browser = Browser()
    page = follow(browser, browser.press("/_account/sign-up", **NEW))
    for _ in range(2):
        answer = browser.press(page, code="AAAAAA")
        assert (answer.status_code, errors(answer)) == (403, [refusals.sentence("code_wrong")])
    assert follow(browser, browser.press(page, code="AAAAAA")) == "/_account/sign-in"
    assert name_of(browser) is None


def test_opening_the_page_of_the_code_again_and_again_proves_nothing(letters: list[Letter]) -> None:
    """As a mail scanner would."""
    browser = Browser()
    page = follow(browser, browser.press("/_account/sign-up", **NEW))
    for _ in range(3):
        browser.get(f"{page}?code={letters[0].code}")
    assert not EmailAddress.objects.get().verified


def test_another_letter_can_be_asked_for(letters: list[Letter]) -> None:
    browser = Browser()
    page = follow(browser, browser.press("/_account/sign-up", **NEW))
    browser.press(page, action="resend")
    assert len(letters) == 2
    assert letters[0].code != letters[1].code
    browser.press(page, code=letters[1].code)
    assert name_of(browser) == "Alma"


def test_a_known_address_gets_a_letter_and_the_visitor_the_same_page(letters: list[Letter]) -> None:
    make_member("Alma")
    pages = []
    for values in (NEW | {"name": "Somebody"}, NEW | {"name": "Somebody Else", "email": "elsa@example.org"}):
        browser = Browser()
        page = follow(browser, browser.press("/_account/sign-up", **values))
        pages.append((page, browser.get(page).content.decode().replace(values["email"], "")))
    strip = [(page, soup(html).select_one("main").get_text(" ", strip=True)) for page, html in pages]
    assert strip[0] == strip[1]
    assert letters[0].subject.startswith("You already have an account")
    assert (User.objects.count(), Reader.objects.count(), EmailAddress.objects.count()) == (2, 2, 2)


def test_signing_in_by_code_needs_no_password(letters: list[Letter]) -> None:
    make_member("Alma")
    browser = Browser()
    page = follow(browser, browser.press("/_account/code?next=/d", email="Alma@Example.org"))
    assert follow(browser, browser.press(page, code=letters[0].code.lower())) == "/d"
    assert name_of(browser) == "Alma"


def test_a_code_for_an_unknown_address_is_the_same_page_and_a_letter_that_says_so(letters: list[Letter]) -> None:
    make_member("Alma")
    texts = []
    for email in ("alma@example.org", "nobody@example.org"):
        browser = Browser()
        page = follow(browser, browser.press("/_account/code", email=email))
        texts.append(soup(browser.get(page).content.decode()).select_one("main").get_text().replace(email, ""))
    assert texts[0] == texts[1]
    assert [one.to for one in letters] == ["alma@example.org", "nobody@example.org"]
    assert "No account" in letters[1].subject


def test_a_new_password_by_code_ends_the_other_sessions(letters: list[Letter]) -> None:
    make_member("Alma")
    elsewhere = Browser()
    elsewhere.press("/_account/sign-in", email="alma@example.org", password=PASSWORD)
    assert name_of(elsewhere) == "Alma"
    browser = Browser()
    page = follow(browser, browser.press("/_account/reset", email="alma@example.org"))
    page = follow(browser, browser.press(page, code=letters[0].code))
    assert page == "/_account/reset/password"
    follow(browser, browser.press(page, password="another quiet harbour"))
    assert name_of(elsewhere) is None
    assert letters[-1].subject == "Your password was changed"
    fresh = Browser()
    assert fresh.press("/_account/sign-in", email="alma@example.org", password=PASSWORD).status_code == 403
    assert (
        fresh.press("/_account/sign-in", email="alma@example.org", password="another quiet harbour").status_code == 303
    )


def test_the_fourth_letter_of_a_day_to_one_address_waits_and_says_until_when(letters: list[Letter]) -> None:
    for email in ("alma@example.org", "nobody@example.org"):
        for _ in range(3):
            Browser().press("/_account/code", email=email)
        answer = Browser().press("/_account/reset", email=email)
        assert answer.status_code == 429
        assert "20" in errors(answer)[0], "the day is named"
        assert fields(answer)["email"] == email
    assert len(letters) == 6


def test_no_address_is_kept_by_what_counts_the_letters(letters: list[Letter]) -> None:
    Browser().press("/_account/code", email="alma@example.org")
    assert NetworkUse.objects.exists()
    assert "alma" not in str(list(NetworkUse.objects.values_list("key", flat=True)))


def test_too_many_tries_are_refused_with_a_time_for_known_and_unknown_addresses(letters: list[Letter]) -> None:
    make_member("Alma")
    for email in ("alma@example.org", "nobody@example.org"):
        browser = Browser()
        form = browser.form("/_account/sign-in") | {"email": email, "password": "a wrong one, surely"}
        answers = [browser.post("/_account/sign-in", form).status_code for _ in range(11)]
        assert answers == [403] * 10 + [429]
    # Another way in is open all the time.
    page = follow(browser, browser.press("/_account/code", email="alma@example.org"))
    browser.press(page, code=letters[0].code)
    assert name_of(browser) == "Alma"


def test_whoever_knows_the_password_signs_in_as_often_as_they_like() -> None:
    make_member("Alma")
    for _ in range(12):
        assert Browser().press("/_account/sign-in", email="alma@example.org", password=PASSWORD).status_code == 303


def test_an_address_that_was_never_proved_is_proved_at_the_next_sign_in(letters: list[Letter]) -> None:
    """Accounts from before there was mail."""
    make_member("Alma")
    EmailAddress.objects.update(verified=False)
    browser = Browser()
    page = follow(browser, browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD))
    assert page == "/_account/prove"
    browser.press(page, code=letters[0].code)
    assert name_of(browser) == "Alma"


def test_a_letter_is_in_the_language_of_the_page(letters: list[Letter]) -> None:
    make_member("Alma")
    browser = Browser()
    page = follow(browser, browser.press("/ar/_account/code", email="alma@example.org"))
    assert page == "/ar/_account/code/enter"
    assert letters[0].language == "ar"


def test_without_mail_an_account_is_open_at_once_and_nothing_by_mail_is_offered() -> None:
    browser = Browser()
    assert follow(browser, browser.press("/_account/sign-up", **NEW)) == "/"
    assert name_of(browser) == "Alma"
    assert "mail" not in soup(Browser().get("/_account/sign-in").content.decode()).select_one("ul.links").get_text()


def test_another_address_takes_the_place_of_the_old_one_when_its_code_is_typed(letters: list[Letter]) -> None:
    make_member("Alma")
    browser = Browser()
    browser.press("/_account/sign-in", email="alma@example.org", password=PASSWORD)
    asked = browser.press("/_account/email", email="alma@harbour.example")["Location"]
    assert asked.startswith("/_account/again?"), "it changes who can open the account"
    page = follow(browser, browser.press(asked, password=PASSWORD))
    assert User.objects.get().email == "alma@example.org"
    browser.press(page, code=letters[-1].code)
    assert User.objects.get().email == Reader.objects.get().email == "alma@harbour.example"
    assert letters[-1].to == "alma@example.org", "the old address is told"


def test_an_account_that_nobody_proved_is_gone_after_three_days_and_its_name_is_free(letters: list[Letter]) -> None:
    Browser().press("/_account/sign-up", **NEW)
    make_member("Bruno")
    now = datetime.now(UTC)
    forget_unproved(now + timedelta(days=2))
    assert Reader.objects.count() == 2
    forget_unproved(now + timedelta(days=4))
    assert [reader.name for reader in Reader.objects.all()] == ["Bruno"]
    assert not User.objects.filter(email="alma@example.org").exists()


def test_a_reset_for_an_unknown_address_is_the_same_page(letters: list[Letter]) -> None:
    make_member("Alma")
    texts = []
    for email in ("alma@example.org", "nobody@example.org"):
        browser = Browser()
        page = follow(browser, browser.press("/_account/reset", email=email))
        texts.append(soup(browser.get(page).content.decode()).select_one("main").get_text().replace(email, ""))
        assert browser.press(page, code="AAAAAA").status_code == 403
    assert texts[0] == texts[1]


def test_what_somebody_wrote_as_a_confirmed_guest_is_theirs_when_the_address_is_proved(
    letters: list[Letter], cast: Cast
) -> None:
    guest = make_reader("Gretchen", kind="guest")
    Reader.objects.filter(pk=guest).update(email="alma@example.org", confirmed_at=NOON)
    comment = posted(guest, "From before", thread=cast.thread)
    browser = Browser()
    page = follow(browser, browser.press("/_account/sign-up", **NEW))
    assert Comment.objects.get(pk=comment).author_id == guest, "anybody can type an address"
    browser.press(page, code=letters[0].code)
    assert Comment.objects.get(pk=comment).author_id == Reader.objects.get(name="Alma").pk
