"""What readers ask at passages: the list that says what waits, and the page of one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from belowline.discussion.models import Revision
from belowline.domain.feedback import FOLLOWS, WAITING, Act, Kind, State, is_amber
from belowline.feedback import rights
from belowline.feedback.actions import answering
from belowline.feedback.denials import sentence
from belowline.feedback.desk.frame import ON_A_PAGE, answering_user, home, number, page, public_url
from belowline.feedback.forms import AnswerForm, DeclineForm, DuplicateForm
from belowline.feedback.models import Asker, Decision, Request
from belowline.feedback.waiting import public_requests, waiting
from belowline.newsroom.denials import Denied
from belowline.newsroom.desk.frame import see_other

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from belowline.accounts.models import User

# What the history of one request shows; more acts on one are a quarrel.
DECISIONS_MAX = 100
WORDS_MAX = 50
# In the list: those that wait, as one choice beside the states.
WAITS = "waiting"


def kind_label(kind: str) -> str:
    return {
        Kind.SOURCE: _("Source wanted"),
        Kind.DISPUTE: _("Disputed"),
        Kind.PLACE: _("Wrong place or time"),
        Kind.WORDING: _("Unclear wording"),
        Kind.TRANSLATION: _("Translation"),
    }[Kind(kind)]


def state_label(state: str) -> str:
    return {
        State.OPEN: pgettext("state of a request", "Open"),
        State.ACKNOWLEDGED: pgettext("state of a request", "Acknowledged"),
        State.ANSWERED: pgettext("state of a request", "Answered"),
        State.DECLINED: pgettext("state of a request", "Declined"),
        State.DUPLICATE: pgettext("state of a request", "Duplicate"),
    }[State(state)]


@require_http_methods(["GET", "HEAD"])
def requests(request: HttpRequest) -> HttpResponse:
    """Across all articles that this user answers for. What waits stands the oldest first, the rest the newest."""
    user = answering_user(request)
    now = timezone.now()
    state = request.GET.get("state", "")
    state = state if state in set(State) or state == "all" else WAITS
    kind = request.GET.get("kind", "")
    article = number(request.GET.get("article", ""))
    rows = public_requests(user).select_related("article", "passage", "duplicate_of")
    if state == WAITS:
        rows = rows.filter(state__in=WAITING)
    elif state != "all":
        rows = rows.filter(state=state)
    if kind in set(Kind):
        rows = rows.filter(kind=kind)
    if article:
        rows = rows.filter(article_id=article)
    rows = rows.order_by("opened_at", "pk") if state in {WAITS, State.OPEN} else rows.order_by("-opened_at", "-pk")
    shown = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("p"))
    found = waiting(user, now=now)
    values = {
        "requests": [_line(one, now=now) for one in shown],
        "pages": shown,
        "state": state,
        "states": [
            (WAITS, _("Waiting (%(n)s)") % {"n": found.all}),
            *((one.value, state_label(one)) for one in State),
            ("all", pgettext("states", "All")),
        ],
        "kind": kind,
        "kinds": [("", pgettext("kinds of requests", "All")), *((one.value, kind_label(one)) for one in Kind)],
        "article": article,
        "articles": _articles(user),
        "late": found.late,
        "late_says": ngettext(
            "%(n)s request has waited for more than 48 hours without a word of the newsroom.",
            "%(n)s requests have waited for more than 48 hours without a word of the newsroom.",
            found.late,
        )
        % {"n": found.late},
        "offers_says": _("Sources offered by readers (%(n)s unread)") % {"n": found.offers},
    }
    return page(request, "requests", _("Readers ask"), [], values)


def _articles(user: User) -> list[tuple[int, str]]:
    """Of which readers ask something: the newest requests first."""
    rows = public_requests(user).order_by("-pk").values_list("article_id", "article__title")[:500]
    return list(dict(rows).items())


def _line(one: Request, *, now: datetime) -> dict[str, Any]:
    assert one.opened_at is not None
    passage = one.passage
    words = passage.wording or passage.exact
    hours = int((now - one.opened_at).total_seconds() // 3600)
    return {
        "one": one,
        "kind": kind_label(one.kind),
        "state": state_label(one.state),
        "is_waiting": State(one.state) in WAITING,
        "is_late": is_amber(State(one.state), opened_at=one.opened_at, now=now),
        "late_says": ngettext("Waits for %(n)s hour", "Waits for %(n)s hours", hours) % {"n": hours},
        "askers": ngettext("%(n)s reader", "%(n)s readers", one.asker_count) % {"n": one.asker_count},
        "words": "" if passage.is_withheld else words[:280],
        "is_figure": passage.is_figure,
        "is_gone": passage.state == "orphaned",
        "public_url": public_url(one.article, passage),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, request_id: int) -> HttpResponse:
    """One request with the words of whoever asks, its history, and what can be done."""
    user = answering_user(request)
    found = get_object_or_404(
        Request.objects.select_related("article", "passage", "duplicate_of").filter(opened_at__isnull=False),
        pk=request_id,
    )
    if not rights.may_answer(user, found.article):
        raise PermissionDenied
    act = request.POST.get("act", "") if request.method == "POST" else ""
    data = request.POST if request.method == "POST" else None
    answer = AnswerForm(data if act == Act.ANSWER else None, initial={"text": found.answer_source})
    decline = DeclineForm(data if act == Act.DECLINE else None)
    duplicate = DuplicateForm(data if act == Act.DUPLICATE else None)
    denied = ""
    if request.method == "POST":
        done = _act(request, found, act, user, {Act.ANSWER: answer, Act.DECLINE: decline, Act.DUPLICATE: duplicate})
        if isinstance(done, HttpResponse):
            return done
        denied = done
        found.refresh_from_db()
    may = FOLLOWS[State(found.state)]
    words = (
        Asker.objects.filter(request=found, comment__state="published")
        .select_related("comment", "reader")
        .order_by("pk")[:WORDS_MAX]
    )
    values = {
        **_line(found, now=timezone.now()),
        "answer": answer if Act.ANSWER in may else None,
        "decline": decline if Act.DECLINE in may else None,
        "duplicate": duplicate if Act.DUPLICATE in may else None,
        "may_acknowledge": Act.ACKNOWLEDGE in may,
        "may_reopen": Act.REOPEN in may,
        "denied": denied,
        "asked": [(one, _comment_url(found, one.comment_id), _words_of(one)) for one in words],
        "history": [
            (one, state_label(one.before), state_label(one.after))
            for one in Decision.objects.filter(request=found).select_related("by").order_by("pk")[:DECISIONS_MAX]
        ],
        "is_answered": found.state == State.ANSWERED,
        "repeats": Request.objects.filter(duplicate_of=found).order_by("pk")[:ON_A_PAGE],
    }
    title = _("Request %(n)s") % {"n": found.pk}
    return page(request, "request", title, [home()], values, status=422 if denied else 200)


def _words_of(asker: Asker) -> str:
    assert asker.comment is not None
    rows = Revision.objects.filter(comment=asker.comment, number=asker.comment.revision)
    return rows.values_list("excerpt", flat=True).first() or ""


def _comment_url(found: Request, comment_id: int | None) -> str:
    return f"/d/{found.thread_id}/c/{comment_id}"


def _act(request: HttpRequest, found: Request, act: str, user: User, forms: dict[Act, Any]) -> HttpResponse | str:
    """303 to the list when it is done; else why it is not."""
    if act not in set(Act):
        raise PermissionDenied
    wanted = Act(act)
    form = forms.get(wanted)
    if form is not None and not form.is_valid():
        return _("Look at what stands beside the field.")
    sent = form.cleaned_data if form is not None else {}
    answer = answering.act_on(
        found.pk,
        wanted,
        by=user,
        seen_version=number(request.POST.get("version", "")),
        text=sent.get("text") or sent.get("reason") or "",
        target_id=sent.get("target") or 0,
        now=timezone.now(),
    )
    if isinstance(answer, Denied):
        if form is not None and answer.code not in {"request_changed", "may_not_answer"}:
            form.add_error(next(iter(form.fields)), sentence(answer.code))
        return sentence(answer.code)
    messages.success(request, _("The request is now: %(state)s.") % {"state": state_label(answer.state)})
    return see_other(
        reverse("feedback_request", args=[found.pk]) if wanted is Act.ACKNOWLEDGE else reverse("feedback_requests")
    )
