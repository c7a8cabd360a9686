"""The desk's views of our pages: Wagtail's own, each in one transaction, so that a page, its public row and its event
are stored together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.models import PageViewRestriction
from wagtail.snippets.views.snippets import SnippetViewSet

from belowline.newsroom import publication
from belowline.newsroom.models import ArticlePage, Author, FrontPage, StandingPage, TopicPage

if TYPE_CHECKING:
    from django.http import HttpResponse


class EditInOneTransaction(EditView):
    def publish_action(self) -> HttpResponse:
        publication.prepare(self.form.instance)
        with transaction.atomic():
            return super().publish_action()


class SetPrivacyInOneTransaction(SetPrivacyView):
    def form_valid(self, form: Any) -> HttpResponse:
        if form.cleaned_data["restriction_type"] == PageViewRestriction.NONE:
            publication.prepare_below(self.page)
        with transaction.atomic():
            return super().form_valid(form)


class CopyWithoutAlias(CopyView):
    """An alias would be a second page with the same discussion; an article has one address."""

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(*args, **kwargs)
        form.fields.pop("alias", None)
        return form


class OurPageViewSet(PageViewSet):
    edit_view_class = EditInOneTransaction
    set_privacy_view_class = SetPrivacyInOneTransaction
    copy_view_class = CopyWithoutAlias


class FrontPageViewSet(OurPageViewSet):
    model = FrontPage


class TopicViewSet(OurPageViewSet):
    model = TopicPage


class ArticleViewSet(OurPageViewSet):
    model = ArticlePage


class ArticleListing(PageListingViewSet):
    """All articles in one list, whatever their topic."""

    model = ArticlePage
    name = "articles"
    icon = "doc-full"
    menu_label = _("Articles")
    menu_order = 150
    add_to_admin_menu = True
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Headline"), sort_key="title", classname="title"),
        ParentPageColumn("parent", label=_("Topic")),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind", width="10%"),
        Column("language", label=_("Language"), accessor="get_language_display", sort_key="language", width="10%"),
        DateColumn("first_published_at", label=_("Published"), sort_key="first_published_at", width="12%"),
        DateColumn("latest_revision_created_at", label=_("Edited"), sort_key="latest_revision_created_at", width="12%"),
        PageStatusColumn("status", label=_("Status"), sort_key="live", width="10%"),
    ]
    list_filter = ["kind", "language", "live", "first_published_at"]


class NoCopy(CopyView):
    """There is one page for each purpose and language: a copy would be a second one."""

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponse:
        raise PermissionDenied


class StandingViewSet(OurPageViewSet):
    model = StandingPage
    copy_view_class = NoCopy


class StandingListing(PageListingViewSet):
    """About, imprint, house rules …: the pages in every foot."""

    model = StandingPage
    name = "standing"
    icon = "doc-empty"
    menu_label = _("Standing pages")
    menu_order = 165
    add_to_admin_menu = True
    columns = [
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("kind", label=_("What it is"), accessor="get_kind_display", sort_key="kind", width="20%"),
        Column("language", label=_("Language"), accessor="get_language_display", sort_key="language", width="10%"),
        DateColumn("latest_revision_created_at", label=_("Edited"), sort_key="latest_revision_created_at", width="14%"),
        PageStatusColumn("status", label=_("Status"), sort_key="live", width="10%"),
    ]
    list_filter = ["kind", "language", "live"]


def standing_viewsets() -> list[Any]:
    return [StandingViewSet(), StandingListing()]


class AuthorViewSet(SnippetViewSet):
    model = Author
    icon = "user"
    menu_label = _("Authors")
    menu_order = 160
    add_to_admin_menu = True
    list_display = ["name", "role", "reader"]
    search_fields = ["name", "role"]
