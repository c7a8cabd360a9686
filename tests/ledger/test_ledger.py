"""The ledger as the database keeps it: a sum of lines that nobody can change, whatever order they were told in."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belowline.domain.commenting import Refused
from belowline.domain.ledger import Fact, FactKind, GiftState
from belowline.outbox.models import Event
from belowline.support import actions, queries
from belowline.support.actions import ProposedEntry, Taken, ToldEvent
from belowline.support.actions.entry import Rate
from belowline.support.models import Decision, Entry, Every, Gift, GoalChange, Proposal, Told, Total
from tests.ledger.conftest import FACTS, Till, about, lines, make_campaign, settled
from tests.support.cast import NOON
from tests.support.ledger import payment_facts

WEBHOOKS = 10_000 if os.environ.get("SOAK") else 200
TABLES = ("support_entry", "support_told", "support_goalchange")


def refused(statement: str) -> bool:
    """Whether the database itself says no, with the reason."""
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return True


@pytest.mark.parametrize("table", TABLES)
def test_the_database_itself_refuses_to_change_or_to_delete_a_line(till: Till, table: str) -> None:
    till.paid()
    column = {"support_entry": "counted_minor", "support_told": "amount_minor", "support_goalchange": "after_minor"}[
        table
    ]
    assert refused(f"UPDATE {table} SET {column} = {column} + 1")
    assert refused(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert refused(f"TRUNCATE {table} CASCADE")
    else:
        assert refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    assert till.raised() == 1_000


def test_what_was_raised_is_the_sum_of_the_lines_and_an_open_dispute_is_held_out(till: Till) -> None:
    first, second = till.paid(1_000), till.paid(2_000)
    till.tell(about(FactKind.REFUNDED, first, "re_1", 400))
    assert till.raised() == 2_600
    till.tell(about(FactKind.DISPUTE_OPENED, second, "dp_1", 2_000))
    assert till.raised() == 600
    till.tell(about(FactKind.DISPUTE_WON, second, "dp_1", 2_000))
    assert till.raised() == 2_600
    till.tell(about(FactKind.DISPUTE_OPENED, first, "dp_2", 600))
    till.tell(about(FactKind.DISPUTE_LOST, first, "dp_2", 600))
    assert till.raised() == 2_000
    assert [kind for kind, _ in lines()] == ["payment", "payment", "refund", "dispute_lost"]


def test_money_that_is_only_announced_does_not_count(till: Till) -> None:
    gift = till.gift()
    till.tell(Fact(FactKind.PENDING, "pi_1", NOON, amount_minor=1_000, currency="USD", gift=gift.token))
    assert till.raised() == 0
    assert Gift.objects.get().state == GiftState.PENDING


def test_the_same_event_again_changes_nothing_and_is_answered_like_the_first(till: Till) -> None:
    gift = till.gift()
    fact = settled("pi_1", 1_000, gift=gift.token)
    assert till.tell(fact, event="evt") is Taken.NEW
    assert till.tell(fact, event="evt") is Taken.KNOWN
    assert till.tell(fact, event="another envelope") is Taken.NEW
    assert till.raised() == 1_000
    assert Told.objects.count() == 2


def test_play_money_is_refused_by_a_live_campaign_and_live_money_by_a_test(till: Till) -> None:
    gift = till.gift()
    refusal = Refused("hook_test_mode", status=409)
    assert till.tell(settled("pi_1", 1_000, gift=gift.token), is_live=False) == refusal
    trial = make_campaign(title="A trial", is_test=True)
    token = till.gift(campaign_id=trial.pk).token
    assert till.tell(settled("pi_2", 1_000, gift=token), is_live=True) == refusal
    assert till.tell(settled("pi_2", 1_000, gift=token), is_live=False) is Taken.NEW
    assert not Told.objects.filter(payment_ref="pi_1").exists()


def test_a_monthly_charge_that_is_told_before_its_subscription_waits_and_counts_where_it_settled(till: Till) -> None:
    gift = till.gift(2_500, every=Every.MONTH)
    april = datetime(2026, 4, 14, 12, tzinfo=UTC)
    for ref, at in [("in_1", NOON), ("in_2", april)]:
        till.tell(Fact(FactKind.SETTLED, ref, at, amount_minor=2_500, currency="USD", subscription_ref="sub_1"))
    assert Entry.objects.count() == 0
    till.tell(Fact(FactKind.SUBSCRIBED, "", NOON, gift=gift.token, subscription_ref="sub_1"))
    assert (till.raised(), till.raised(now=april)) == (2_500, 2_500)
    till.tell(Fact(FactKind.UNSUBSCRIBED, "", april, subscription_ref="sub_1"))
    assert Gift.objects.get().stopped_at == april


def test_an_invoice_and_the_payment_made_for_it_are_one_payment(till: Till) -> None:
    gift = till.gift(every=Every.MONTH)
    till.tell(Fact(FactKind.SETTLED, "pi_9", NOON, amount_minor=1_000, currency="USD"))
    till.tell(about(FactKind.REFUNDED, "pi_9", "re_9", 1_000))
    till.tell(settled("in_9", 1_000, gift=gift.token))
    assert till.raised() == 1_000
    till.tell(Fact(FactKind.LINKED, "in_9", NOON, txn_ref="pi_9"))
    assert till.raised() == 0
    assert Entry.objects.count() == 2


def crowd_of_events(count: int, *, seed: int, tokens: list[str]) -> list[ToldEvent]:
    """`count` events about payments to these gifts: settled, refunded, disputed, failed, each transaction once or more."""
    dice = random.Random(seed)
    events = []
    payment = 0
    while len(events) < count:
        payment += 1
        ref, token = f"pi_{payment}", tokens[payment % len(tokens)]
        amount, at = dice.randrange(100, 100_000), NOON + timedelta(minutes=payment % 40_000)
        facts = [Fact(FactKind.SETTLED, ref, at, amount_minor=amount, currency="USD", gift=token)]
        facts += [Fact(FactKind.PENDING, ref, at, gift=token)] * dice.randrange(2)
        if dice.random() < 0.3:
            facts.append(
                Fact(FactKind.REFUNDED, ref, at, txn_ref=f"re_{ref}", amount_minor=amount // 2, currency="USD")
            )
        if dice.random() < 0.1:
            ends = dice.choice([FactKind.DISPUTE_WON, FactKind.DISPUTE_LOST, FactKind.DISPUTE_OPENED])
            opened = Fact(FactKind.DISPUTE_OPENED, ref, at, txn_ref=f"dp_{ref}", amount_minor=amount, currency="USD")
            facts += [opened, Fact(ends, ref, at, txn_ref=f"dp_{ref}", amount_minor=amount, currency="USD")]
        events += [ToldEvent(f"evt_{payment}_{place}", str(one.kind), one, True) for place, one in enumerate(facts)]
    return events[:count]


def whole_ledger() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    columns = ("kind", "provider_ref", "amount_minor", "counted_minor", "period", "effective_at", "gift__token")
    entries = sorted(Entry.objects.values_list(*columns), key=repr)
    totals = sorted(Total.objects.values_list("period", "counted_minor", "held_minor", "payments"))
    return entries, totals


def test_any_order_and_any_repetition_of_many_webhooks_give_one_ledger(till: Till) -> None:
    tokens = [till.gift().token for _ in range(20)]
    events = crowd_of_events(WEBHOOKS, seed=7, tokens=tokens)
    found = []
    for seed in (1, 2):
        dice = random.Random(seed)
        told = events + dice.choices(events, k=len(events) // 4)
        dice.shuffle(told)
        with transaction.atomic():
            for event in told:
                actions.take_in("test", event, now=NOON)
            found.append(whole_ledger())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    entries, totals = found[0]
    assert len(entries) > WEBHOOKS // 4
    assert sum(row[3] for row in entries) == sum(row[1] for row in totals)  # type: ignore[misc]


@given(facts=payment_facts(gift="will be replaced"), dice=st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_totals_are_the_sums_of_the_lines_after_every_single_event(
    till: Till, facts: list[Fact], dice: random.Random
) -> None:
    with transaction.atomic():
        gift = till.gift()
        dice.shuffle(facts)
        for place, fact in enumerate(facts):
            named = Fact(
                **{name: getattr(fact, name) for name in fact.__dataclass_fields__} | {"gift": fact.gift and gift.token}
            )
            actions.take_in("test", ToldEvent(f"evt_{place}", "x", named, True), now=NOON)
            for total in Total.objects.all():
                lines_sum = Entry.objects.filter(period=total.period).aggregate(sum=Sum("counted_minor"))["sum"]
                assert total.counted_minor == lines_sum
        transaction.set_rollback(True)


@pytest.mark.parametrize(("currency", "amount", "shown"), [("JPY", 500, 500), ("BHD", 1_250, 1_250)])
def test_a_campaign_counts_in_a_currency_without_cents_or_with_a_thousand(
    till: Till, currency: str, amount: int, shown: int
) -> None:
    campaign = make_campaign(title=currency, currency=currency)
    token = till.gift(amount, campaign_id=campaign.pk).token
    till.tell(settled("pi_x", amount, gift=token, currency=currency))
    assert Entry.objects.get(campaign=campaign).counted_minor == shown


def test_money_in_another_currency_waits_until_a_person_gives_its_rate(till: Till) -> None:
    gift = till.gift()
    till.tell(settled("pi_1", 1_000, gift=gift.token, currency="EUR"))
    assert Entry.objects.count() == 0
    assert Told.objects.filter(payment_ref="pi_1").count() == 1


def propose(till: Till, amount: int, reference: str = "bank 1", **more: object) -> Proposal | Refused:
    wish = {
        "campaign_id": till.campaign.pk, "kind": "offline", "amount_minor": amount, "currency": "USD",
        "received_on": date(2026, 3, 12), "reference": reference,
    } | more  # fmt: skip
    return actions.propose_entry(ProposedEntry(**wish), by_id=till.treasurer.pk, now=NOON)


def made(answer: Proposal | Refused) -> Proposal:
    assert not isinstance(answer, Refused), answer
    return answer


def test_a_small_gift_by_bank_counts_at_once_and_a_large_one_after_a_second_person(till: Till) -> None:
    assert made(propose(till, 100_000)).entry is not None
    large = made(propose(till, 100_001, "bank 2"))
    assert large.decision == Decision.WAITING
    assert till.raised() == 100_000
    own = actions.decide_proposal(large.pk, is_approved=True, by_id=till.treasurer.pk, now=NOON)
    assert own == Refused("own_proposal", status=409)
    made(actions.decide_proposal(large.pk, is_approved=True, by_id=till.second.pk, now=NOON))
    assert till.raised() == 200_001
    again = actions.decide_proposal(large.pk, is_approved=True, by_id=till.second.pk, now=NOON)
    assert again == Refused("proposal_decided", status=409)
    entry = Entry.objects.get(amount_minor=100_001)
    assert (entry.entered_by, entry.approved_by) == (till.treasurer, till.second)


def test_a_treasurer_alone_approves_a_large_gift_after_a_day(till: Till) -> None:
    till.second.is_active = False
    till.second.save()
    large = made(propose(till, 100_001))

    def decide(after: timedelta) -> Proposal | Refused:
        return actions.decide_proposal(large.pk, is_approved=True, by_id=till.treasurer.pk, now=NOON + after)

    assert decide(timedelta(hours=23)) == Refused("own_proposal_wait", status=409)
    made(decide(timedelta(hours=24)))
    entry = Entry.objects.get()
    assert (entry.entered_by, entry.approved_by) == (till.treasurer, till.treasurer), "the ledger says for ever who"


def test_the_same_reference_twice_is_the_same_money_unless_it_was_declined(till: Till) -> None:
    large = made(propose(till, 900_000))
    assert propose(till, 900_000) == Refused("reference_taken", status=409)
    no_reason = actions.decide_proposal(large.pk, is_approved=False, by_id=till.second.pk, now=NOON)
    assert no_reason == Refused("reason_missing", status=422)
    made(actions.decide_proposal(large.pk, is_approved=False, by_id=till.second.pk, now=NOON, reason="A typing error"))
    assert made(propose(till, 90_000)).entry is not None


def test_another_currency_needs_a_rate_which_is_never_applied_again(till: Till) -> None:
    assert propose(till, 10_000, currency="EUR") == Refused("rate_missing", status=422)
    rate = Rate(Decimal("1.0825"), date(2026, 3, 12), "ECB")
    entry = made(propose(till, 10_000, currency="EUR", rate=rate)).entry
    assert entry is not None
    assert (entry.amount_minor, entry.counted_minor, entry.fx_rate) == (10_000, 10_825, Decimal("1.0825"))
    assert Total.objects.get(period="2026-03").rate_on == date(2026, 3, 12)


def test_a_mistake_is_answered_by_its_opposite_once_and_with_a_reason(till: Till) -> None:
    entry = made(propose(till, 50_000)).entry
    assert entry is not None
    by = {"by_id": till.treasurer.pk, "now": NOON}
    assert actions.reverse_entry(entry.pk, reason=" ", **by) == Refused("reason_missing", status=422)
    opposite = actions.reverse_entry(entry.pk, reason="Entered twice", **by)
    assert isinstance(opposite, Entry)
    assert till.raised() == 0
    assert Total.objects.get(period="2026-03").offline_minor == 0
    assert actions.reverse_entry(entry.pk, reason="Again", **by) == Refused("entry_reversed", status=409)
    assert actions.reverse_entry(opposite.pk, reason="Back", **by) == Refused("entry_is_reversal", status=409)
    till.paid()
    payment = Entry.objects.get(kind="payment")
    assert actions.reverse_entry(payment.pk, reason="No", **by) == Refused("entry_from_provider", status=409)


def test_a_new_goal_is_kept_beside_the_former_one(till: Till) -> None:
    actions.change_campaign(
        till.campaign.pk, replace(FACTS, goal_minor=600_000), reason="A second boat", by_id=till.treasurer.pk, now=NOON
    )
    with connection.cursor() as cursor:
        found = queries.goal_lines(cursor, till.campaign.pk)
    assert [(one.before_minor, one.after_minor, one.reason) for one in found] == [
        (500_000, 600_000, "A second boat"),
        (0, 500_000, ""),
    ]
    assert GoalChange.objects.count() == 2


def test_what_entries_were_counted_by_is_fixed_with_the_first_of_them(till: Till) -> None:
    def change(**facts: object) -> object:
        return actions.change_campaign(till.campaign.pk, replace(FACTS, **facts), by_id=None, now=NOON)

    assert not isinstance(change(currency="EUR"), Refused)
    change(currency="USD")
    till.paid()
    assert change(currency="EUR") == Refused("campaign_fixed", status=409)
    assert change(repeat="yearly") == Refused("campaign_fixed", status=409)
    assert not isinstance(change(goal_minor=1_000_000), Refused)


def test_the_meter_costs_one_query_however_long_the_ledger_is(till: Till, django_assert_num_queries) -> None:
    for _ in range(5):
        till.paid()
    make_campaign(title="Another", shown_from=NOON + timedelta(days=2))
    with django_assert_num_queries(1), connection.cursor() as cursor:
        found = queries.standing_now(cursor, now=NOON, language="en")
    assert found.standing is not None
    assert found.standing.raised_minor == 5_000
    assert found.changes_at == NOON + timedelta(days=2)


def test_a_month_that_is_over_keeps_its_total_and_the_next_one_begins_at_nothing(till: Till) -> None:
    till.paid(700)
    april = datetime(2026, 4, 2, tzinfo=UTC)
    assert till.raised(now=april) == 0
    till.paid(300, at=april)
    with connection.cursor() as cursor:
        found = queries.period_lines(cursor, till.campaign.pk)
    assert [(one.key, one.raised_minor, one.gifts) for one in found] == [("2026-04", 300, 1), ("2026-03", 700, 1)]


def test_people_are_counted_once_and_gifts_each(till: Till) -> None:
    till.paid(email="ann@example.org")
    till.paid(email="Ann@Example.org")
    till.paid()
    with connection.cursor() as cursor:
        found = queries.period_lines(cursor, till.campaign.pk)[0]
    assert (found.gifts, found.people) == (3, 2)


def test_nobody_is_named_without_having_agreed_for_this_gift(till: Till) -> None:
    till.paid(email="ann@example.org")
    till.paid(name="Bea Lund", email="bea@example.org")
    named = till.gift(name="Cem Acar")  # not paid
    with connection.cursor() as cursor:
        found = queries.named_donors(cursor, till.campaign.pk)
        assert [(one.name, one.amount_minor) for one in found] == [("Bea Lund", 1_000)]
        actions.forget_donor(Gift.objects.get(name="Bea Lund").pk)
        assert queries.named_donors(cursor, till.campaign.pk) == []
    assert Gift.objects.get(pk=named.pk).name == "Cem Acar"
    assert "bea" not in repr(list(Gift.objects.values())).lower()


def test_who_left_without_paying_is_forgotten_after_a_month_and_may_still_pay(till: Till) -> None:
    left = till.gift(name="Bea Lund", email="bea@example.org")
    till.paid(name="Cem Acar", email="cem@example.org")
    assert actions.forget_abandoned(now=NOON + timedelta(days=29)) == 0
    assert actions.forget_abandoned(now=NOON + timedelta(days=31)) == 1
    assert set(Gift.objects.values_list("name", "email")) == {("", ""), ("Cem Acar", "cem@example.org")}
    till.tell(settled("pi_late", 1_000, gift=left.token))
    assert till.raised() == 2_000


def test_a_name_that_may_not_be_shown_is_not_kept(till: Till) -> None:
    assert till.gift(name="Bea Lund", consent="nothing").name == ""


def test_what_happens_to_the_money_makes_the_pages_with_a_meter_stale(till: Till) -> None:
    before = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    till.paid()
    told = Event.objects.filter(pk__gt=before).values_list("kind", "tags")
    assert list(told) == [("EntryRecorded", "support")]
    assert "pi_" not in repr(list(Event.objects.values_list("payload")))
