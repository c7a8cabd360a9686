"""The readers' requests in the desk: a line in the menu that says how many wait, their addresses, a button at an article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button

from belowline.feedback import rights
from belowline.feedback.desk import offers, questions, requests
from belowline.feedback.waiting import waiting
from belowline.newsroom.models import ArticlePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest


class RequestsItem(MenuItem):
    """Its label says how many wait, and with an exclamation mark that one has waited for too long: nobody has to look to
    know. The column has room for no more words."""

    def is_shown(self, request: HttpRequest) -> bool:
        return rights.may_answer_any(request.user)  # type: ignore[arg-type]

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        found = waiting(request.user, now=timezone.now())  # type: ignore[arg-type]
        if found.late:
            component.label = _("Readers ask (%(n)s!)") % {"n": found.all}
        elif found.all:
            component.label = _("Readers ask (%(n)s)") % {"n": found.all}
        return component


@hooks.register("register_admin_menu_item")
def requests_item() -> MenuItem:
    return RequestsItem(
        gettext_lazy("Readers ask"), reverse("feedback_requests"), name="readers-ask", icon_name="help", order=165
    )


@hooks.register("register_admin_urls")
def feedback_urls() -> list[Any]:
    return [
        path("readers-ask/", requests.requests, name="feedback_requests"),
        path("readers-ask/<int:request_id>/", requests.request_page, name="feedback_request"),
        path("readers-ask/offers/", offers.offers, name="feedback_offers"),
        path("readers-ask/offers/<int:offer_id>/", offers.offer_page, name="feedback_offer"),
        path("readers-ask/questions/<int:page_id>/", questions.questions, name="feedback_questions"),
    ]


@hooks.register("register_page_header_buttons")
def question_button(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    article = page.specific_deferred
    if page.pk is None or not isinstance(article, ArticlePage) or not page.live:
        return
    if rights.may_answer(user, article):
        address = reverse("feedback_questions", args=[page.pk])
        yield Button(_("Ask readers"), address, icon_name="help", priority=8)
