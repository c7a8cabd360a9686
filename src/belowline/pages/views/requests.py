"""Joining what readers ask for at a passage, and leaving it again."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.accounts.networks import count_use
from belowline.discussion.queries import threads
from belowline.domain.commenting import Refused, ThreadMode
from belowline.domain.feedback import WAITING, Kind, State
from belowline.domain.rates import Rate
from belowline.feedback import queries
from belowline.feedback.actions import asking
from belowline.pages import feedback, links, refusals
from belowline.pages.comments import passage_view, subject_url
from belowline.pages.model import Choice, FormError, FormView, HeadView, Link
from belowline.pages.passages import address_in
from belowline.pages.personal import Personal
from belowline.pages.views.shown import thread_link
from belowline.passages.queries import outer_block, passages
from belowline.passages.queries import revision as text_of
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.discussion.queries.threads import ThreadRow
    from belowline.feedback.queries import RequestRow
    from belowline.passages.queries import PassageRow

# Asking without a word costs nothing; nobody who reads one article asks more often.
RATE = Rate("ask", most=30, window=timedelta(hours=1))


def request_url(row: RequestRow, passage: PassageRow | None, language: str) -> str:
    """Where it stands among what is said at its passage."""
    block = outer_block(passage.block) if passage is not None else ""
    return f"{links.inline(row.thread_id, language, block)}#r-{row.id}"


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, request_id: int) -> HttpResponse:
    """GET the question; POST `act`: join, or leave what was asked without words."""
    personal = Personal(request)
    row, thread, passage = _found(request_id)
    if request.method != "POST":
        return personal.page("request.html", _form(personal, row, thread, passage))
    answer = _carry_out(personal, request_id)
    if isinstance(answer, Refused):
        if personal.wants_json:
            return personal.refusal(answer)
        form = _form(personal, row, thread, passage, errors=refusals.form_errors(answer))
        return personal.page("request.html", form, refused=answer)
    # This page is never stale; that of the passage may be, for a moment. Nobody may be left who asks.
    url = links.request(request_id, personal.language)
    if personal.field("act", limit=20) == "leave":
        url = request_url(row, passage, personal.language)
    return personal.data({"url": url}) if personal.wants_json else personal.see_other(url)


def join_again(personal: Personal, request_id: int, refused: Refused) -> HttpResponse:
    """The page with a fresh token, and the reason."""
    form = _form(personal, *_found(request_id), errors=refusals.form_errors(refused))
    return personal.page("request.html", form, refused=refused)


def _found(request_id: int) -> tuple[RequestRow, ThreadRow, PassageRow | None]:
    """404 for what is not public: a request whose only words were removed is gone."""
    with snapshot() as cursor:
        row = queries.request(cursor, request_id)
        thread = threads.thread(cursor, row.thread_id) if row is not None else None
        if row is None or thread is None or text_of(cursor, thread.subject_key) is None:
            raise Http404
        return row, thread, passages(cursor, [row.passage_id]).get(row.passage_id)


def _carry_out(personal: Personal, request_id: int) -> object:
    act = personal.field("act", limit=20)
    if act not in {"join", "leave"}:
        return Refused("choice_unknown", status=400)
    if personal.reader is None:
        return Refused("asking_unknown", status=403)
    if act == "leave":
        return asking.leave(personal.reader.id, request_id, now=personal.now)
    return asking.join(personal.reader.id, request_id, limit=partial(too_often, personal), now=personal.now)


def too_often(personal: Personal) -> Refused | None:
    """Count one more request without words, or say from when on there may be one."""
    until = count_use(RATE, personal.client_address, now=personal.now)
    return None if until is None else Refused("asking_often", status=429, until=until)


def _form(
    personal: Personal,
    row: RequestRow,
    thread: ThreadRow,
    passage: PassageRow | None,
    *,
    errors: tuple[FormError, ...] = (),
) -> FormView:
    kind, state = Kind(row.kind), State(row.state)
    is_open = state in WAITING and thread.mode != ThreadMode.CLOSED
    asks = asking.asks(personal.reader.id, row.id) if personal.reader is not None else None
    is_known = personal.reader is not None and personal.reader.is_confirmed
    choices: tuple[Choice, ...] = ()
    if is_open and asks is None and is_known:
        choices = (Choice(_("I ask for this, too"), value="join"),)
    elif is_open and asks is asking.Asks.WITHOUT_WORDS:
        choices = (Choice(_("I do not ask for this any more"), value="leave"),)
    back = request_url(row, passage, personal.language)
    return FormView(
        head=HeadView(title=feedback.kind_name(kind), is_indexed=False),
        action=links.request(row.id, personal.language),
        token=personal.token,
        errors=errors,
        thread=thread_link(personal, thread),
        choices=choices,
        cancel_url=back,
        notice=f"{feedback.says(kind, row.askers)} · {feedback.state_name(state)}",
        passage=passage_view(passage, subject_url(thread)) if passage is not None else None,
        values={"asks": "" if asks is None else asks.value, "is_known": "yes" if is_known else ""},
        links=(Link(_words_url(row, thread, passage, personal.language), _("Ask in words of your own")),)
        if is_open and asks is None and passage is not None and passage.block
        else (),
        next_url="",
    )


def _words_url(row: RequestRow, thread: ThreadRow, passage: PassageRow | None, language: str) -> str:
    """The form for a comment on the passage, with the kind chosen."""
    assert passage is not None
    with snapshot() as cursor:
        text = text_of(cursor, thread.subject_key)
    assert text is not None
    return links.post_form(thread.id, language, passage=address_in(passage, text), asks=row.kind)
