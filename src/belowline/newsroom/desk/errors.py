"""The desk's list of errors that readers reported: what waits, what was answered, what is done."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from belowline.newsroom.actions.error_reports import RIGHT, open_reports, settle_report
from belowline.newsroom.desk.frame import see_other
from belowline.newsroom.models import ErrorReport, ReportState

ON_A_PAGE = 50
NOTE_CHARACTERS = 500


class ErrorsItem(MenuItem):
    """Its label says how many wait: nobody has to look to know."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(RIGHT))

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        waiting = open_reports()
        if waiting:
            component.label = _("Reported errors (%(n)s)") % {"n": waiting}
        return component


def menu_item() -> MenuItem:
    return ErrorsItem(
        gettext_lazy("Reported errors"), reverse("newsroom_errors"), name="errors", icon_name="warning", order=170
    )


@require_http_methods(["GET", "HEAD"])
def errors(request: HttpRequest) -> HttpResponse:
    """One state at a time: what is open the oldest first, the rest the newest first."""
    _require_right(request)
    asked = request.GET.get("state", "")
    state = ReportState(asked) if asked in ReportState.values else ReportState.OPEN
    rows = ErrorReport.objects.filter(state=state).select_related("article", "settled_by")
    rows = rows.order_by("received_at", "id") if state == ReportState.OPEN else rows.order_by("-received_at", "-id")
    number = _page_number(request.GET.get("page", ""))
    shown = list(rows[(number - 1) * ON_A_PAGE : number * ON_A_PAGE + 1])
    waiting = open_reports()
    context = {
        "header_title": _("Reported errors"),
        "breadcrumbs_items": [{"url": "", "label": _("Reported errors")}],
        "header_icon": "warning",
        "reports": [_line(one) for one in shown[:ON_A_PAGE]],
        "state": state,
        "states": [
            (value, f"{label} ({waiting})" if value == ReportState.OPEN else label, value == state)
            for value, label in ReportState.choices
        ],
        "next": number + 1 if len(shown) > ON_A_PAGE else 0,
        "note_characters": NOTE_CHARACTERS,
    }
    return TemplateResponse(request, "newsroom/errors.html", context)


def _page_number(asked: str) -> int:
    """The first page for what is no number."""
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 6
    return max(1, int(asked)) if is_number else 1


def _line(one: ErrorReport) -> dict[str, Any]:
    article = one.article
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk]) if article is not None else ""
    subject = quote(_("Your report about “%(title)s”") % {"title": article.title if article is not None else ""})
    return {
        "report": one,
        "article": article,
        "public_url": article.public_path() if article is not None and article.live else "",
        # Where Wagtail puts the panel of the corrections.
        "correct_url": f"{edit}#panel-child-content-corrections-section" if edit else "",
        # Everything but @ of the address is escaped: a header of the mail cannot be added in it.
        "mail_url": f"mailto:{quote(one.email, safe='@')}?subject={subject}" if one.email else "",
    }


@require_http_methods(["POST"])
def settle(request: HttpRequest, report_id: int) -> HttpResponse:
    """Answered, done, or open again."""
    _require_right(request)
    state = request.POST.get("state", "")
    if state not in ReportState.values:
        raise Http404
    note = " ".join(request.POST.get("note", "").split())[:NOTE_CHARACTERS]
    assert request.user.pk is not None
    found = settle_report(report_id, state=state, note=note, by_id=int(request.user.pk), now=timezone.now())
    if found is None:
        raise Http404
    messages.success(request, _("The report is now: %(state)s.") % {"state": found.get_state_display()})
    before = request.POST.get("from", "")
    suffix = f"?state={before}" if before in ReportState.values else ""
    return see_other(reverse("newsroom_errors") + suffix)


def waiting_sentence() -> str:
    waiting = open_reports()
    if not waiting:
        return ""
    return ngettext("%(n)s reported error waits.", "%(n)s reported errors wait.", waiting) % {"n": waiting}


def _require_right(request: HttpRequest) -> None:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
