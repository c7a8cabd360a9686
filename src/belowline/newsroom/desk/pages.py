"""The desk's views of our pages: Wagtail's own, each in one transaction, so that a page, its public row and its event
are stored together or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn, ParentPageColumn
from wagtail.admin.views.page_privacy import SetPrivacyView
from wagtail.admin.views.pages.choose_parent import ChooseParentView
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.models import Page, PageViewRestriction, Revision
from wagtail.snippets.views.snippets import SnippetViewSet

from belowline.newsroom.actions import merging, review
from belowline.newsroom.desk import window
from belowline.newsroom.models import ArticlePage, Author, FrontPage, StandingPage, TopicPage
from belowline.newsroom.publishing import publication

if TYPE_CHECKING:
    from django.http import HttpResponse


# Wagtail's sentences for what its own form would do. In our catalogues they say what happens here.
_SAID_OTHERWISE = (
    gettext_noop("Saving will overwrite a newer version."),
    gettext_noop("Proceeding will overwrite the changes made by %(user_name)s."),
    gettext_noop("Proceeding will overwrite the changes you made in that window."),
)
# How long a state that somebody opened is kept from being written over: a working day, and then some.
OPENED_SECONDS = 12 * 60 * 60


class EditInOneTransaction(EditView):
    """Wagtail's, which overwrites what somebody else saved meanwhile once its script's question is answered with yes.
    Here that is a merge instead (merging.py, desk_merge.py), asked in the transaction that saves.
    """

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.latest_revision:
            cache.set(_opened_key(self.page, self.latest_revision), True, OPENED_SECONDS)
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if window.saved_by(self.latest_revision, self._window):
            # This window's own saving, whose answer had not come when the button was pressed.
            values = request.POST.copy()
            values["overwrite_revision_id"] = str(self.latest_revision.pk)
            request.POST = values
        is_outdated = self.is_out_of_date  # asked once, of the form as it was sent
        if is_outdated and not self.expects_json_response and not self.page.alias_of_id:
            return self._set_aside()
        self._keep_what_others_began_with(request)
        return super().post(request, *args, **kwargs)

    def _keep_what_others_began_with(self, request: Any) -> None:
        """Autosaving writes its own revision over and over; one that somebody has opened since stays as it was."""
        number = request.POST.get("overwrite_revision_id")
        if number and self.latest_revision and cache.get(_opened_key(self.page, self.latest_revision)):
            values = request.POST.copy()
            del values["overwrite_revision_id"]
            request.POST = values

    @property
    def _window(self) -> str:
        return str(self.request.POST.get(window.FIELD, ""))

    def form_valid(self, form: Any) -> HttpResponse:
        if self.action_name == "publish":
            publication.prepare(form.instance)  # drawing takes its time: before the transaction
        if self.action_name not in {"publish", "save"}:
            # The steps of a review send mail: not with the database's one pen in hand.
            with transaction.atomic():
                is_beaten = self._is_beaten()
            return self._outrun() if is_beaten else super().form_valid(form)
        with transaction.atomic():
            if not self._is_beaten():
                answer = super().form_valid(form)
                # Before the pen is free: a press that waits for it asks who saved.
                window.remember(self.page, self._window)
                return answer
        return self._outrun()

    def _is_beaten(self) -> bool:
        """Whether somebody saved since this request began to read. Holds the page's row until the transaction ends."""
        latest = Page.objects.select_for_update().filter(pk=self.page.pk).values_list("latest_revision_id", flat=True)
        known = self.latest_revision
        now = Revision.objects.filter(pk=latest.get()).first()
        if window.saved_by(now, self._window):
            return False
        return (now and (now.pk, now.created_at)) != (known and (known.pk, known.created_at))

    def _outrun(self) -> HttpResponse:
        if self.expects_json_response:
            return self.json_error_response("invalid_revision", str(_("Somebody saved a newer version.")))
        return self._set_aside()

    def _set_aside(self) -> HttpResponse:
        """Keep what was written as a draft of its own, and lead to the page that makes one of both."""
        base = self._base()
        if base.revision is not None:
            self.page: Any = base.revision.as_object()
        values = self.request.POST.copy()
        wish = next((name for name in _WISHES if values.pop(name, None)), "save")
        self.form = self.form_class(
            values,
            self.request.FILES,
            instance=self.page,
            subscription=self.subscription,
            parent_page=self.parent,
            for_user=self.request.user,
        )
        self.form.defer_required_fields()
        if not self.form.is_valid():
            self.form.restore_required_fields()
            return self.form_invalid(self.form)
        content = self.form.save(commit=False).serializable_data()
        if not merging.changes_anything(base.content, content, page=self.page):
            messages.warning(
                self.request,
                _("Somebody saved a newer version, and you had changed nothing: this is theirs. Nothing was done yet."),
            )
            return redirect("wagtailadmin_pages:edit", self.page.pk)
        aside = merging.set_aside(
            self.page,
            base=base.content,
            content=content,
            wish=wish.removeprefix("action-"),
            by=self.request.user,
            began_with=base.mark,
        )
        return redirect("newsroom_merge", self.page.pk, aside.pk)

    def _base(self) -> _Base:
        """What this form began with: its own autosaved revision, or the one that was loaded, as it was then."""
        own = self.request.POST.get("overwrite_revision_id")
        number = own or self.request.POST.get("loaded_revision_id") or ""
        if not number and self.latest_revision:
            # A form that does not say: what this request began with, as it was read.
            latest = self.latest_revision
            return _Base(latest, latest.content, merging.state_of(latest).mark)
        found = self.page.revisions.filter(pk=number).first() if number.isdecimal() else None
        at = self.request.POST.get("loaded_revision_created_at", "")
        is_kept = found is not None and (own is not None or not at or found.created_at.isoformat() == at)
        return _Base(found, found.content if found is not None and is_kept else None, f"{number}@{at}")

    def render_to_response(self, context: Any, **options: Any) -> HttpResponse:
        if self.request.method == "POST":
            # The form was not saved: it still began with what it began with, not with what is newest now.
            number, at = (self.request.POST.get(f"loaded_revision_{name}") for name in ("id", "created_at"))
            if number and number.isdecimal():
                context["page"].latest_revision_id = int(number)
                context["loaded_revision_created_at"] = at
        return super().render_to_response(context, **options)


