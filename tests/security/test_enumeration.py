"""S18: for a known address and an unknown one the doors look the same, and work the same. `./dev soak` takes 1,000 each."""

from __future__ import annotations

import os
import secrets
import statistics
import time
from typing import Any

import pytest

from belowline.accounts.models import NetworkUse, Reader
from belowline.mail.models import Letter as MailedLetter
from belowline.project.config import Mail
from tests.accounts.conftest import Letter, letters, served
from tests.support.cast import NOON, Cast
from tests.support.desk import PASSWORD, Browser, make_member

__all__ = ["letters", "served"]

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("served")]

ROUNDS = 1_000 if os.environ.get("BELOWLINE_SOAK") else 25
# Bar S18, in the thread's own time: what else the machine does is no difference between two addresses. The short form
# has too few rounds for that on a busy machine: it is a guard against work that is left out as a whole.
GAP_SECONDS = 0.002 if ROUNDS > 100 else 0.010
DOORS = {
    "/_account/sign-in": lambda email, n: {"email": email, "password": "a wrong one, surely"},
    "/_account/code": lambda email, n: {"email": email},
    "/_account/reset": lambda email, n: {"email": email},
    "/_account/sign-up": lambda email, n: {"email": email, "name": f"Nova {letters_of(n)}", "password": PASSWORD},
}


def letters_of(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


@pytest.mark.parametrize("door", sorted(DOORS))
def test_known_and_unknown_addresses_are_answered_alike_and_in_the_same_time(
    letters: list[Letter], door: str, settings: Any
) -> None:
    make_member("Alma")
    took: dict[bool, list[float]] = {True: [], False: []}
    answers: dict[bool, set[tuple[int, int, str]]] = {True: set(), False: set()}
    for n in range(2 * ROUNDS):
        is_known = n % 2 == 0
        # Of one length, so that the pages that repeat it are.
        email = "alma@example.org" if is_known else f"{secrets.token_hex(2)}@example.org"
        NetworkUse.objects.all().delete()
        browser = Browser()
        form = browser.form(door) | DOORS[door](email, n)
        begun = time.thread_time()
        answer = browser.post(door, form)
        took[is_known].append(time.thread_time() - begun)
        body = answer.content.decode().replace(email, "").replace(form["csrfmiddlewaretoken"], "")
        place = answer.get("Location", "")
        shown = browser.get(place).content.decode().replace(email, "") if place else body
        answers[is_known].add((answer.status_code, len(answer.content), place))
        assert len(without_tokens(shown)) > 500
    assert answers[True] == answers[False]
    assert len(letters) == (0 if door.endswith("sign-in") else 2 * ROUNDS)
    gap = abs(statistics.median(took[True]) - statistics.median(took[False]))
    assert gap < GAP_SECONDS, f"{gap * 1000:.2f} ms"


def test_following_by_a_known_address_and_by_an_unknown_one_are_answered_alike_and_in_the_same_time(
    cast: Cast, settings: Any
) -> None:
    mail = Mail(url="smtp://mail.example", sender="The Weir <desk@weir.example>")
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail": mail})
    Reader.objects.bulk_create(
        Reader(kind="guest", name=f"g{n}", skeleton=f"g{n}", email=address(n), joined_at=NOON, confirmed_at=NOON)
        for n in range(0, 2 * ROUNDS, 2)
    )
    path, line = f"/_d/{cast.thread}/notify", f"mail-thread-{cast.thread}"
    took: dict[bool, list[float]] = {True: [], False: []}
    answers = set()
    browser = Browser()
    for n in range(2 * ROUNDS):
        NetworkUse.objects.all().delete()
        form = {"csrfmiddlewaretoken": browser.token(), "email": address(n), line: "now"}
        begun = time.thread_time()
        answer = browser.post(path, form)
        took[n % 2 == 0].append(time.thread_time() - begun)
        answers.add((answer.status_code, answer.content))
    assert len(answers) == 1
    assert MailedLetter.objects.filter(kind="confirm").count() == 2 * ROUNDS
    gap = abs(statistics.median(took[True]) - statistics.median(took[False]))
    assert gap < GAP_SECONDS, f"{gap * 1000:.2f} ms"


def address(number: int) -> str:
    return f"a{number:05d}@example.org"


def without_tokens(html: str) -> str:
    return "\n".join(
        line for line in html.splitlines() if "csrfmiddlewaretoken" not in line and 'name="key"' not in line
    )
