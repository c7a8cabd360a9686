"""The desk's page for links to a draft: make one for somebody outside, see who has one, take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from belowline.accounts.models import User
from belowline.newsroom import ports
from belowline.newsroom.actions import preview_links
from belowline.newsroom.actions.preview_links import DAYS_MOST, DAYS_USUAL
from belowline.newsroom.denials import Denied, sentence
from belowline.newsroom.models import ArticlePage, PreviewLink

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

# Of the newest links; what is over leaves the list with time.
SHOWN = 50


class LinkForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=100,
        help_text=gettext_lazy("So that you know later whose link to take back: “Dr Weir, checks the figures”."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days"),
        min_value=1,
        max_value=DAYS_MOST,
        initial=DAYS_USUAL,
        help_text=gettext_lazy("After so many days it leads nowhere: 1 to 30."),
    )


def may_hand_out(page: Any, user: Any) -> bool:
    """Whoever may publish an article may show its draft to somebody."""
    return bool(page.permissions_for_user(user).can_publish())


def links(request: HttpRequest, page_id: int) -> HttpResponse:
    page, by = get_object_or_404(ArticlePage, pk=page_id), request.user
    if not isinstance(by, User) or not may_hand_out(page, by):
        raise PermissionDenied
    now = timezone.now()
    act = request.POST.get("act") if request.method == "POST" else ""
    form = LinkForm(request.POST if act == "make" else None)
    address, refusal = "", ""
    if act == "revoke":
        number = request.POST.get("link", "")
        if number.isdecimal() and len(number) < 19:
            preview_links.revoke_link(int(number), page_id=page.pk, by=by, now=now)
            messages.success(request, _("The link leads nowhere any more."))
        return HttpResponseRedirect(request.path)
    if act == "make" and form.is_valid():
        answer = preview_links.make_link(page, by=by, now=now, **form.cleaned_data)
        if isinstance(answer, Denied):
            refusal = sentence(answer)
        else:
            address = settings.PUBLIC_URL + ports.preview_address(answer[1])
            form = LinkForm()
    crumbs = [
        {"url": reverse("wagtailadmin_explore_root"), "label": _("Pages")},
        {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": page.get_admin_display_title()},
        {"url": "", "label": _("Links to the draft")},
    ]
    found = PreviewLink.objects.filter(page=page).select_related("made_by").order_by("-made_at", "-pk")[:SHOWN]
    context = {
        "header_title": _("Links to the draft"),
        "breadcrumbs_items": crumbs,
        "header_icon": "link",
        "form": form,
        "address": address,
        "refusal": refusal,
        "links": [(one, _state_of(one, now=now)) for one in found],
    }
    return TemplateResponse(request, "newsroom/links.html", context, status=409 if refusal else 200)


def _state_of(link: PreviewLink, *, now: datetime) -> str:
    """Empty while it is open."""
    if link.revoked_at is not None:
        return _("taken back")
    return _("over") if link.expires_at <= now else ""
