"""The demo's campaign, and the page that stands for a payment provider's: nobody's money moves."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from belowline.domain.commenting import Refused
from belowline.domain.ledger import Fact, FactKind, GiftState
from belowline.domain.money import shown
from belowline.pages import links
from belowline.pages.model import Choice, FormView, HeadView, QuestionPage
from belowline.pages.personal import Personal
from belowline.support.actions import CampaignFacts, GiftWish, begin_gift, create_campaign
from belowline.support.models import Campaign, Every, Gift
from belowline.support.providers import providers
from belowline.support.providers.test import TestProvider

if TYPE_CHECKING:
    from collections.abc import Callable

GOAL_MINOR = 500_000
RAISED_MINOR = 10_000
# What each button of the page lets the provider tell.
ANSWERS: dict[str, Callable[[Gift, str, datetime], tuple[Fact, ...]]] = {
    "pay": lambda gift, ref, at: _paid(gift, ref, at),
    "wait": lambda gift, ref, at: (_fact(FactKind.PENDING, gift, ref, at),),
    "fail": lambda gift, ref, at: (_fact(FactKind.FAILED, gift, ref, at),),
}


def _provider() -> TestProvider:
    found = providers().get("test")
    if not isinstance(found, TestProvider):
        raise Http404
    return found


def _fact(kind: FactKind, gift: Gift, ref: str, at: datetime, *, subscription: str = "") -> Fact:
    return Fact(
        kind,
        ref,
        at,
        amount_minor=gift.amount_minor,
        currency=gift.currency,
        gift=gift.token,
        subscription_ref=subscription,
    )


def _paid(gift: Gift, ref: str, at: datetime) -> tuple[Fact, ...]:
    subscription = f"sub_{ref}" if gift.every == Every.MONTH else ""
    facts = (_fact(FactKind.PENDING, gift, ref, at), _fact(FactKind.SETTLED, gift, ref, at, subscription=subscription))
    if not subscription:
        return facts
    return (*facts, Fact(FactKind.SUBSCRIBED, "", at, gift=gift.token, subscription_ref=subscription))


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """The provider's own page, in the gift's language: pay, be refused, wait for the bank, or go back."""
    provider = _provider()
    gift = Gift.objects.filter(token=token[:32], provider=provider.name).first()
    if gift is None:
        raise Http404
    with override(gift.language):
        personal = Personal(request)
        if request.method != "POST":
            return _page(personal, gift)
        answer = personal.field("answer", limit=10)
        if answer == "back":
            return personal.see_other(links.gift(gift.token, gift.language, "cancelled"))
        if answer in ANSWERS and gift.state != GiftState.PAID:
            ref = f"pay_{secrets.token_hex(8)}"
            provider.tell(*ANSWERS[answer](gift, ref, personal.now))
        return personal.see_other(links.gift(gift.token, gift.language))


def _page(personal: Personal, gift: Gift) -> HttpResponse:
    amount = shown(gift.amount_minor, gift.currency, gift.language)
    page = QuestionPage(
        form=FormView(
            head=HeadView(title=_("The demo's payment page"), is_indexed=False),
            action=personal.request.path,
            token=personal.token,
        ),
        paragraphs=(
            _("This page stands for a payment provider's. No money moves, and no card is asked for."),
            _("%(amount)s, %(every)s") % {"amount": amount, "every": Every(gift.every).label},
        ),
        field="answer",
        answers=(
            Choice(_("Pay"), value="pay"),
            Choice(_("The bank takes its time"), value="wait"),
            Choice(_("The bank refuses"), value="fail"),
            Choice(_("Back without paying"), value="back"),
        ),
    )
    return personal.page("question.html", page)


def seed_campaign(*, now: datetime) -> None:
    """The demo's campaign with what it has raised so far. Run again, it changes nothing."""
    if Campaign.objects.exists():
        return
    begin = now - timedelta(days=3)
    campaign = create_campaign(_campaign(begin), by_id=None, now=begin)
    provider = _provider()
    for amount, name in ((6_000, ""), (4_000, "")):
        wish = GiftWish(campaign.pk, amount, Every.ONCE, provider.name, "en", name=name)
        gift = begin_gift(wish, now=begin)
        assert not isinstance(gift, Refused), gift
        provider.tell(*_paid(gift, f"pay_demo_{amount}", begin + timedelta(hours=amount // 1_000)))


def _campaign(begin: datetime) -> CampaignFacts:
    return CampaignFacts(
        title="Keep the Gauge running",
        language="en",
        purpose="The Gauge belongs to its readers and carries no advertising. What they give pays for the boat, the "
        "archive fees and the hours that a story takes.\n\nEvery gift and every refund stands in our accounts, and "
        "nobody is named who does not wish to be.",
        other_ways="By bank: The Ellerquay Gauge, IBAN XX00 0000 0000 0000 0000 00, reference “gauge”.\n\nIn cash: at the desk, "
        "against a receipt.",
        currency="USD",
        goal_minor=GOAL_MINOR,
        time_zone=settings.CONFIG.site.time_zone,
        counts_from=begin.astimezone(UTC),
        shown_from=begin.astimezone(UTC),
        amounts=(500, 1_000, 2_500, 5_000),
        second_person_above_minor=100_000,
        is_test=True,
        words={
            "ar": (
                "ليبقَ المقياس يعمل",
                (
                    "الصحيفة ملك قرّائها ولا تنشر إعلانات. ما يتبرّعون به يدفع أجرة القارب ورسوم الأرشيف وساعات العمل.\n\n"
                    "كل تبرّع وكل استرداد مسجّل في حساباتنا، ولا يُذكر اسم من لا يرغب في ذلك."
                ),
                "عبر المصرف: بالمرجع «المقياس».\n\nنقدًا: في مكتب الصحيفة، مقابل إيصال.",
            )
        },
    )
