"""The ledger's decisions: periods, and that the order in which a provider tells things does not matter."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from belowline.domain import ledger
from belowline.domain.ledger import DisputeState, EntryKind, Fact, FactKind, GiftState, Repeat, Settled, period_at
from tests.support.ledger import payment_facts

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Gaza", "America/Santiago"])


def test_a_month_begins_at_midnight_of_the_campaigns_zone() -> None:
    about = {
        "repeat": Repeat.MONTHLY,
        "zone": BERLIN,
        "counts_from": datetime(2026, 1, 1, tzinfo=UTC),
        "counts_to": None,
    }
    last = period_at(datetime(2026, 3, 31, 21, 59, tzinfo=UTC), **about)
    first = period_at(datetime(2026, 3, 31, 22, 0, tzinfo=UTC), **about)
    assert last is not None
    assert first is not None
    assert (last.key, first.key) == ("2026-03", "2026-04")
    assert last.ends_at == first.starts_at


def test_the_counting_dates_cut_the_first_and_the_last_period() -> None:
    begin, end = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC)
    about = {"repeat": Repeat.MONTHLY, "zone": ZoneInfo("UTC"), "counts_from": begin, "counts_to": end}
    march, april = period_at(NOON, **about), period_at(datetime(2026, 4, 4, tzinfo=UTC), **about)
    assert march is not None
    assert april is not None
    assert march.starts_at == begin
    assert april.ends_at == end
    assert period_at(begin - timedelta(seconds=1), **about) is None
    assert period_at(end, **about) is None


@given(moments, zones, st.sampled_from(Repeat))
def test_every_moment_lies_in_its_period_and_the_next_one_begins_where_it_ends(
    at: datetime, zone: str, repeat: Repeat
) -> None:
    about = {
        "repeat": repeat,
        "zone": ZoneInfo(zone),
        "counts_from": datetime(2019, 1, 1, tzinfo=UTC),
        "counts_to": None,
    }
    found = period_at(at, **about)
    assert found is not None
    assert found.starts_at <= at
    assert found.key in ledger.keys_around(at)
    if found.ends_at is not None:
        assert at < found.ends_at
        following = period_at(found.ends_at.astimezone(UTC), **about)
        assert following is not None
        assert following.starts_at == found.ends_at
        assert following.key > found.key


def settled(amount: int = 1_000, **more: object) -> Fact:
    return replace(Fact(FactKind.SETTLED, "pi_1", NOON, amount_minor=amount, currency="USD", gift="g1"), **more)


def about_it(kind: FactKind, ref: str, amount: int) -> Fact:
    return Fact(kind, "pi_1", NOON + timedelta(days=1), txn_ref=ref, amount_minor=amount, currency="USD")


def raised(facts: list[Fact]) -> int:
    return sum(entry.amount_minor for entry in ledger.due_entries(facts))


def test_pending_money_never_counts() -> None:
    assert ledger.due_entries([Fact(FactKind.PENDING, "pi_1", NOON, amount_minor=1_000, gift="g1")]) == []
    assert ledger.due_entries([Fact(FactKind.FAILED, "pi_1", NOON, amount_minor=1_000, gift="g1")]) == []


def test_a_refund_that_is_told_first_waits_for_its_payment() -> None:
    refund = about_it(FactKind.REFUNDED, "re_1", 400)
    assert ledger.due_entries([refund]) == []
    assert raised([refund, settled()]) == 600


def test_a_refund_that_failed_brings_the_money_back() -> None:
    facts = [settled(), about_it(FactKind.REFUNDED, "re_1", 400), about_it(FactKind.REFUND_FAILED, "re_1", 400)]
    assert raised(facts) == 1_000
    assert raised([facts[0], facts[2]]) == 1_000


def test_an_open_dispute_is_held_out_a_lost_one_is_taken_off_and_a_won_one_is_as_before() -> None:
    opened = about_it(FactKind.DISPUTE_OPENED, "dp_1", 1_000)
    assert (raised([settled(), opened]), ledger.held_out([settled(), opened])) == (1_000, 1_000)
    lost = about_it(FactKind.DISPUTE_LOST, "dp_1", 1_000)
    assert (raised([settled(), opened, lost]), ledger.held_out([settled(), opened, lost])) == (0, 0)
    won = about_it(FactKind.DISPUTE_WON, "dp_1", 1_000)
    assert (raised([settled(), opened, won]), ledger.held_out([settled(), opened, won])) == (1_000, 0)


def test_what_was_paid_stays_paid_whatever_is_told_of_an_earlier_attempt() -> None:
    failed = Fact(FactKind.FAILED, "pi_1", NOON - timedelta(minutes=5), gift="g1")
    assert ledger.gift_state([settled(), failed]) is GiftState.PAID
    assert ledger.gift_state([failed]) is GiftState.FAILED
    assert DisputeState.LOST > DisputeState.WON > DisputeState.OPEN


@given(payment_facts(), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_of_the_facts_give_one_result(facts: list[Fact], dice: random.Random) -> None:
    shuffled = facts + dice.choices(facts, k=len(facts))
    dice.shuffle(shuffled)
    assert ledger.due_entries(shuffled) == ledger.due_entries(facts)
    assert ledger.gift_state(shuffled) == ledger.gift_state(facts)
    assert ledger.held_out(shuffled) == ledger.held_out(facts)


@given(payment_facts(), st.randoms(use_true_random=False))
def test_one_more_fact_never_takes_an_entry_back(facts: list[Fact], dice: random.Random) -> None:
    dice.shuffle(facts)
    before: set[ledger.DueEntry] = set()
    for count in range(1, len(facts) + 1):
        due = set(ledger.due_entries(facts[:count]))
        assert before <= due
        before = due


def test_a_reconciliation_names_each_difference_once_and_repairs_nothing() -> None:
    here = [
        Settled(EntryKind.PAYMENT, "pi_1", 1_000, "USD", NOON),
        Settled(EntryKind.PAYMENT, "pi_2", 500, "USD", NOON),
        Settled(EntryKind.REFUND, "re_1", -200, "USD", NOON),
    ]
    there = [
        Settled(EntryKind.PAYMENT, "pi_1", 1_000, "USD", NOON),
        Settled(EntryKind.PAYMENT, "pi_3", 700, "USD", NOON),
        Settled(EntryKind.REFUND, "re_1", -250, "USD", NOON),
    ]
    found = {(one.kind, one.ref, one.here_minor, one.there_minor) for one in ledger.differences(here, there)}
    assert found == {
        ("missing_there", "pi_2", 500, 0),
        ("missing_here", "pi_3", 0, 700),
        ("amount", "re_1", -200, -250),
    }
    assert ledger.differences(here, here) == []


def test_ten_thousand_facts_in_any_order_ask_for_the_same_entries() -> None:
    """With real rows: tests/ledger/test_ledger.py."""
    dice = random.Random(11)
    told = []
    for number in range(2_500):
        payment, at, amount = f"pi_{number}", NOON + timedelta(minutes=number), dice.randrange(1, 10**6)
        paid = Fact(FactKind.SETTLED, payment, at, amount_minor=amount, currency="USD", gift=f"g{number}")
        refund = Fact(FactKind.REFUNDED, payment, at, txn_ref=f"re_{number}", amount_minor=amount, currency="USD")
        lost = Fact(FactKind.DISPUTE_LOST, payment, at, txn_ref=f"dp_{number}", amount_minor=amount, currency="USD")
        told += [paid, paid, dice.choice([refund, lost]), Fact(FactKind.PENDING, payment, at)]
    results = []
    for _order in range(3):
        dice.shuffle(told)
        by_payment: dict[str, list[Fact]] = {}
        for fact in told:
            by_payment.setdefault(fact.payment_ref, []).append(fact)
        results.append({payment: ledger.due_entries(facts) for payment, facts in by_payment.items()})
    assert len(told) == 10_000
    assert results[0] == results[1] == results[2]
    assert sum(entry.amount_minor for due in results[0].values() for entry in due) == 0