# The buttons of the form that do more than save. What was pressed is not done before the merge.
_WISHES = (
    "action-publish",
    "action-submit",
    "action-restart-workflow",
    "action-workflow-action",
    "action-cancel-workflow",
)


@dataclass(frozen=True, slots=True)
class _Base:
    """`content` None: it was written over or deleted since."""

    revision: Any
    content: dict[str, Any] | None
    mark: str


def _opened_key(page: Any, revision: Any) -> str:
    return f"opened:{page.pk}:{revision.pk}:{revision.created_at.timestamp()}"


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


class CreateInAWindow(CreateView):
    """Wagtail's; a new page, too, saves by itself while it is written."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        window.remember(self.page, self.request.POST.get(window.FIELD, ""))
        return answer


class OurPageViewSet(PageViewSet):
    add_view_class = CreateInAWindow
    edit_view_class = EditInOneTransaction
    set_privacy_view_class = SetPrivacyInOneTransaction
    copy_view_class = CopyWithoutAlias


class FrontPageViewSet(OurPageViewSet):
    model = FrontPage


class TopicViewSet(OurPageViewSet):
    model = TopicPage


class ArticleViewSet(OurPageViewSet):
    model = ArticlePage


class ChooseTopic(ChooseParentView):
    """Where an article begins: one press on its topic."""

    template_name = "newsroom/choose_topic.html"
    page_title = _("New article in")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        topics = self.get_valid_parent_pages(self.request.user).order_by("path")
        return super().get_context_data(**kwargs) | {"topics": topics}


class ArticleIndex(IndexView):
    def get_base_queryset(self) -> Any:
        return review.with_stage(super().get_base_queryset())


class ArticleListing(PageListingViewSet):
    """All articles in one list, whatever their topic."""

    choose_parent_view_class = ChooseTopic
    index_view_class = ArticleIndex
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
        Column("stage", label=_("State"), accessor=review.stage_words, sort_key="live", width="14%"),
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
