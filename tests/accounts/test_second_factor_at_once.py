"""S17 with real commits: what a change of the second factor ends, and a code that comes from two browsers at once."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session

from belowline.accounts.models import SignIn
from tests.accounts.test_second_factor import code_of, confirmed, half_in, session_id, thief, with_app
from tests.accounts.test_signing_up import follow, name_of
from tests.discussion.crowds import at_once
from tests.support.desk import Browser, make_member

pytestmark = pytest.mark.usefixtures("real_database", "served")

BROWSERS = 4


def test_what_opens_the_account_changes_and_this_session_gets_a_new_id_while_the_others_end() -> None:
    """A session that was stolen does not become one with a second factor, nor outlive one that was taken off."""
    user = make_member("Alma")
    here = Browser(user)
    changes = {
        "an app more": lambda: with_app(browser=here, page=confirmed(here, "/_account/security/app")),
        "other recovery codes": lambda: follow(here, here.press("/_account/security/codes/new")),
        "no app": lambda: follow(here, here.press("/_account/security/app/off")),
    }
    for what, change in changes.items():
        former, other = session_id(here), Browser(user)
        assert name_of(other) == "Alma"
        change()
        assert (name_of(here), name_of(other)) == ("Alma", None), what
        assert name_of(thief(former)) is None, what
        assert session_id(here) != former, what
        assert Session.objects.count() == SignIn.objects.count() == 1, what


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_from_several_browsers_at_once_lets_one_of_them_in(kind: str) -> None:
    secret, codes = with_app(make_member("Alma"))
    code = code_of(secret) if kind == "app" else codes[0]
    browsers = [half_in() for _ in range(BROWSERS)]
    forms = [one.form("/_account/second") | {"code": code} for one in browsers]
    answers = at_once(
        lambda pair: pair[0].post("/_account/second", pair[1]), zip(browsers, forms, strict=True), threads=BROWSERS
    )
    assert sorted(answer.status_code for answer in answers) == [303] + [403] * (BROWSERS - 1)
    assert sorted(name_of(one) or "" for one in browsers) == [""] * (BROWSERS - 1) + ["Alma"]
