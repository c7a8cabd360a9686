"""Giving, from the meter on an article to the page of a gift, without scripts; and what the public pages say."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from belowline.accounts.networks import count_use
from belowline.domain.ledger import FactKind
from belowline.domain.rates import SHARED
from belowline.front.answers import PUBLIC_POLICY
from belowline.mail.models import Letter
from belowline.outbox.delivery import consumers_of, deliver
from belowline.pages.links import gift as gift_path
from belowline.project.handlers import HANDLERS, queue_receipts
from belowline.support import actions
from belowline.support.actions import ProposedEntry
from belowline.support.actions.entry import Rate
from belowline.support.models import Campaign, Every, Gift
from belowline.support.providers.stripe import StripeProvider
from belowline.support.providers.test import TestProvider
from belowline.support.receipts import queue_receipt
from tests.ledger.conftest import Till, about, make_campaign
from tests.ledger.test_hooks import demo, trial
from tests.support.cast import NOON
from tests.support.databases import until_all_is_seen
from tests.support.desk import Browser, errors, page, publish, soup, words

__all__ = ["demo", "trial"]

pytestmark = pytest.mark.usefixtures("served")


def meters(html: str) -> list[dict[str, Any]]:
    return [dict(one.attrs) for one in soup(html).select("meter")]


def test_the_meter_stands_at_head_and_foot_of_an_article_as_texts_and_as_a_bar(till: Till) -> None:
    story = publish()
    till.paid(10_000)
    answer = page(story.url)
    assert len(meters(answer.body)) == 2
    bar = meters(answer.body)[0]
    assert (bar["min"], bar["max"], bar["value"]) == ("0", "500000", "10000")
    assert bar["aria-valuetext"] == "100 of 5,000 US dollars, 2%"
    text = words(answer.body)
    assert "$100 2% March 2026" in text
    assert "0 $2,500 $5,000" in text
    assert soup(answer.body).select_one(".support a")["href"] == "/support"  # type: ignore[index]
    assert "support" in answer.tags


def test_the_meter_in_arabic_is_arabic(till: Till) -> None:
    story = publish(slug="arabic", language="ar")
    till.paid(10_000)
    answer = page(f"/ar{story.url}")
    assert meters(answer.body)[0]["aria-valuetext"].startswith("100 ")
    assert "دولار" in meters(answer.body)[0]["aria-valuetext"]
    assert "مارس 2026" in words(answer.body)


def test_past_the_goal_the_bar_is_full_and_the_text_tells_the_truth(till: Till) -> None:
    till.paid(600_000)
    answer = page("/support")
    assert meters(answer.body)[0]["value"] == "500000"
    assert "$6,000 120%" in words(answer.body)


def test_a_meter_that_shows_percents_names_no_sum(till: Till) -> None:
    Campaign.objects.filter(pk=till.campaign.pk).update(show="percent")
    till.paid(250_000)
    text = words(page("/support").body)
    assert "50%" in text
    assert "$2,500" not in text


def test_what_was_converted_and_what_came_by_bank_is_said_at_the_meter(till: Till) -> None:
    rate = Rate(Decimal("1.08"), date(2026, 3, 12), "ECB")
    wish = ProposedEntry(till.campaign.pk, "offline", 10_000, "EUR", date(2026, 3, 12), "bank 1", rate=rate)
    actions.propose_entry(wish, by_id=till.treasurer.pk, now=NOON)
    text = words(page("/support").body)
    assert "≈\u00a0$108" in page("/support").body
    assert "the latest of 12 March 2026" in text
    assert "Includes $108 received by bank or in cash." in text


def test_without_a_campaign_there_is_no_meter_and_the_page_says_so(db: None) -> None:
    story = publish()
    assert meters(page(story.url).body) == []
    assert "Nothing is collected at the moment" in words(page("/support").body)
    assert "support" in page("/support").tags


def test_the_clock_brings_the_meter_and_takes_it_away(db: None) -> None:
    make_campaign(shown_from=NOON + timedelta(days=1), shown_to=NOON + timedelta(days=2), repeat="none")
    story = publish()
    before = page(story.url, now=NOON)
    assert meters(before.body) == []
    during = page("/support", now=NOON + timedelta(days=1))
    assert page("/support", now=NOON).fresh_until == NOON + timedelta(days=1)
    assert len(meters(during.body)) == 1
    assert during.fresh_until == NOON + timedelta(days=2)
    assert meters(page("/support", now=NOON + timedelta(days=2)).body) == []


def test_a_new_month_begins_by_itself(till: Till) -> None:
    till.paid(10_000)
    end = datetime(2026, 4, 1, tzinfo=UTC)
    assert page("/support").fresh_until == end
    assert meters(page("/support", now=end).body)[0]["value"] == "0"


def test_the_accounts_show_sums_and_the_goals_history_and_no_address(till: Till) -> None:
    first = till.paid(2_000, email="ann@example.org")
    till.paid(3_000, name="Bea Lund", email="bea@example.org")
    till.tell(about(FactKind.REFUNDED, first, "re_1", 500))
    text = words(page("/support/accounts").body)
    assert "March 2026 $50 $0 -$5 $45 2 2" in text
    assert "Goal set: $5,000" in text
    assert "Bea Lund $30" in text
    assert "@" not in text
    assert "Ann" not in text


def test_a_name_on_the_accounts_is_text_whatever_it_holds(till: Till) -> None:
    till.paid(name="Bea Lund", email="bea@example.org")
    Gift.objects.update(name="<script>alert(1)</script>")
    assert "<script>alert" not in page("/support/accounts").body


def test_a_donor_chooses_pays_and_is_thanked(trial: Till, demo: TestProvider) -> None:
    browser = Browser()
    form = browser.form("/_support/give?amount=25&own=&every=once")
    assert form["amount"] == "25"
    answer = browser.post("/_support/give", form | {"email": "ann@example.org"})
    assert answer.status_code == 303
    gift = Gift.objects.get()
    assert (gift.amount_minor, gift.email, gift.consent) == (2_500, "ann@example.org", "nothing")
    assert answer["Location"] == f"/_demo/pay/{gift.token}"
    assert "Waiting for the payment" in words(browser.get(gift_path(gift.token, "en")).content.decode())
    assert "Nothing was taken" in words(browser.get(gift_path(gift.token, "en", "cancelled")).content.decode())
    from belowline.demo.payments import ANSWERS

    demo.tell(*ANSWERS["fail"](gift, "pay_1", NOON))
    assert "did not go through" in words(browser.get(gift_path(gift.token, "en")).content.decode())
    demo.tell(*ANSWERS["wait"](gift, "pay_2", NOON))
    assert "still has to confirm" in words(browser.get(gift_path(gift.token, "en")).content.decode())
    demo.tell(*ANSWERS["pay"](gift, "pay_2", NOON))
    for act in ("", "cancelled"):
        assert "Thank you" in words(browser.get(gift_path(gift.token, "en", act)).content.decode())


def test_ones_own_amount_wins_over_a_suggested_one(trial: Till, demo: TestProvider) -> None:
    assert Browser().form("/_support/give?amount=25&own=7.50&every=month")["amount"] == "7.50"


@pytest.mark.parametrize(
    ("amount", "says"),
    [
        ("", "Write an amount, such as 12.50."),
        ("ten", "“ten” is no amount. Write it in digits, such as 12.50."),
        ("-5", "“-5” is not above zero."),
        ("0.001", "“0.001” has more decimal places than USD has."),
        ("90000", "$90,000 is a lot of money."),
    ],
)
def test_a_bad_amount_is_named_at_its_field_and_nothing_is_lost(
    trial: Till, demo: TestProvider, amount: str, says: str
) -> None:
    browser = Browser()
    answer = browser.press("/_support/give", amount=amount, email="ann@example.org", name="Ann")
    assert answer.status_code == 422
    assert errors(answer)[0].startswith(says)
    html = answer.content.decode()
    assert 'id="f-amount-error"' in html
    assert 'value="ann@example.org"' in html
    assert not Gift.objects.exists()


def test_every_mistake_is_named_at_once(trial: Till, demo: TestProvider) -> None:
    answer = Browser().press("/_support/give", amount="ten", email="nobody")
    assert len(errors(answer)) == 2


def test_a_name_that_is_to_be_shown_is_looked_at_like_any_other(trial: Till, demo: TestProvider) -> None:
    answer = Browser().press("/_support/give", amount="10", name="★★★", consent="name")
    assert answer.status_code == 422
    assert "characters that nobody could tell apart" in errors(answer)[0]


def test_an_expired_form_keeps_what_was_written(trial: Till, demo: TestProvider) -> None:
    browser = Browser()
    form = browser.form("/_support/give?amount=25") | {"email": "ann@example.org", "csrfmiddlewaretoken": "x" * 64}
    answer = browser.post("/_support/give", form)
    assert answer.status_code == 403
    assert 'value="ann@example.org"' in answer.content.decode()
    assert not Gift.objects.exists()


def test_a_provider_that_is_away_takes_nothing_and_keeps_the_form(
    trial: Till, demo: TestProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from belowline.support.providers.base import ProviderAway

    def away(*_: object) -> str:
        raise ProviderAway("gone")

    monkeypatch.setattr(TestProvider, "start", away)
    answer = Browser().press("/_support/give", amount="10", email="ann@example.org")
    assert answer.status_code == 503
    assert "cannot be reached" in errors(answer)[0]
    assert 'value="ann@example.org"' in answer.content.decode()


def test_where_nobody_can_pay_on_a_page_the_other_ways_are_shown(till: Till) -> None:
    Campaign.objects.update(other_ways="By bank: IBAN XX00")
    html = page("/support").body
    assert "IBAN XX00" in words(html)
    assert soup(html).select("main form") == []
    assert Browser().get("/_support/give").status_code == 404


def test_no_page_about_money_asks_for_a_card_or_loads_a_providers_script(trial: Till, demo: TestProvider) -> None:
    html = page("/support").body + Browser().get("/_support/give?amount=5").content.decode()
    assert re.findall(r"cc-number|card|iframe|stripe\.com", html.lower()) == ["card"]  # "We never see a card number."
    assert {one["src"].split("/")[1] for one in soup(html).select("script[src]")} == {"static"}


def monthly(till: Till, demo: TestProvider, **more: Any) -> Gift:
    from belowline.demo.payments import ANSWERS

    gift = till.gift(1_500, every=Every.MONTH, **more)
    demo.tell(*ANSWERS["pay"](gift, "pay_m", NOON))
    gift.refresh_from_db()
    return gift


def test_a_monthly_gift_is_stopped_by_its_donor_with_one_press(trial: Till, demo: TestProvider) -> None:
    gift = monthly(trial, demo)
    assert gift.subscription_ref == "sub_pay_m"
    browser, path = Browser(), gift_path(gift.token, "en")
    assert "until you stop it here" in words(browser.get(path).content.decode())
    assert browser.post(f"{path}/stop", browser.form(path)).status_code == 303
    assert "was stopped" in words(browser.get(path).content.decode())
    assert soup(browser.get(path).content.decode()).select("main form") == []


def test_a_gift_that_is_given_once_cannot_be_stopped_and_a_guessed_address_shows_nothing(
    trial: Till, demo: TestProvider
) -> None:
    gift, browser = trial.gift(), Browser()
    answer = browser.post(gift_path(gift.token, "en", "stop"), {"csrfmiddlewaretoken": browser.token()})
    assert answer.status_code == 409
    assert browser.get(gift_path("x" * 24, "en")).status_code == 404


def deliver_receipts() -> None:
    until_all_is_seen()
    consumer = next(one for one in consumers_of(HANDLERS) if one.handler is queue_receipts)
    while deliver(consumer, now=datetime.now(UTC)):
        pass


def test_a_receipt_is_queued_once_in_the_donors_language_and_says_how_to_stop(trial: Till, demo: TestProvider) -> None:
    gift = monthly(trial, demo, email="ann@example.org")
    deliver_receipts()
    entry = gift.entries.get()
    assert not queue_receipt(entry.pk, gift_url=lambda _token, _language: "x"), "the event may come again"
    letter = Letter.objects.get()
    assert (letter.email, letter.key) == ("ann@example.org", f"receipt-{entry.pk}")
    assert "$15" in letter.subject
    assert "Stop it at any time, here:\nhttp://127.0.0.1:8000/_support/gift/" + gift.token in letter.text


def test_a_receipt_speaks_arabic_to_who_gave_in_arabic(trial: Till, demo: TestProvider) -> None:
    monthly(trial, demo, email="ann@example.org", language="ar")
    deliver_receipts()
    letter = Letter.objects.get()
    assert letter.language == "ar"
    assert "إيصال" in letter.subject


def test_a_loop_of_begun_gifts_is_stopped_until_a_time_that_is_named(trial: Till, demo: TestProvider) -> None:
    from belowline.pages.views.support import RATE

    browser = Browser()
    filled = {"amount": "10", "every": "once", "email": "ann@example.org"}
    for _number in range(RATE.most * SHARED):  # a test client has no address: it shares a larger share
        count_use(RATE, "", now=datetime.now(UTC))
    answer = browser.press("/_support/give", **filled)
    assert answer.status_code == 429
    (said,) = errors(answer)
    assert re.search(r"Nothing was taken: press the button again at \d\d:\d\d\.$", said), said
    assert 'value="ann@example.org"' in answer.content.decode(), "what was written is kept"
    assert not Gift.objects.exists(), "no row, and no page at the provider"
    assert browser.press("/_support/give", **filled | {"amount": "nothing"}).status_code == 422, "a slip costs nothing"


def test_who_gave_no_address_gets_no_mail(trial: Till, demo: TestProvider) -> None:
    monthly(trial, demo)
    deliver_receipts()
    assert not Letter.objects.exists()


@pytest.mark.once
def test_the_demos_campaign_has_raised_a_hundred_of_five_thousand_however_often_it_is_seeded(
    db: None, demo: TestProvider
) -> None:
    from belowline.demo.payments import seed_campaign

    for _ in range(2):
        seed_campaign(now=datetime.now(UTC))
    text = words(page("/support", now=datetime.now(UTC)).body)
    assert "$100 2%" in text
    assert "0 $2,500 $5,000" in text
    assert Campaign.objects.count() == 1


@pytest.mark.once
def test_the_form_may_lead_to_the_provider_and_nowhere_else(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chromium holds a form's redirect to `form-action`, too."""
    stripe = StripeProvider(key="sk_live_x", hook_secrets=["whsec_x"])
    monkeypatch.setattr("belowline.pages.views.support.hosted_provider", lambda: stripe)
    policy = Browser().get("/_support/give?amount=5")["Content-Security-Policy"]
    assert "form-action 'self' https://checkout.stripe.com;" in policy
    assert policy.replace(" https://checkout.stripe.com", "") == PUBLIC_POLICY


@pytest.mark.once
def test_stripes_library_is_imported_where_its_api_is_called_and_nowhere_else() -> None:
    """It takes 33 MiB for the life of the process."""
    package = Path(actions.__file__).parents[2]
    found = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom) and "import stripe" in ast.unparse(node)
    ]
    assert found == []
