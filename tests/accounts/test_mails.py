"""Whoever is not written to any more learns it, with the reason, and can have mails again by proving the address."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from belowline.mail.actions import bounced, complained
from belowline.mail.queries import closed_because
from tests.accounts.conftest import Letter, letters, served
from tests.accounts.test_again import press
from tests.support.desk import Browser, make_member, words

__all__ = ["letters", "served"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]

EMAIL = "alma@example.org"
PAGE = "/_account/mail"


def text(browser: Browser, path: str) -> str:
    return words(browser.get(path).content.decode())


def close(why: str) -> None:
    now = datetime.now(UTC)
    if why == "bounced":
        bounced(EMAIL, code="5.1.1", now=now)
    else:
        complained(EMAIL, now=now)


@pytest.mark.parametrize(("why", "says"), [("bounced", "came back"), ("complained", "reported as unwanted")])
def test_a_member_reads_that_mails_stopped_and_why_and_opens_the_address_by_a_code(
    letters: list[Letter], why: str, says: str
) -> None:
    alma = Browser(make_member("Alma"))
    for path in ("/_account", "/_notify"):
        assert says not in text(alma, path)
    assert f"Mails go to {EMAIL}." in text(alma, PAGE)
    close(why)
    for path in ("/_account", "/_notify", PAGE):
        assert says in text(alma, path)
    assert letters == [], "looking sends nothing"
    assert press(alma, PAGE, code="ABC-DEF").status_code == 403, "no code was asked for"
    press(alma, PAGE)
    wrong = press(alma, PAGE, code="ABC-DEF")
    assert (wrong.status_code, closed_because(EMAIL)) == (403, why)
    assert press(alma, PAGE, code=letters[0].code)["Location"] == PAGE
    assert closed_because(EMAIL) == ""
    assert f"Mails go to {EMAIL}." in text(alma, PAGE)


def test_nobody_opens_the_address_of_somebody_else(letters: list[Letter]) -> None:
    close("bounced")
    berta = Browser(make_member("Berta"))
    press(berta, PAGE)
    assert letters == []
    bounced("berta@example.org", code="5.1.1", now=datetime.now(UTC))
    press(berta, PAGE)
    press(berta, PAGE, code=letters[0].code)
    assert (closed_because(EMAIL), closed_because("berta@example.org")) == ("bounced", "")


def test_a_code_for_one_address_does_not_prove_another(letters: list[Letter], django_user_model: Any) -> None:
    alma = Browser(user := make_member("Alma"))
    close("bounced")
    press(alma, PAGE)
    user.email = "other@example.org"
    user.save()
    bounced(user.email, code="5.1.1", now=datetime.now(UTC))
    assert press(alma, PAGE, code=letters[0].code).status_code == 403
