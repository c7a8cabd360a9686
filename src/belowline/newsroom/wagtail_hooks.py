"""What our desk adds to Wagtail's and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.documents.wagtail_hooks import DocumentsSummaryItem
from wagtail.snippets.models import register_snippet

from belowline.newsroom import desk, desk_errors, desk_home, desk_record, publication, views, withdrawal
from belowline.newsroom.models import ArticlePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

# Documents are not public yet, and the help menu only leads to Wagtail's own site.
_HIDDEN_FROM_MENU = {"documents", "help"}

register_snippet(desk.AuthorViewSet)


@hooks.register("register_admin_viewset")
def page_viewsets() -> list[Any]:
    return [
        desk.FrontPageViewSet(),
        desk.TopicViewSet(),
        desk.ArticleViewSet(),
        desk.ArticleListing(),
        *desk.standing_viewsets(),
    ]


@hooks.register("register_admin_urls")
def file_urls() -> list[Any]:
    return [
        path("files/thumbnails/<path:name>", views.thumbnail, name="newsroom_thumbnail"),
        path("files/documents/<int:document_id>", views.document, name="newsroom_document"),
        path("errors/", desk_errors.errors, name="newsroom_errors"),
        path("errors/<int:report_id>/", desk_errors.settle, name="newsroom_settle_error"),
        path("articles/<int:page_id>/withdraw/", desk_record.withdraw, name="newsroom_withdraw"),
        path("articles/<int:page_id>/versions/", desk_record.versions, name="newsroom_versions"),
    ]


@hooks.register("register_page_header_buttons")
def record_buttons(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Beside Wagtail's own, under the three points of an article."""
    if not isinstance(page.specific_deferred, ArticlePage) or page.pk is None:
        return
    if user.has_perm(withdrawal.RIGHT):
        yield Button(
            _("Withdraw or retract"), reverse("newsroom_withdraw", args=[page.pk]), icon_name="warning", priority=70
        )
    if user.has_perm(desk_record.WITHHOLD):
        yield Button(
            _("Published versions"), reverse("newsroom_versions", args=[page.pk]), icon_name="history", priority=71
        )


@hooks.register("register_admin_menu_item")
def errors_item() -> Any:
    return desk_errors.menu_item()


@hooks.register("construct_homepage_panels")
def waiting_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(desk_home.Waiting())


@hooks.register("construct_main_menu")
def short_menu(request: HttpRequest, menu_items: list[Any]) -> None:
    menu_items[:] = [item for item in menu_items if item.name not in _HIDDEN_FROM_MENU]


@hooks.register("construct_homepage_summary_items")
def short_summary(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if not isinstance(item, DocumentsSummaryItem)]


@hooks.register("before_publish_page")
def encode_before_publishing(request: HttpRequest, page: Any) -> None:
    # Also runs for pages that are created and published in one go, before any transaction is open.
    publication.prepare(page)
