"""The treasurer's pages: who may see them, and what they do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from belowline.support.models import Campaign, Entry, Gift, GoalChange, Proposal, Reconciliation
from belowline.support.providers.test import TestProvider
from tests.ledger.conftest import Till
from tests.ledger.test_hooks import demo, trial
from tests.support.cast import NOON
from tests.support.desk import make_staff, page, soup, words

__all__ = ["demo", "trial"]

pytestmark = pytest.mark.usefixtures("served", "plain_static")

FIELDS = {
    "title": "A boat", "language": "en", "purpose": "", "other_ways": "", "currency": "USD", "goal": "5,000",
    "reason": "", "amounts": "5 10 25", "repeat": "monthly", "basis": "gross", "show": "both", "time_zone": "Europe/Berlin",
    "counts_from": "2026-03-01", "counts_to": "", "shown_from": "2026-03-01", "shown_to": "", "second_person_above": "1000",
}  # fmt: skip
BY_BANK = {
    "kind": "offline", "amount": "200", "currency": "USD", "received_on": "2026-03-12", "reference": "bank 1",
    "note": "", "rate": "", "rate_on": "", "rate_source": "",
}  # fmt: skip


@pytest.fixture
def plain_static(settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def signed_in(role: str, name: str = "Tilda") -> Client:
    client = Client()
    client.force_login(make_staff(name, role))
    return client


def address(name: str, **arguments: int) -> str:
    return reverse(f"support_{name}", kwargs=arguments or None)


def said(answer: Any) -> str:
    return words(answer.content.decode())


def field_errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422, answer.status_code
    return dict(answer.context["form"].errors)


@pytest.mark.once
def test_the_accounts_open_for_treasurers_and_administrators_alone(till: Till) -> None:
    till.paid()
    entry = Entry.objects.get()
    pages = [
        address("overview"),
        address("campaign_new"),
        address("campaign", campaign_id=till.campaign.pk),
        address("ledger", campaign_id=till.campaign.pk),
        address("propose", campaign_id=till.campaign.pk),
        address("gifts", campaign_id=till.campaign.pk),
        address("reverse", entry_id=entry.pk),
        address("reconciliation"),
    ]
    for role, may in [
        ("treasurer", True),
        ("administrator", True),
        ("editor", False),
        ("author", False),
        ("moderator", False),
    ]:
        client = signed_in(role, role.title())
        for path in pages:
            assert (client.get(path).status_code == 200) is may, (role, path)
        assert ("/_desk/accounts/" in client.get("/_desk/").content.decode()) is may
    nobody = Client()
    assert nobody.get(pages[0]).status_code == 302
    before = Proposal.objects.count()
    nobody.post(pages[4], BY_BANK)
    signed_in("editor", "Edda").post(pages[4], BY_BANK)
    assert Proposal.objects.count() == before


def test_a_campaign_is_made_shown_and_its_goal_changed_with_a_reason(db: None) -> None:
    client = signed_in("treasurer")
    assert client.post(address("campaign_new"), FIELDS).status_code == 303
    made = Campaign.objects.get()
    assert made.counts_from == datetime(2026, 2, 28, 23, tzinfo=UTC)  # midnight in Berlin
    assert made.amounts == [500, 1_000, 2_500]
    assert "A boat" in words(page("/support").body)
    edit = address("campaign", campaign_id=made.pk)
    changed = FIELDS | {"goal": "6000", "reason": "A second boat", "title_ar": "قارب"}
    assert client.post(edit, changed).status_code == 303
    assert [one.after_minor for one in GoalChange.objects.order_by("pk")] == [500_000, 600_000]
    text = words(page("/support/accounts").body)
    assert "Goal raised from $5,000 to $6,000 A second boat" in text
    assert "قارب" in words(page("/ar/support").body)
    made.refresh_from_db()
    assert made.counts_from == datetime(2026, 2, 28, 23, tzinfo=UTC)


@pytest.mark.once
@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("goal", "-5", "“-5” is not above zero. Write an amount such as 12.50."),
        ("goal", "much", "“much” is no amount. Write it in digits, such as 12.50."),
        ("currency", "EURO", "There is no currency “EURO”. Did you mean EUR?"),
        ("currency", "XX", "There is no currency “XX”. Write three letters, such as USD or EUR."),
        ("time_zone", "Berlin", "There is no time zone “Berlin”. Did you mean Europe/Berlin?"),
        ("counts_to", "2026-02-01", "2026-02-01 is before the beginning, 2026-03-01."),
        ("amounts", "5 ten", "“ten” is no amount. Write it in digits, such as 12.50."),
        ("amounts", "1 2 3 4 5 6 7", "These are 7 amounts; at most six have room."),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_lost(db: None, field: str, value: str, says: str) -> None:
    answer = signed_in("treasurer").post(address("campaign_new"), FIELDS | {field: value})
    assert field_errors(answer)[field] == [says]
    assert soup(answer.content.decode()).select_one("[name=title]")["value"] == "A boat"  # type: ignore[index]
    assert not Campaign.objects.exists()


@pytest.mark.once
def test_a_goal_in_yen_has_no_decimals_and_one_in_dinar_has_three(db: None) -> None:
    client = signed_in("treasurer")
    wrong = client.post(address("campaign_new"), FIELDS | {"currency": "JPY", "goal": "5000.5", "amounts": ""})
    assert "more decimal places than JPY has" in field_errors(wrong)["goal"][0]
    client.post(address("campaign_new"), FIELDS | {"currency": "BHD", "goal": "12.345", "amounts": ""})
    assert Campaign.objects.get().goal_minor == 12_345


def test_a_gift_by_bank_is_entered_and_a_large_one_approved_by_somebody_else(till: Till) -> None:
    tess, sam = signed_in("treasurer"), signed_in("treasurer", "Samira")
    enter = address("propose", campaign_id=till.campaign.pk)
    assert tess.post(enter, BY_BANK).status_code == 303
    assert till.raised() == 20_000
    again = tess.post(enter, BY_BANK)
    assert "entered before" in field_errors(again)["reference"][0]
    assert "give the rate" in field_errors(tess.post(enter, BY_BANK | {"currency": "EUR", "reference": "2"}))["rate"][0]
    tess.post(enter, BY_BANK | {"amount": "4000", "reference": "bank 3"})
    assert till.raised() == 20_000
    waiting = Proposal.objects.get(decision="waiting")
    decide = address("decide", proposal_id=waiting.pk)
    assert "Approve" not in said(tess.get(address("overview")))
    assert "A second person approves this" in said(tess.post(decide, {"decision": "approve"}, follow=True))
    assert "Approve" in said(sam.get(address("overview")))
    sam.post(decide, {"decision": "approve"})
    assert till.raised() == 420_000


def test_a_mistake_is_taken_back_from_the_ledger_page(till: Till) -> None:
    client = signed_in("treasurer")
    client.post(address("propose", campaign_id=till.campaign.pk), BY_BANK)
    entry = Entry.objects.get()
    ledger = address("ledger", campaign_id=till.campaign.pk)
    assert "Take back" in said(client.get(ledger))
    back = address("reverse", entry_id=entry.pk)
    assert client.post(back, {"reason": ""}).status_code == 422
    client.post(back, {"reason": "Entered twice"})
    text = said(client.get(ledger))
    assert "Entered twice" in text
    assert "Take back" not in text
    assert till.raised() == 0


def test_a_refund_is_asked_of_the_provider_and_the_ledger_follows_its_word(trial: Till, demo: TestProvider) -> None:
    from belowline.demo.payments import ANSWERS

    gift = trial.gift(2_000, email="ann@example.org")
    demo.tell(*ANSWERS["pay"](gift, "pay_1", NOON))
    client, entry = signed_in("treasurer"), Entry.objects.get()
    form = address("refund", entry_id=entry.pk)
    too_much = client.post(form, {"amount": "21"})
    assert field_errors(too_much)["amount"] == ["“21” is more than is left of this payment, which is 20."]
    assert client.post(form, {"amount": "5"}).status_code == 303
    assert [one.amount_minor for one in Entry.objects.order_by("pk")] == [2_000, -500]
    assert client.post(form, {"amount": "16"}).status_code == 422


def test_a_donor_who_asks_is_forgotten_and_the_sums_stay(till: Till) -> None:
    till.paid(name="Bea Lund", email="bea@example.org")
    client, gift = signed_in("treasurer"), Gift.objects.get()
    gifts = address("gifts", campaign_id=till.campaign.pk)
    assert "bea@example.org" in said(client.get(gifts))
    client.post(address("privacy", gift_id=gift.pk), {"what": "hide"})
    assert "Bea Lund" not in words(page("/support/accounts").body)
    client.post(address("privacy", gift_id=gift.pk), {"what": "forget"})
    assert "bea" not in said(client.get(gifts)).lower()
    assert till.raised() == 1_000


def test_a_reconciliation_shows_what_differs_and_changes_nothing(trial: Till, demo: TestProvider) -> None:
    from belowline.demo.payments import ANSWERS
    from belowline.domain.ledger import Fact, FactKind

    yesterday = datetime.now(UTC) - timedelta(days=1)
    client = signed_in("treasurer")
    for ref in ("pay_1", "pay_2"):
        demo.tell(*ANSWERS["pay"](trial.gift(2_000), ref, yesterday))
    # In the provider's books, and never told to us.
    demo._enter(Fact(FactKind.SETTLED, "pay_9", yesterday, amount_minor=700, currency="USD", gift="nobody"))
    before = list(Entry.objects.values())
    client.post(address("reconciliation"))
    run = Reconciliation.objects.get()
    assert run.compared == 3
    assert [(one["kind"], one["ref"]) for one in run.differences] == [("missing_here", "pay_9")]
    assert "pay_9" in said(client.get(address("reconciliation")))
    assert list(Entry.objects.values()) == before


@pytest.mark.once
def test_the_treasurers_pages_speak_arabic(till: Till) -> None:
    user = make_staff("Layla", "treasurer")
    UserProfile.objects.create(user=user, preferred_language="ar")
    client = Client()
    client.force_login(user)
    assert "الحملات" in said(client.get(address("overview")))
