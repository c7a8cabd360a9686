"""The treasurer's pages at the desk. Whoever may keep the accounts may see them; nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from belowline.accounts.queries import holders_of
from belowline.domain.commenting import Refused
from belowline.domain.ledger import GiftState
from belowline.support import actions
from belowline.support.actions.proposal import KEEP_ACCOUNTS
from belowline.support.desk.forms import CampaignForm, ProposalForm, ReasonForm, RefundForm
from belowline.support.models import Campaign, Consent, Entry, Gift, Proposal, Reconciliation, Told, Total
from belowline.support.providers import providers
from belowline.support.providers.base import ProviderAway
from belowline.support.reconciling import reconcile
from belowline.support.words import SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form

    View = Callable[..., HttpResponse]

ACCOUNTS = "support.keep_accounts"
ON_A_PAGE = 50


def for_treasurers(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(ACCOUNTS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _now() -> datetime:
    return datetime.now(UTC)


def _by(request: HttpRequest) -> int:
    assert request.user.pk is not None
    return int(request.user.pk)


def _page(request: HttpRequest, name: str, title: str, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    above = [] if name == "overview" else [{"url": reverse("support_overview"), "label": _("Accounts")}]
    crumbs = [*above, {"url": "", "label": title}]
    context = {"header_title": title, "breadcrumbs_items": crumbs, "header_icon": "clipboard-list", **values}
    return render(request, f"support/{name}.html", context, status=status)


def _to(name: str, **arguments: Any) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse(f"support_{name}", kwargs=arguments or None))
    response.status_code = 303
    return response


def _told(request: HttpRequest, answer: object, done: str) -> None:
    if isinstance(answer, Refused):
        messages.error(request, str(SENTENCES[answer.code][1]))
    else:
        messages.success(request, done)


def _at_its_field(form: Form, refused: Refused) -> None:
    field, sentence = SENTENCES[refused.code]
    form.add_error(field if field in form.fields else None, str(sentence))


def _found(model: type[Any], pk: int) -> Any:
    found = model.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@for_treasurers
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    """The campaigns, and what waits for a second person."""
    values = {
        "campaigns": Campaign.objects.order_by("-shown_from", "-pk")[:ON_A_PAGE],
        "proposals": Proposal.objects.select_related("campaign", "entered_by").filter(decision="waiting")[:ON_A_PAGE],
        "totals": Total.objects.select_related("campaign").order_by("-period", "-pk")[:ON_A_PAGE],
        "unmatched": _unmatched(),
        "me": request.user.pk,
        "is_alone": holders_of(KEEP_ACCOUNTS) <= {request.user.pk},
    }
    return _page(request, "overview", _("Accounts"), values)


def _unmatched() -> list[Told]:
    """Settled payments that no entry came of: their gift is not known here, or they came in another currency."""
    entered = Entry.objects.filter(provider_ref__gt="").values("provider_ref")
    linked = Told.objects.filter(kind="linked").values("txn_ref")
    rows = Told.objects.filter(kind="settled").exclude(payment_ref__in=entered).exclude(payment_ref__in=linked)
    return list(rows.order_by("-pk")[:20])


@for_treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def campaign(request: HttpRequest, campaign_id: int = 0) -> HttpResponse:
    found = _found(Campaign, campaign_id) if campaign_id else None
    form = CampaignForm(request.POST or None, campaign=found)
    if request.method == "POST" and form.is_valid():
        answer: Campaign | Refused
        if found is None:
            answer = actions.create_campaign(form.facts(), by_id=_by(request), now=_now())
        else:
            reason = form.cleaned_data["reason"]
            answer = actions.change_campaign(found.pk, form.facts(), reason=reason, by_id=_by(request), now=_now())
        if not isinstance(answer, Refused):
            _told(request, answer, _("The campaign is stored."))
            return _to("overview")
        _at_its_field(form, answer)
    title = found.title if found else _("New campaign")
    return _page(request, "form", title, {"form": form}, status=422 if form.errors else 200)


@for_treasurers
@require_http_methods(["GET", "HEAD"])
def ledger(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The lines of a campaign, the newest first."""
    found = _found(Campaign, campaign_id)
    before = request.GET.get("before", "")
    rows = Entry.objects.select_related("campaign", "entered_by", "approved_by", "reversed_by", "reverses")
    rows = rows.filter(campaign=found)
    if before.isascii() and before.isdigit() and len(before) <= 18:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows.order_by("-pk")[: ON_A_PAGE + 1])
    values = {
        "campaign": found,
        "entries": shown[:ON_A_PAGE],
        "before": shown[ON_A_PAGE - 1].pk if len(shown) > ON_A_PAGE else None,
        "totals": Total.objects.filter(campaign=found).order_by("-period")[:36],
    }
    return _page(request, "ledger", found.title, values)


