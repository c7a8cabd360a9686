"""Giving: a small form, the provider's own page, and the gift's page to come back to. And the door for webhooks."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from belowline.accounts.networks import count_use
from belowline.domain.commenting import Refused
from belowline.domain.ledger import GiftState
from belowline.domain.money import MoneyProblem, currency_name, minor_from_text, plain_text, shown
from belowline.domain.rates import Rate
from belowline.front.answers import PUBLIC_POLICY
from belowline.pages import links, refusals
from belowline.pages.model import Choice, FormError, FormView, GiftPage, GivePage, HeadView, Link
from belowline.pages.personal import Personal
from belowline.pages.support import every_choices
from belowline.storage.reading import snapshot
from belowline.support import queries
from belowline.support.actions import GiftWish, begin_gift
from belowline.support.hooks import receive
from belowline.support.models import Consent, Every, Gift
from belowline.support.providers import hosted_provider, providers
from belowline.support.providers.base import Checkout, ProviderAway
from belowline.support.words import amount_sentence

if TYPE_CHECKING:
    from belowline.support.providers.base import Provider
    from belowline.support.queries import Standing

log = logging.getLogger(__name__)

# A gift of more than ten whole goals is a slip of the hand, or a matter for a letter and a bank.
GOALS_MAX = 10
EMAIL_CHARACTERS = 300
# A village behind one address gives in an hour what a programme would in a second. Each is a row here, and a page at the
# provider.
RATE = Rate("gift", most=30, window=timedelta(hours=1))


@csrf_exempt
@require_POST
def hook(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider's message. 200 once it is on disk, also when it was before; else a code and a sentence."""
    found = providers().get(provider)
    if found is None:
        return _hook_refusal(Refused("provider_missing", status=404))
    answer = receive(found, request.body, request.headers, now=Personal(request).now)
    if isinstance(answer, Refused):
        return _hook_refusal(answer)
    return JsonResponse({"state": answer.value})


def _hook_refusal(refused: Refused) -> JsonResponse:
    with translation.override("en"):  # for the operator, in the provider's log of deliveries
        return JsonResponse(refusals.problem(refused), status=refused.status)


def _standing(personal: Personal) -> Standing | None:
    with snapshot() as cursor:
        return queries.standing_now(cursor, now=personal.now, language=personal.language).standing


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """GET the form, with what was chosen before; POST it, and go to the provider's page."""
    personal = Personal(request)
    standing, provider = _standing(personal), hosted_provider()
    if standing is None or provider is None:
        return _nothing_is_collected(personal)
    if request.method != "POST":
        chosen = {name: request.GET.get(name, "")[:60] for name in ("amount", "own", "every")}
        amount = chosen["own"].strip() or chosen["amount"]
        errors = _amount_errors(amount, standing, provider, personal) if amount else ()
        return _form(personal, standing, provider, {"amount": amount, "every": chosen["every"]}, errors)
    values = _values(personal)
    errors = _errors(values, standing, provider, personal)
    if errors:
        return _form(personal, standing, provider, values, errors, status=422)
    amount_minor = minor_from_text(values["amount"], standing.currency)
    assert not isinstance(amount_minor, MoneyProblem)
    consent = Consent(values["consent"]) if values["consent"] in Consent.values else Consent.NOTHING
    wish = GiftWish(
        campaign_id=standing.campaign_id,
        amount_minor=amount_minor,
        every=_every(values),
        provider=provider.name,
        language=personal.language,
        email=values["email"],
        name=values["name"],
        consent=consent,
    )
    token = personal.once(partial(_begin, personal, wish))
    if isinstance(token, Refused):
        return _form(personal, standing, provider, values, refusals.form_errors(token), status=token.status)
    try:
        address = provider.start(_checkout(_gift_or_404(token), standing))
    except ProviderAway as away:
        log.warning("provider_away", extra={"provider": provider.name, "reason": str(away)})
        refused = Refused("provider_away", status=503)
        return _form(personal, standing, provider, values, refusals.form_errors(refused), status=503)
    return _with_way_out(personal.see_other(address), provider)


def _begin(personal: Personal, wish: GiftWish) -> str | Refused:
    """The token of the gift."""
    # Counted last, so that a slip of the hand costs nothing.
    until = count_use(RATE, personal.client_address, now=personal.now)
    if until is not None:
        return Refused("gifts_often", status=429, until=until)
    gift = begin_gift(wish, now=personal.now)
    return gift if isinstance(gift, Refused) else gift.token


