"""Stripe, without a network: what is asked of it, what its events tell, and what its list says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from belowline.domain.commenting import Refused
from belowline.domain.ledger import EntryKind, FactKind
from belowline.support.actions import Taken
from belowline.support.hooks import receive
from belowline.support.models import Entry, Every, Gift, Told
from belowline.support.providers import signing
from belowline.support.providers.base import Checkout, ProviderAway
from belowline.support.providers.stripe import StripeProvider, fact_of, own_amount, stripe_amount
from belowline.support.reconciling import reconcile
from tests.ledger.conftest import Till
from tests.ledger.fake_stripe import KEY, FakeStripe, call, fake_stripe
from tests.support.cast import NOON

SECRET = "whsec_of_the_tests"
CHECKOUT = Checkout(
    token="g" * 24,
    title="Keep the gauge running",
    amount_minor=2_500,
    currency="USD",
    is_monthly=False,
    email="ann@example.org",
    language="en",
    thanks_url="https://news.example/thanks",
    cancelled_url="https://news.example/cancelled",
    key="the form's key",
)


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeStripe]:
    with fake_stripe() as running:
        yield running


@pytest.fixture
def stripe(fake: FakeStripe) -> StripeProvider:
    fake.is_away = False
    return StripeProvider(key=KEY, hook_secrets=[SECRET], api=fake.api)


def tell(
    stripe: StripeProvider, kind: str, thing: dict[str, Any], *, event: str, at: datetime = NOON, live: bool = True
) -> Any:
    """Deliver an event as Stripe signs it."""
    envelope = {
        "id": event, "object": "event", "type": kind, "created": int(at.timestamp()), "livemode": live,
        "data": {"object": thing},
    }  # fmt: skip
    body, now = json.dumps(envelope).encode(), datetime.now(UTC)
    return receive(stripe, body, {"Stripe-Signature": signing.header(body, secret=SECRET, now=now)}, now=now)


@pytest.mark.once
def test_a_gift_becomes_one_checkout_session_however_often_the_button_is_pressed(
    stripe: StripeProvider, fake: FakeStripe
) -> None:
    first, second = stripe.start(CHECKOUT), stripe.start(CHECKOUT)
    assert first == second
    session = fake.sessions[first.rpartition("/")[2]]
    assert (session["mode"], session["amount_total"], session["currency"]) == ("payment", 2_500, "usd")
    assert session["fields"]["payment_intent_data[metadata][gift]"] == CHECKOUT.token
    assert session["fields"]["customer_email"] == "ann@example.org"


@pytest.mark.once
def test_a_monthly_gift_becomes_a_subscription_that_carries_our_name(stripe: StripeProvider, fake: FakeStripe) -> None:
    address = stripe.start(replace(CHECKOUT, is_monthly=True, key="monthly", language="he"))
    fields = fake.sessions[address.rpartition("/")[2]]["fields"]
    assert fields["mode"] == "subscription"
    assert fields["subscription_data[metadata][gift]"] == CHECKOUT.token
    assert fields["locale"] == "auto"


@pytest.mark.once
def test_a_provider_that_is_away_or_refuses_the_key_says_so_without_the_key(
    stripe: StripeProvider, fake: FakeStripe
) -> None:
    other = StripeProvider(key="sk_test_wrong_key", hook_secrets=[SECRET], api=fake.api)
    with pytest.raises(ProviderAway) as refused:
        other.start(CHECKOUT)
    assert "sk_test" not in str(refused.value)
    fake.is_away = True
    with pytest.raises(ProviderAway):
        stripe.start(replace(CHECKOUT, key="away"))


@pytest.mark.once
@pytest.mark.parametrize(
    ("currency", "ours", "theirs"),
    [
        ("USD", 1_250, 1_250),
        ("JPY", 500, 500),
        ("BHD", 1_250, 1_250),
        ("ISK", 500, 50_000),
        ("UGX", 1, 100),
        ("MGA", 500, 5),
    ],
)
def test_amounts_are_counted_as_stripe_counts_them_and_back(currency: str, ours: int, theirs: int) -> None:
    assert stripe_amount(ours, currency) == theirs
    assert own_amount(theirs, currency) == ours


@pytest.mark.once
def test_a_dinar_is_paid_in_steps_of_ten_fils(stripe: StripeProvider) -> None:
    assert [stripe.step_minor(code) for code in ("BHD", "MGA", "USD", "JPY")] == [10, 100, 1, 1]


def test_one_payment_from_its_session_to_its_refund(till: Till, stripe: StripeProvider, fake: FakeStripe) -> None:
    """The payment and the refund are localstripe's own objects."""
    gift = till.gift(2_500, provider="stripe")
    method = call(
        fake, "/v1/payment_methods", type="card", **{
            "card[number]": "4242424242424242", "card[exp_month]": "12", "card[exp_year]": "2031", "card[cvc]": "123",
        },
    )  # fmt: skip
    intent = call(
        fake, "/v1/payment_intents", amount="2500", currency="usd", payment_method=method["id"], confirm="true",
        **{"metadata[gift]": gift.token},
    )  # fmt: skip
    intent.setdefault("amount_received", intent["amount"])
    assert tell(stripe, "payment_intent.succeeded", intent, event="evt_s1") is Taken.NEW
    assert Entry.objects.get().counted_minor == 2_500
    stripe.refund(intent["id"], amount_minor=1_000, currency="USD", key="r1")
    listed = call_get(fake, f"/v1/refunds?payment_intent={intent['id']}")["data"]
    assert [one["amount"] for one in listed] == [1_000]
    for number, kind in enumerate(["refund.updated", "refund.created"]):
        refund = listed[0] | {"payment_intent": intent["id"]}
        assert tell(stripe, kind, refund, event=f"evt_r{number}") is Taken.NEW
    assert [one.amount_minor for one in Entry.objects.order_by("pk")] == [2_500, -1_000]


