"""The live coverage's part of the desk: its line in the menu, its addresses, a button at its article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.permissions import page_permission_policy

from belowline.live import desk, rights
from belowline.newsroom.models import ArticleKind, ArticlePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest


class LiveItem(MenuItem):
    """For whoever may write anything: moderators and treasurers have no use for it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(page_permission_policy.user_has_permission(request.user, "add"))


@hooks.register("register_admin_menu_item")
def live_item() -> MenuItem:
    return LiveItem(
        gettext_lazy("Live coverage"), reverse("live_coverages"), name="live", icon_name="radio-full", order=160
    )


@hooks.register("register_admin_urls")
def live_urls() -> list[Any]:
    return [
        path("live/", desk.coverages, name="live_coverages"),
        path("live/<int:page_id>/", desk.coverage, name="live_coverage"),
        path("live/<int:page_id>/entry/<int:entry_id>/", desk.entry, name="live_entry"),
    ]


@hooks.register("register_page_header_buttons")
def live_button(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    article = page.specific_deferred
    if page.pk is None or not isinstance(article, ArticlePage) or article.kind != ArticleKind.LIVE:
        return
    if rights.may_write(user, article):
        yield Button(_("Write live"), reverse("live_coverage", args=[page.pk]), icon_name="radio-full", priority=5)
