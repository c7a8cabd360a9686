"""Sources that readers offered, for the editors alone until one of them publishes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from belowline.domain.feedback import Consent, OfferState
from belowline.feedback import rights
from belowline.feedback.actions import offers as offering
from belowline.feedback.denials import sentence
from belowline.feedback.desk.frame import ON_A_PAGE, answering_user, home, number, page, public_url
from belowline.feedback.forms import OfferForm, pieces_of
from belowline.feedback.models import Offer
from belowline.feedback.waiting import open_offers
from belowline.newsroom.denials import Denied
from belowline.newsroom.desk.frame import see_other

if TYPE_CHECKING:
    from django.http import HttpRequest

    from belowline.accounts.models import User


@require_http_methods(["GET", "HEAD"])
def offers(request: HttpRequest) -> HttpResponse:
    """What readers offered: what is unread the oldest first, the rest the newest."""
    user = answering_user(request)
    state = request.GET.get("state", "")
    state = state if state in set(OfferState) else OfferState.OPEN
    rows = Offer.objects.filter(article__in=rights.articles_of(user), state=state).select_related("article")
    rows = rows.order_by("received_at", "pk") if state == OfferState.OPEN else rows.order_by("-received_at", "-pk")
    shown = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("p"))
    values = {
        "offers": [(one, consent_label(one)) for one in shown],
        "pages": shown,
        "state": state,
        "states": [
            (OfferState.OPEN.value, _("Unread (%(n)s)") % {"n": open_offers(user)[:1000].count()}),
            (OfferState.PUBLISHED.value, _("Published")),
            (OfferState.SETTLED.value, _("Settled")),
        ],
    }
    return page(request, "offers", _("Sources offered by readers"), [home()], values)


def consent_label(one: Offer) -> str:
    if one.consent == Consent.NAMED:
        return _("The link may be published with the name “%(name)s”.") % {"name": one.name}
    if one.consent == Consent.NAMELESS:
        return _("The link may be published without a name.")
    return _("Nothing of it may be published.")


@require_http_methods(["GET", "HEAD", "POST"])
def offer_page(request: HttpRequest, offer_id: int) -> HttpResponse:
    """One offered source: read it, publish it with its sender's consent, or put it aside."""
    user = answering_user(request)
    found = get_object_or_404(Offer.objects.select_related("article", "passage", "settled_by"), pk=offer_id)
    if not rights.may_answer(user, found.article):
        raise PermissionDenied
    pieces = pieces_of(found.article) if found.passage_id is None else []
    data = request.POST if request.method == "POST" else None
    form = OfferForm(data, pieces=pieces, initial={"note": found.note})
    denied = ""
    if data is not None:
        done = _decide(request, found, form, user)
        if isinstance(done, HttpResponse):
            return done
        denied = done
        found.refresh_from_db()
    values = {
        "offer": found,
        "consent": consent_label(found),
        "may_publish": found.consent != Consent.NONE and found.state != OfferState.PUBLISHED,
        "is_public": found.state == OfferState.PUBLISHED,
        "form": form,
        "denied": denied,
        "words": "" if found.passage is None or found.passage.is_withheld else found.passage.exact[:280],
        "public_url": public_url(found.article, found.passage),
    }
    crumbs = [home(), {"url": reverse("feedback_offers"), "label": _("Sources offered by readers")}]
    title = _("Offer %(n)s") % {"n": found.pk}
    return page(request, "offer", title, crumbs, values, status=422 if denied else 200)


def _decide(request: HttpRequest, found: Offer, form: OfferForm, user: User) -> HttpResponse | str:
    act = request.POST.get("act", "")
    if act not in {"publish", "settle"}:
        raise PermissionDenied
    if not form.is_valid():
        return _("Look at what stands beside the field.")
    values: dict[str, Any] = {
        "note": form.cleaned_data["note"],
        "by": user,
        "seen_version": number(request.POST.get("version", "")),
        "now": timezone.now(),
    }
    if act == "publish":
        answer = offering.publish_offer(found.pk, address=form.cleaned_data.get("passage", ""), **values)
    else:
        answer = offering.settle_offer(found.pk, **values)
    if isinstance(answer, Denied):
        return sentence(answer.code)
    messages.success(
        request, _("The source is published at its passage.") if act == "publish" else _("The offer is settled.")
    )
    return see_other(reverse("feedback_offers"))