def give_again(personal: Personal, refused: Refused) -> HttpResponse:
    """The form with everything that was written, and the reason."""
    standing, provider = _standing(personal), hosted_provider()
    if standing is None or provider is None:
        return _nothing_is_collected(personal)
    errors = refusals.form_errors(refused)
    return _form(personal, standing, provider, _values(personal), errors, status=refused.status)


def _nothing_is_collected(personal: Personal) -> HttpResponse:
    refused = Refused("campaign_missing", status=404)
    back = Link(links.support(personal.language), _("Support us"))
    return personal.message(_("Support us"), (refusals.sentence(refused.code),), status=refused.status, back=back)


def _values(personal: Personal) -> dict[str, str]:
    limits = {"amount": 60, "every": 10, "name": 200, "consent": 10, "key": 60}
    values = {name: personal.field(name, limit=limit) for name, limit in limits.items()}
    return values | {"email": personal.field("email", limit=EMAIL_CHARACTERS).strip()}


def _every(values: dict[str, str]) -> Every:
    return Every.MONTH if values["every"] == Every.MONTH else Every.ONCE


def _errors(
    values: dict[str, str], standing: Standing, provider: Provider, personal: Personal
) -> tuple[FormError, ...]:
    """Everything that is wrong at once."""
    errors = _amount_errors(values["amount"], standing, provider, personal)
    problem = refusals.email_refusal(values["email"]) if values["email"] else None
    if problem is not None:
        errors += refusals.form_errors(problem)
    return errors


def _amount_errors(text: str, standing: Standing, provider: Provider, personal: Personal) -> tuple[FormError, ...]:
    minor = minor_from_text(text, standing.currency)
    if isinstance(minor, MoneyProblem):
        words = amount_sentence(minor, text=text, currency=standing.currency, language=personal.language)
        return (FormError("amount", words),)
    if minor > GOALS_MAX * standing.goal_minor:
        values = {"value": shown(minor, standing.currency, personal.language)}
        return (
            FormError("amount", _("%(value)s is a lot of money. Please write to us, or send it by bank.") % values),
        )
    step = provider.step_minor(standing.currency)
    if minor % step:
        nearest = max(step, round(minor / step) * step)
        values = {
            "value": plain_text(minor, standing.currency),
            "nearest": plain_text(nearest, standing.currency),
        }
        return (FormError("amount", _("%(value)s cannot be paid exactly. The nearest is %(nearest)s.") % values),)
    return ()


def _form(
    personal: Personal,
    standing: Standing,
    provider: Provider,
    values: dict[str, str],
    errors: tuple[FormError, ...],
    *,
    status: int = 200,
) -> HttpResponse:
    consent = values.get("consent") or Consent.NOTHING
    page = GivePage(
        head=HeadView(title=_("Your gift"), is_indexed=False),
        form=FormView(
            head=HeadView(title=_("Your gift"), is_indexed=False),
            action=links.give(personal.language),
            token=personal.token,
            key=personal.form_key,
            values=values,
            errors=errors,
            cancel_url=links.support(personal.language),
        ),
        every=every_choices(values.get("every") or Every.ONCE),
        consents=tuple(Choice(text, value=one, is_current=one == consent) for one, text in _consents().items()),
        currency=standing.currency,
        currency_name=currency_name(standing.currency, personal.language),
        notice=_("This is a test: no money moves.") if standing.is_test else "",
    )
    return _with_way_out(personal.page("give.html", page, status=status), provider)


def _consents() -> dict[str, str]:
    return {
        Consent.NOTHING: _("Nobody learns of it"),
        Consent.NAME: _("My name may be shown"),
        Consent.AMOUNT: _("My name and the amount may be shown"),
    }


def _with_way_out(response: HttpResponse, provider: Provider) -> HttpResponse:
    """Browsers also hold a form's redirect to the policy: on this page alone it may lead to the provider."""
    if provider.checkout_origin:
        policy = PUBLIC_POLICY.replace("form-action 'self'", f"form-action 'self' {provider.checkout_origin}")
        response.headers["Content-Security-Policy"] = policy
    return response


def _checkout(gift: Gift, standing: Standing) -> Checkout:
    return Checkout(
        token=gift.token,
        title=standing.title,
        amount_minor=gift.amount_minor,
        currency=gift.currency,
        is_monthly=gift.every == Every.MONTH,
        email=gift.email,
        language=gift.language,
        thanks_url=links.absolute(links.gift(gift.token, gift.language)),
        cancelled_url=links.absolute(links.gift(gift.token, gift.language, "cancelled")),
        key=gift.token,
    )


