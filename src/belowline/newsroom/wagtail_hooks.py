"""What our desk adds to Wagtail's and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.documents.wagtail_hooks import DocumentsSummaryItem
from wagtail.snippets.models import register_snippet

from belowline.newsroom.desk import errors, files, home, links, merge, pages, record
from belowline.newsroom.models import ArticlePage
from belowline.newsroom.publishing import publication, withdrawal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

# Documents are not public yet, and the help menu only leads to Wagtail's own site.
_HIDDEN_FROM_MENU = {"documents", "help"}

register_snippet(pages.AuthorViewSet)


@hooks.register("register_admin_viewset")
def page_viewsets() -> list[Any]:
    return [
        pages.FrontPageViewSet(),
        pages.TopicViewSet(),
        pages.ArticleViewSet(),
        pages.ArticleListing(),
        *pages.standing_viewsets(),
    ]


@hooks.register("register_admin_urls")
def file_urls() -> list[Any]:
    return [
        path("files/thumbnails/<path:name>", files.thumbnail, name="newsroom_thumbnail"),
        path("files/documents/<int:document_id>", files.document, name="newsroom_document"),
        path("errors/", errors.errors, name="newsroom_errors"),
        path("errors/<int:report_id>/", errors.settle, name="newsroom_settle_error"),
        path("articles/<int:page_id>/withdraw/", record.withdraw, name="newsroom_withdraw"),
        path("articles/<int:page_id>/versions/", record.versions, name="newsroom_versions"),
        path("pages/<int:page_id>/merge/<int:aside_id>/", merge.merge, name="newsroom_merge"),
        path("articles/<int:page_id>/links/", links.links, name="newsroom_links"),
    ]


@hooks.register("register_page_header_buttons")
def record_buttons(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Beside Wagtail's own, under the three points of an article."""
    if not isinstance(page.specific_deferred, ArticlePage) or page.pk is None:
        return
    if links.may_hand_out(page, user):
        yield Button(_("Links to the draft"), reverse("newsroom_links", args=[page.pk]), icon_name="link", priority=69)
    if user.has_perm(withdrawal.RIGHT):
        yield Button(
            _("Withdraw or retract"), reverse("newsroom_withdraw", args=[page.pk]), icon_name="warning", priority=70
        )
    if user.has_perm(record.WITHHOLD):
        yield Button(
            _("Published versions"), reverse("newsroom_versions", args=[page.pk]), icon_name="history", priority=71
        )


@hooks.register("insert_global_admin_css")
def our_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("newsroom/desk.css"))


@hooks.register("register_log_actions")
def our_actions(actions: Any) -> None:
    actions.register_action(
        "newsroom.return_allowed",
        gettext_lazy("Allow a retracted article back"),
        gettext_lazy("The retracted article may be published again"),
    )


@hooks.register("construct_page_action_menu")
def approving_is_not_publishing(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    # Wagtail says "and publish" of the last step of a review; ours ends with an approved draft (desk/after_review.py).
    for item in menu_items:
        if getattr(item, "name", "") == "approve":
            item.label = _("Approve with comment") if item.launch_modal else _("Approve")


@hooks.register("register_admin_menu_item")
def errors_item() -> Any:
    return errors.menu_item()


@hooks.register("construct_homepage_panels")
def waiting_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(home.Waiting())


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