def call_get(fake: FakeStripe, path: str) -> dict[str, Any]:
    import urllib.request

    request = urllib.request.Request(fake.local + path, headers={"Authorization": f"Bearer {KEY}"})
    with urllib.request.urlopen(request, timeout=20) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


INVOICE = {"id": "in_1", "object": "invoice", "currency": "usd", "amount_paid": 1_500}


@pytest.mark.parametrize("is_new_shape", [True, False], ids=["since 2025", "before 2025"])
def test_a_month_of_a_subscription_counts_once_in_both_shapes_of_the_api(
    till: Till, stripe: StripeProvider, is_new_shape: bool
) -> None:
    gift = till.gift(1_500, every=Every.MONTH, provider="stripe")
    paid_at = {"status_transitions": {"paid_at": int(NOON.timestamp())}}
    if is_new_shape:
        details = {"subscription": "sub_1", "metadata": {"gift": gift.token}}
        invoice = INVOICE | paid_at | {"parent": {"subscription_details": details}}
        made = {"payment": {"type": "payment_intent", "payment_intent": "pi_1"}, "invoice": "in_1"}
        tell(stripe, "invoice_payment.paid", made, event="evt_link")
    else:
        invoice = INVOICE | paid_at | {"subscription": "sub_1", "payment_intent": "pi_1"}
    intent = {"id": "pi_1", "currency": "usd", "amount_received": 1_500, "metadata": {}}
    tell(stripe, "payment_intent.succeeded", intent, event="evt_pi")
    tell(stripe, "invoice.payment_succeeded", invoice, event="evt_in1")
    session = {"mode": "subscription", "subscription": "sub_1", "client_reference_id": gift.token, "metadata": {}}
    tell(stripe, "checkout.session.completed", session, event="evt_cs")
    tell(stripe, "invoice.paid", invoice, event="evt_in2")
    assert [one.counted_minor for one in Entry.objects.all()] == [1_500]
    refund = {
        "id": "re_1",
        "status": "succeeded",
        "currency": "usd",
        "amount": 1_500,
        "payment_intent": "pi_1",
        "created": 1,
    }
    tell(stripe, "refund.created", refund, event="evt_re")
    assert sum(one.counted_minor for one in Entry.objects.all()) == 0
    assert Gift.objects.get().subscription_ref == "sub_1"
    tell(stripe, "customer.subscription.deleted", {"id": "sub_1"}, event="evt_end")
    assert Gift.objects.get().stopped_at == NOON


