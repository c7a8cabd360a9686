"""Two deliveries at the same moment, with real commits: neither misses what the other brought."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from belowline.accounts.models import User
from belowline.domain.ledger import FactKind
from belowline.support.actions import Taken
from belowline.support.models import Entry, Told, Total
from tests.ledger.conftest import Till, about, make_campaign, settled


@pytest.fixture
def till(real_database: None) -> Till:
    treasurer, second = (User.objects.create_user(f"{name}@example.org") for name in ("tess", "sam"))
    return Till(make_campaign(), treasurer, second)


def side_by_side(*actions: Callable[[], Any]) -> list[Any]:
    """What each answered; all of them began together."""
    gate, answers = threading.Barrier(len(actions)), [None] * len(actions)

    def act(place: int) -> None:
        gate.wait()
        try:
            answers[place] = actions[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(place,)) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_payment_and_its_refund_told_at_once_both_count(till: Till) -> None:
    for number in range(5):
        gift, ref = till.gift(), f"pi_{number}"
        paid = settled(ref, 1_000, gift=gift.token)
        back = about(FactKind.REFUNDED, ref, f"re_{number}", 400)
        side_by_side(
            lambda fact=paid, n=number: till.tell(fact, event=f"a{n}"),
            lambda fact=back, n=number: till.tell(fact, event=f"b{n}"),
        )
    assert Entry.objects.count() == 10
    assert Total.objects.get().counted_minor == 5 * 600


def test_the_same_event_delivered_twice_at_once_is_one_row_and_two_good_answers(till: Till) -> None:
    fact = settled("pi_1", 1_000, gift=till.gift().token)
    answers = side_by_side(*[lambda: till.tell(fact, event="evt_1")] * 4)
    assert sorted(answers) == [Taken.KNOWN] * 3 + [Taken.NEW]
    assert (Entry.objects.count(), Told.objects.count()) == (1, 1)
