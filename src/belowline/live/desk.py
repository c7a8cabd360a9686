"""The desk of a live coverage: a form on top, what was written below it, and the coverage's own state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from belowline.accounts.models import User
from belowline.live import actions, queries, rights
from belowline.live.denials import sentence
from belowline.live.forms import EntryForm, WithholdForm, first_of, stored_in
from belowline.live.models import Coverage, CoverageState, EntryState, LiveEntry, Wording
from belowline.newsroom.denials import Denied
from belowline.newsroom.desk.frame import Crumb, crumb, desk_page, see_other
from belowline.newsroom.models import ArticleKind, ArticlePage, Author
from belowline.newsroom.pictures import files as picture_files
from belowline.newsroom.pictures import refusals

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

ON_A_PAGE = 50
# As many as readers see of one entry.
WORDINGS_MAX = queries.WORDINGS_MAX
PUBLISH, DRAFT, WITHHOLD = "publish", "draft", "withhold"
_AT_ITS_FIELD = {"time_ahead": "at", "entry_empty": "body"}


@require_http_methods(["GET", "HEAD"])
def coverages(request: HttpRequest) -> HttpResponse:
    """The live articles, the newest first: those that this user may write in."""
    user = _user(request)
    pages = ArticlePage.objects.filter(kind=ArticleKind.LIVE).order_by("-latest_revision_created_at", "-pk")[:ON_A_PAGE]
    shown = [one for one in pages if rights.may_write(user, one)]
    states = dict(Coverage.objects.filter(pk__in=[one.pk for one in shown]).values_list("pk", "state"))
    rows = [(one, CoverageState(states.get(one.pk, CoverageState.ACTIVE)).label) for one in shown]
    return _page(request, "coverages", _("Live coverage"), [], {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def coverage(request: HttpRequest, page_id: int) -> HttpResponse:
    page, user = _writable(request, page_id)
    form = EntryForm(initial=first_of(author=Author.objects.filter(reader__user=user).first()))
    status = 200
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act in {PUBLISH, DRAFT}:
        form = EntryForm(request.POST, request.FILES)
        answer = _write(form, page, user, is_public=act == PUBLISH)
        if isinstance(answer, LiveEntry):
            messages.success(request, _said_of(answer))
            return _back(page)
        status = 422
    elif request.method == "POST":
        done = _act(request, act, page, user)
        if isinstance(done, HttpResponse):
            return done
        return _back(page)
    found = Coverage.objects.filter(pk=page.pk).first()
    entries = LiveEntry.objects.filter(coverage_id=page.pk).select_related("written_by", "story")
    shown = Paginator(entries.order_by("-pk"), ON_A_PAGE).get_page(request.GET.get("p"))
    values = {
        "page": page,
        "form": form,
        "media": form.media,
        "coverage": found,
        "state": found.state if found else CoverageState.ACTIVE,
        "states": CoverageState.choices,
        "entries": [(one, rights.may_edit(user, page, one)) for one in shown],
        "pages": shown,
        "may_publish": rights.may_publish(user, page),
        "is_archived": bool(found and found.state == CoverageState.ARCHIVED),
    }
    return _page(request, "coverage", page.get_admin_display_title(), [_crumb()], values, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, page_id: int, entry_id: int) -> HttpResponse:
    """Change an entry. Of a public one the new words are public at once."""
    page, user = _writable(request, page_id)
    found = get_object_or_404(LiveEntry, pk=entry_id, coverage_id=page.pk)
    if not rights.may_edit(user, page, found):
        raise PermissionDenied
    form = EntryForm(initial=stored_in(found))
    wordings = list(found.wordings.select_related("by").order_by("-number")[:WORDINGS_MAX])
    withhold_form = _withhold_form(request, user, wordings)
    meanwhile = None
    status = 200
    if request.method == "POST" and request.POST.get("act") == WITHHOLD:
        done = _withhold(request, withhold_form, found, user)
        if done is not None:
            return done
        status = 422
    elif request.method == "POST":
        form = EntryForm(request.POST, request.FILES)
        answer = _write(form, page, user, entry=found, is_public=request.POST.get("act") == PUBLISH)
        if isinstance(answer, LiveEntry):
            messages.success(request, _said_of(answer))
            return _back(page)
        status = 422
        if isinstance(answer, Denied) and answer.code == "entry_changed":
            # The next saving replaces what stands below the form, knowingly.
            meanwhile = LiveEntry.objects.get(pk=found.pk)
            again = request.POST.copy()
            again["version"] = str(meanwhile.version)
            form.data = again
    elif found.state == EntryState.DELETED:
        raise Http404
    values = {
        "page": page,
        "form": form,
        "media": form.media,
        "entry": found,
        "meanwhile": meanwhile,
        "may_publish": rights.may_publish(user, page),
        "wordings": wordings,
        "withhold_form": withhold_form,
    }
    crumbs = [_crumb(), crumb(_desk_of(page), page.get_admin_display_title())]
    return _page(request, "entry", _("Edit an entry"), crumbs, values, status=status)


def _withhold_form(request: HttpRequest, user: User, wordings: list[Wording]) -> WithholdForm | None:
    """For who may, when there is a former wording with words in it."""
    former = [one for one in wordings[1:] if one.withheld_at is None]
    if not former or not rights.may_withhold(user):
        return None
    is_sent = request.method == "POST" and request.POST.get("act") == WITHHOLD
    return WithholdForm(request.POST if is_sent else None, wordings=former)


def _withhold(request: HttpRequest, form: WithholdForm | None, found: LiveEntry, user: User) -> HttpResponse | None:
    if form is None:
        raise PermissionDenied
    if not form.is_valid():
        return None
    answer = actions.withhold_wording(found.pk, by=user, now=timezone.now(), **form.cleaned_data)
    if isinstance(answer, Denied):
        form.add_error("number", sentence(answer))
        return None
    messages.success(request, _("Wording %(n)s is withheld.") % {"n": form.cleaned_data["number"]})
    return see_other(request.path)


def _write(
    form: EntryForm, page: ArticlePage, user: User, *, is_public: bool, entry: LiveEntry | None = None
) -> LiveEntry | Denied | None:
    """The stored entry; otherwise the form says at its fields why there is none."""
    if not form.is_valid():
        return None
    words = form.words()
    will_show = is_public or (entry is not None and entry.state == EntryState.PUBLISHED)
    if will_show and rights.may_publish(user, page) and not _are_pictures_ready(form, page):
        return None
    now = timezone.now()
    answer = _stored(form, page, user, words, now=now, is_public=is_public, entry=entry)
    if isinstance(answer, Denied):
        form.add_error(_AT_ITS_FIELD.get(answer.code), sentence(answer))
    return answer


def _stored(
    form: EntryForm,
    page: ArticlePage,
    user: User,
    words: actions.Words,
    *,
    now: datetime,
    is_public: bool,
    entry: LiveEntry | None,
) -> LiveEntry | Denied:
    found = form.cleaned_data
    if entry is None:
        return actions.write_entry(page.pk, words, form_key=found["form_key"], by=user, now=now, is_public=is_public)
    return actions.edit_entry(entry.pk, words, version=found["version"], by=user, now=now, is_public=is_public)


def _are_pictures_ready(form: EntryForm, page: ArticlePage) -> bool:
    try:
        lacks = actions.prepare(page, form.words())
    except picture_files.UnreadablePicture as error:
        form.show_at_pictures({error.picture.pk: error.sentence})
        return False
    except picture_files.StillDrawing as error:
        form.add_error(None, refusals.still_drawing_sentence(left=error.left))
        return False
    if lacks:
        form.show_lacks(lacks)
    return not lacks


def _act(request: HttpRequest, act: str, page: ArticlePage, user: User) -> HttpResponse | None:
    """One of the small buttons of the list."""
    now = timezone.now()
    if act == "state":
        _tell(request, actions.change_state(page.pk, request.POST.get("state", ""), by=user, now=now))
        return None
    wanted = request.POST.get("entry", "")
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) <= 18
    found = LiveEntry.objects.filter(pk=int(wanted) if is_number else 0, coverage_id=page.pk).first()
    if found is None:
        _tell(request, Denied("entry_missing"))
    elif act == "out":
        _tell(request, _published_as_saved(found, page, user, now=now))
    elif act in {"pin", "unpin"}:
        _tell(request, actions.mark_entry(found.pk, by=user, is_pinned=act == "pin"))
    elif act in {"key", "unkey"}:
        _tell(request, actions.mark_entry(found.pk, by=user, is_key=act == "key"))
    elif act == "delete":
        _tell(request, actions.delete_entry(found.pk, by=user, now=now), done=_("The entry is deleted."))
    elif act == "story":
        story = actions.break_out(found.pk, by=user)
        if not isinstance(story, Denied):
            messages.success(request, _("This draft was made of the entry. Publish it when it stands by itself."))
            return see_other(reverse("wagtailadmin_pages:edit", args=[story.pk]))
        _tell(request, story)
    return None


def _published_as_saved(found: LiveEntry, page: ArticlePage, user: User, *, now: datetime) -> object:
    """Publish a draft from the list. A picture that keeps it back is named in the message."""
    if rights.may_publish(user, page):
        try:
            lacks = actions.prepare(page, actions.Words(found.body, found.headline))
        except (picture_files.UnreadablePicture, picture_files.StillDrawing) as error:
            left = error.left if isinstance(error, picture_files.StillDrawing) else None
            return error.sentence if left is None else refusals.still_drawing_sentence(left=left)  # type: ignore[union-attr]
        if lacks:
            return " ".join(lack.sentence for lack in lacks)
    return actions.publish_entry(found.pk, version=found.version, by=user, now=now)


def _tell(request: HttpRequest, answer: object, *, done: str = "") -> None:
    if isinstance(answer, Denied):
        messages.error(request, sentence(answer))
    elif isinstance(answer, str):
        messages.error(request, answer)
    else:
        messages.success(request, done or _("Done: readers see it at once."))


def _said_of(entry: LiveEntry) -> str:
    if entry.state == EntryState.DRAFT:
        return _("The draft is saved. Readers do not see it.")
    return _("The entry is public.")


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _writable(request: HttpRequest, page_id: int) -> tuple[ArticlePage, User]:
    """The live article, if this user may write in it. Asked anew by each action, on the stored row."""
    user = _user(request)
    page = get_object_or_404(ArticlePage, pk=page_id, kind=ArticleKind.LIVE)
    if not rights.may_write(user, page):
        raise PermissionDenied
    return page, user


def _crumb() -> Crumb:
    return crumb(reverse("live_coverages"), _("Live coverage"))


def _desk_of(page: ArticlePage) -> str:
    return reverse("live_coverage", args=[page.pk])


def _back(page: ArticlePage) -> HttpResponse:
    return see_other(_desk_of(page))


def _page(
    request: HttpRequest, name: str, title: str, crumbs: list[Crumb], values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return desk_page(request, f"live/{name}.html", title, values, icon="radio-full", above=crumbs, status=status)
