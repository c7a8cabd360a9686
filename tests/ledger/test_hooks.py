"""What a provider tells over the wire: only the signed, the fresh and the readable is taken in, and nothing is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from belowline.domain.commenting import Refused
from belowline.domain.ledger import Fact, FactKind
from belowline.support.models import Entry, Told
from belowline.support.providers import hosted_provider, providers, signing
from belowline.support.providers.test import TestProvider
from tests.ledger.conftest import Till, make_campaign
from tests.support.cast import NOON
from tests.support.desk import ORIGIN

HOOK = "/_support/hook/test"


@pytest.fixture
def demo(settings: Any, tmp_path: Any) -> TestProvider:
    """The test provider, which exists in demo mode alone."""
    settings.CONFIG = django_settings.CONFIG.model_copy(update={"demo": True})
    settings.DATA = tmp_path
    found = providers()["test"]
    assert isinstance(found, TestProvider)
    return found


@pytest.fixture
def trial(till: Till) -> Till:
    """A campaign that counts play money."""
    till.campaign = make_campaign(title="A trial", is_test=True)
    return till


def paid(till: Till, ref: str = "pay_1", amount: int = 1_000) -> Fact:
    gift = till.gift(amount)
    return Fact(FactKind.SETTLED, ref, NOON, amount_minor=amount, currency="USD", gift=gift.token)


def send(body: bytes, headers: dict[str, str], path: str = HOOK) -> tuple[int, dict[str, str]]:
    answer = Client(enforce_csrf_checks=True).post(
        path, body, content_type="application/json", headers={"host": "127.0.0.1:8000", **headers}
    )
    return answer.status_code, json.loads(answer.content)


def test_a_signed_message_counts_and_the_same_one_again_is_answered_and_does_nothing(
    trial: Till, demo: TestProvider
) -> None:
    body, headers = demo.message(paid(trial))
    assert send(body, headers) == (200, {"state": "new"})
    assert send(body, headers) == (200, {"state": "known"})
    assert [one.counted_minor for one in Entry.objects.all()] == [1_000]


def test_a_message_with_a_wrong_signature_is_refused_and_stores_nothing(trial: Till, demo: TestProvider) -> None:
    body, headers = demo.message(paid(trial))
    other = TestProvider(secret="another", books=demo._books)
    for wrong in [
        {},
        {"Test-Signature": ""},
        {"Test-Signature": "t=1,v1="},
        {"Test-Signature": headers["Test-Signature"][:-1] + "x"},
        other.message(paid(trial))[1],
    ]:
        status, answer = send(body, wrong)
        assert (status, answer["code"]) == (400, "hook_signature")
        assert "signature" in answer["text"]
    status, answer = send(body.replace(b"1000", b"9000"), headers)
    assert (status, answer["code"]) == (400, "hook_signature")
    assert not Told.objects.exists()


def test_a_message_that_was_signed_long_ago_is_refused(trial: Till, demo: TestProvider) -> None:
    body, _ = demo.message(paid(trial))
    old = signing.header(body, secret=demo._secret, now=datetime.now(UTC) - timedelta(seconds=400))
    status, answer = send(body, {"Test-Signature": old})
    assert (status, answer["code"]) == (400, "hook_old")
    assert "five minutes" in answer["text"]


def test_an_event_that_nobody_knows_is_kept_and_changes_nothing(trial: Till, demo: TestProvider) -> None:
    body, _ = demo.message(paid(trial))
    body = body.replace(b'"settled"', b'"account.renamed"')
    signed = {"Test-Signature": signing.header(body, secret=demo._secret, now=datetime.now(UTC))}
    assert send(body, signed) == (200, {"state": "new"})
    kept = Told.objects.get()
    assert (kept.type, kept.kind) == ("account.renamed", "ignored")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"id": "e", "fact": {"kind": "settled"}}'])
def test_a_signed_message_that_is_no_event_is_refused(trial: Till, demo: TestProvider, body: bytes) -> None:
    signed = {"Test-Signature": signing.header(body, secret=demo._secret, now=datetime.now(UTC))}
    status, answer = send(body, signed)
    assert (status, answer["code"]) == (400, "hook_unreadable")


def test_a_message_larger_than_any_event_is_refused_unread(trial: Till, demo: TestProvider) -> None:
    status, answer = send(b" " * (256 * 1024 + 1), {})
    assert (status, answer["code"]) == (413, "hook_too_large")


def test_play_money_cannot_move_the_meter_of_a_live_campaign(till: Till, demo: TestProvider) -> None:
    body, headers = demo.message(paid(till))
    status, answer = send(body, headers)
    assert (status, answer["code"]) == (409, "hook_test_mode")
    assert not Told.objects.exists()


@pytest.mark.once
def test_outside_the_demo_there_is_no_test_provider_and_nobody_can_pay_on_a_page(db: None) -> None:
    assert set(providers()) == {"manual"}
    assert hosted_provider() is None
    status, answer = send(b"{}", {})
    assert (status, answer["code"]) == (404, "provider_missing")


@pytest.mark.once
def test_the_gate_of_origins_is_open_at_this_one_address_and_nowhere_beside_it(trial: Till, demo: TestProvider) -> None:
    """A provider may say where it comes from. Its message is believed for its signature alone."""
    body, headers = demo.message(paid(trial))
    abroad = {"origin": "https://provider.example", "sec-fetch-site": "cross-site"}
    assert send(body, headers | abroad)[0] == 200
    client = Client(headers={"host": ORIGIN.removeprefix("http://"), **abroad})
    for path in [
        "/_support/give",
        "/ar/_support/give",
        "/_support/hook/test/",
        "/_support/hook/",
        "/_support/hook/test/more",
        "/_support/hooks",
        "/_demo/as",
    ]:
        assert client.post(path, b"{}", content_type="application/json").status_code in {403, 404}, path
    assert client.post("/_support/give", {"amount": "5"}).status_code == 403


def test_the_provider_that_repeats_and_reorders_everything_leads_to_one_sum(trial: Till, demo: TestProvider) -> None:
    gift = trial.gift(2_000)
    demo.tell(
        Fact(FactKind.PENDING, "pay_1", NOON, amount_minor=2_000, currency="USD", gift=gift.token),
        Fact(FactKind.SETTLED, "pay_1", NOON, amount_minor=2_000, currency="USD", gift=gift.token),
        Fact(FactKind.REFUNDED, "pay_1", NOON, txn_ref="re_1", amount_minor=500, currency="USD"),
    )
    assert sorted(one.counted_minor for one in Entry.objects.all()) == [-500, 2_000]
    demo.refund("pay_1", amount_minor=300, currency="USD", key="k")
    assert sum(one.counted_minor for one in Entry.objects.all()) == 1_200


@pytest.mark.once
def test_our_signatures_are_those_that_stripes_own_library_makes_and_believes() -> None:
    import stripe

    body, secret, now = b'{"id":"evt_1"}', "whsec_abc", datetime.now(UTC)
    header = signing.header(body, secret=secret, now=now)
    assert stripe.WebhookSignature.verify_header(body.decode(), header, secret, tolerance=300)
    late = signing.header(body, secret=secret, now=now - timedelta(seconds=400))
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body.decode(), late, secret, tolerance=300)
    assert signing.signature_problem(body, late, secrets=[secret], now=now) == Refused("hook_old", status=400)
    assert signing.signature_problem(body, header, secrets=["whsec_new", secret], now=now) is None
    ahead = signing.header(body, secret=secret, now=now + timedelta(seconds=400))
    assert signing.signature_problem(body, ahead, secrets=[secret], now=now) == Refused("hook_old", status=400)