@pytest.mark.once
def test_a_subscription_that_has_ended_is_ended_again_without_a_fault(stripe: StripeProvider, fake: FakeStripe) -> None:
    """The second press of a button, or the first one when the donor's bank was faster."""
    stripe.stop("sub_that_is_over")  # "No such subscription", 404
    fake.is_away = True
    with pytest.raises(ProviderAway):
        stripe.stop("sub_that_is_over")


def test_a_test_event_of_stripe_is_refused_by_a_live_campaign(till: Till, stripe: StripeProvider) -> None:
    gift = till.gift(provider="stripe")
    intent = {"id": "pi_1", "currency": "usd", "amount_received": 1_000, "metadata": {"gift": gift.token}}
    answer = tell(stripe, "payment_intent.succeeded", intent, event="evt_1", live=False)
    assert answer == Refused("hook_test_mode", status=409)
    assert not Told.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "thing", "fact"),
    [
        ("charge.dispute.created", {"status": "needs_response"}, FactKind.DISPUTE_OPENED),
        ("charge.dispute.closed", {"status": "lost"}, FactKind.DISPUTE_LOST),
        ("charge.dispute.closed", {"status": "won"}, FactKind.DISPUTE_WON),
        ("refund.failed", {"status": "failed"}, FactKind.REFUND_FAILED),
        ("refund.created", {"status": "pending"}, FactKind.IGNORED),
        ("payment_intent.processing", {}, FactKind.PENDING),
        ("payment_intent.payment_failed", {}, FactKind.FAILED),
        ("customer.created", {}, FactKind.IGNORED),
    ],
)
def test_each_event_tells_one_fact(kind: str, thing: dict[str, Any], fact: FactKind) -> None:
    whole = {"id": "x_1", "currency": "usd", "amount": 900, "charge": "ch_1", "payment_intent": "pi_1", "created": 1}
    assert fact_of(kind, whole | thing, at=NOON).kind is fact


def test_the_reconciliation_reads_stripes_own_list_and_says_when_it_cannot(
    till: Till, stripe: StripeProvider, fake: FakeStripe
) -> None:
    now = datetime.now(UTC)
    day = now - timedelta(days=2)
    for ref in ("pi_1", "pi_2"):
        gift = till.gift(1_000, provider="stripe")
        intent = {"id": ref, "currency": "usd", "amount_received": 1_000, "metadata": {"gift": gift.token}}
        tell(stripe, "payment_intent.succeeded", intent, event=f"evt_{ref}", at=day)

    def line(kind: str, amount: int, source: dict[str, Any]) -> dict[str, Any]:
        about = {"object": "balance_transaction", "type": kind, "amount": amount, "currency": "usd"}
        whole = {"currency": "usd", "amount": abs(amount)} | source
        return about | {"created": int(day.timestamp()), "source": whole}

    fake.settled = [
        line("charge", 1_000, {"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}),
        line("charge", 700, {"object": "charge", "id": "ch_3", "payment_intent": "pi_3"}),
        line("payout", -5_000, {"object": "payout", "id": "po_1"}),
    ]
    run = reconcile("stripe", stripe, now=now)
    assert {(one["kind"], one["ref"]) for one in run.differences} == {
        ("missing_here", "pi_3"),
        ("missing_there", "pi_2"),
    }
    assert run.differences[0]["entry_kind"] == EntryKind.PAYMENT
    fake.is_away = True
    assert reconcile("stripe", stripe, now=now).problem.startswith("stripe: ")
    assert Entry.objects.count() == 2