@for_treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Enter money by hand."""
    found = _found(Campaign, campaign_id)
    form = ProposalForm(request.POST or None, campaign=found)
    if request.method == "POST" and form.is_valid():
        answer = actions.propose_entry(form.wish(), by_id=_by(request), now=_now())
        if not isinstance(answer, Refused):
            is_waiting = answer.decision == "waiting"
            done = _("It waits for a second person.") if is_waiting else _("It is in the ledger.")
            _told(request, answer, done)
            return _to("overview") if is_waiting else _to("ledger", campaign_id=found.pk)
        _at_its_field(form, answer)
    return _page(request, "form", _("Enter money by hand"), {"form": form}, status=422 if form.errors else 200)


@for_treasurers
@require_POST
def decide(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The second person's word about a large amount."""
    is_approved = request.POST.get("decision") == "approve"
    reason = request.POST.get("reason", "")[:300]
    answer = actions.decide_proposal(
        proposal_id, is_approved=is_approved, by_id=_by(request), now=_now(), reason=reason
    )
    _told(request, answer, _("It is in the ledger.") if is_approved else _("It was declined."))
    return _to("overview")


@for_treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def reverse_line(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Answer a mistake by its opposite."""
    wrong = _found(Entry, entry_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = actions.reverse_entry(wrong.pk, reason=form.cleaned_data["reason"], by_id=_by(request), now=_now())
        if not isinstance(answer, Refused):
            _told(request, answer, _("The entry is taken back by another one."))
            return _to("ledger", campaign_id=wrong.campaign_id)
        _at_its_field(form, answer)
    values = {"form": form, "entry": wrong}
    return _page(request, "form", _("Take an entry back"), values, status=422 if form.errors else 200)


@for_treasurers
@require_http_methods(["GET", "HEAD"])
def gifts(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The gifts of a campaign, with what their donors let be public."""
    found = _found(Campaign, campaign_id)
    before = request.GET.get("before", "")
    rows = Gift.objects.filter(campaign=found, state__gte=GiftState.PENDING)
    if before.isascii() and before.isdigit() and len(before) <= 18:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows.prefetch_related("entries").order_by("-pk")[: ON_A_PAGE + 1])
    values = {
        "campaign": found,
        "gifts": shown[:ON_A_PAGE],
        "before": shown[ON_A_PAGE - 1].pk if len(shown) > ON_A_PAGE else None,
    }
    return _page(request, "gifts", found.title, values)


@for_treasurers
@require_POST
def privacy(request: HttpRequest, gift_id: int) -> HttpResponse:
    """A donor asked not to be named any more, or to be forgotten."""
    found = _found(Gift, gift_id)
    if request.POST.get("what") == "forget":
        actions.forget_donor(found.pk)
        _told(request, None, _("Name and address are gone from every gift of this person. The ledger had neither."))
    else:
        actions.change_consent(found.pk, consent=Consent.NOTHING)
        _told(request, None, _("The name is not shown any more."))
    return _to("gifts", campaign_id=found.campaign_id)


@for_treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Ask the provider to pay back. The ledger follows when the provider says that it did."""
    paid = _found(Entry, entry_id)
    provider = providers().get(paid.provider)
    if paid.kind != "payment" or provider is None:
        raise Http404
    taken = Entry.objects.filter(provider=paid.provider, payment_ref=paid.payment_ref).aggregate(
        sum=Sum("amount_minor")
    )
    left = max(0, taken["sum"] or 0)
    form = RefundForm(request.POST or None, currency=paid.currency, most_minor=left)
    if request.method == "POST" and form.is_valid():
        minor = form.cleaned_data["amount_minor"]
        try:
            # The same press twice is one refund: what is left and what is asked make its key.
            key = f"{paid.pk}-{left}-{minor}"
            provider.refund(paid.payment_ref, amount_minor=minor, currency=paid.currency, key=key)
        except ProviderAway:
            form.add_error(None, str(SENTENCES["provider_away"][1]))
        else:
            _told(request, None, _("The provider was asked. The ledger follows when the money has gone back."))
            return _to("ledger", campaign_id=paid.campaign_id)
    values = {"form": form, "entry": paid}
    return _page(request, "form", _("Refund a payment"), values, status=422 if form.errors else 200)


@for_treasurers
@require_http_methods(["GET", "HEAD", "POST"])
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Compare the ledger with the providers' own lists. Nothing is repaired."""
    if request.method == "POST":
        for name, provider in providers().items():
            if provider.is_hosted:
                reconcile(name, provider, now=_now())
        return _to("reconciliation")
    values = {"runs": Reconciliation.objects.order_by("-pk")[:20]}
    return _page(request, "reconciliation", _("Reconciliation"), values)