def _gift_or_404(token: str) -> Gift:
    gift = Gift.objects.filter(token=token).first()
    if gift is None:
        raise Http404
    return gift


@require_http_methods(["GET", "HEAD"])
def gift(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a gift. Who knows the address is the donor, or was shown it by the donor."""
    personal = Personal(request)
    return _gift_page(personal, _gift_or_404(token))


@require_http_methods(["GET", "HEAD"])
def cancelled(request: HttpRequest, token: str) -> HttpResponse:
    """Back from the provider without paying. What was paid after all is thanked for."""
    personal, found = Personal(request), _gift_or_404(token)
    if found.state != GiftState.STARTED:
        return _gift_page(personal, found)
    words = (_("You came back without paying. Nothing was taken."),)
    return personal.page("gift.html", _page(personal, found, _("Cancelled"), words, links=_ways_back(personal, found)))


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End a monthly gift: ask the provider, which tells us when it is done."""
    personal, found = Personal(request), _gift_or_404(token)
    if request.method != "POST":
        return personal.see_other(links.gift(token, personal.language))
    provider = providers().get(found.provider)
    if found.every != Every.MONTH or not found.subscription_ref:
        return _stop_refusal(personal, found, Refused("gift_not_monthly", status=409))
    if found.stopped_at is None:
        try:
            if provider is None:
                raise ProviderAway(f"{found.provider}: not set up any more")
            provider.stop(found.subscription_ref)
        except ProviderAway as away:
            log.warning("provider_away", extra={"provider": found.provider, "reason": str(away)})
            return _stop_refusal(personal, found, Refused("provider_away", status=503))
    return personal.see_other(links.gift(token, personal.language))


def _stop_refusal(personal: Personal, found: Gift, refused: Refused) -> HttpResponse:
    back = Link(links.gift(found.token, personal.language), _("Your gift"))
    return personal.message(_("Your gift"), (refusals.sentence(refused.code),), status=refused.status, back=back)


def _gift_page(personal: Personal, found: Gift) -> HttpResponse:
    if found.state == GiftState.PAID:
        title, words = _("Thank you"), [_("Your gift has arrived. It is counted, and the meter has moved.")]
        if found.email:
            words.append(_("A receipt goes to the address that you gave."))
    elif found.state == GiftState.PENDING:
        title = _("Thank you. Not yet arrived")
        words = [
            _("Your bank still has to confirm the payment. It may take some days and counts as soon as it arrives.")
        ]
    elif found.state == GiftState.FAILED:
        title, words = _("The payment did not go through"), [_("Your bank or card refused it. Nothing was taken.")]
    else:
        title = _("Waiting for the payment")
        words = [_("The payment page has not told us yet. That takes some seconds: load this page again.")]
    paid = found.state in {GiftState.PAID, GiftState.PENDING}
    back = (Link(links.home(personal.language), _("To the front page")),) if paid else _ways_back(personal, found)
    return personal.page("gift.html", _page(personal, found, title, tuple(words), links=back))


def _ways_back(personal: Personal, found: Gift) -> tuple[Link, ...]:
    query = f"?amount={plain_text(found.amount_minor, found.currency)}&every={found.every}"
    return (
        Link(links.give(personal.language) + query, _("Try again")),
        Link(links.support(personal.language), _("Other ways to give")),
    )


def _page(personal: Personal, found: Gift, title: str, words: tuple[str, ...], *, links: tuple[Link, ...]) -> GiftPage:
    return GiftPage(
        head=HeadView(title=title, is_indexed=False),
        paragraphs=(*words, *_about_months(found)),
        amount=shown(found.amount_minor, found.currency, personal.language),
        every=str(Every(found.every).label),
        links=links,
        stop=_stop_form(personal, found),
    )


def _about_months(found: Gift) -> tuple[str, ...]:
    if found.every != Every.MONTH or found.state != GiftState.PAID:
        return ()
    if found.stopped_at is not None:
        return (_("This monthly gift was stopped. Nothing more will be taken."),)
    return (
        _("It is taken every month until you stop it here. Keep the address of this page: it is in every receipt."),
    )


def _stop_form(personal: Personal, found: Gift) -> FormView | None:
    if found.every != Every.MONTH or not found.subscription_ref or found.stopped_at is not None:
        return None
    return FormView(
        head=HeadView(title=_("Your gift"), is_indexed=False),
        action=links.gift(found.token, personal.language, "stop"),
        token=personal.token,
    )
