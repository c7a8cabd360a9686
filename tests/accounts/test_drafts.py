"""Signing in in the middle of writing, without scripts: the words are there afterwards, and in no address."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session

from tests.accounts.test_signing_up import follow
from tests.support.cast import Cast
from tests.support.desk import PASSWORD, Browser, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]


def test_what_was_begun_is_in_the_form_after_signing_in(cast: Cast) -> None:
    make_member("Alma")
    browser, path = Browser(), f"/_d/{cast.thread}/reply"
    page = follow(browser, browser.press(path, text="Half a\nthought", sign_in="yes"))
    assert page == f"/_account/sign-in?next=%2F_d%2F{cast.thread}%2Freply"
    assert follow(browser, browser.press(page, email="alma@example.org", password=PASSWORD)) == path
    form = browser.form(path)
    assert form["text"] == "Half a\nthought"
    assert "name" not in form, "the member's own form"
    browser.post(path, form)
    assert browser.form(path)["text"] == "", "posted: nothing waits any more"


def test_a_session_that_ended_while_somebody_wrote_loses_no_word(cast: Cast) -> None:
    browser, path = Browser(make_member("Alma")), f"/_d/{cast.thread}/reply"
    form = browser.form(path) | {"text": "A long thought"}
    Session.objects.all().delete()
    answer = browser.post(path, form)
    assert answer.status_code in {403, 422}
    again = browser.form(path)
    page = follow(browser, browser.post(path, again | {"text": form["text"], "sign_in": "yes"}))
    follow(browser, browser.press(page, email="alma@example.org", password=PASSWORD))
    assert browser.form(path)["text"] == "A long thought"
