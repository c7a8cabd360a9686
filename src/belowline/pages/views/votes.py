"""Voting: one form for a whole page of comments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.discussion import actions
from belowline.discussion.queries import comments, threads
from belowline.domain.commenting import CommentState, Refused
from belowline.pages import links, refusals
from belowline.pages.comments import Context, comment_view
from belowline.pages.model import FormError, FormView, HeadView, Link
from belowline.pages.personal import Personal
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow

VALUES = {"up": 1, "down": -1, "undo": 0}
NAMES = {1: "up", -1: "down", 0: ""}


def pressed(personal: Personal) -> tuple[int, int] | None:
    """Which button was pressed: (comment, value). None when none was, or its value is no id."""
    for name, value in VALUES.items():
        text = personal.field(name, limit=20)
        if text.isascii() and text.isdigit() and len(text) <= 18:
            return int(text), value
    return None


@require_http_methods(["POST"])
def vote(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Cast, change or take back a vote. Scripts are told what stands now, others are led to the comment."""
    personal = Personal(request)
    wish = pressed(personal)
    if wish is None:
        return _refused(personal, thread_id, None, Refused("vote_unknown", status=400))
    comment_id, value = wish
    if personal.reader is None:
        return _refused(personal, thread_id, comment_id, Refused("members_only", status=403))
    answer = actions.cast_vote(personal.reader.id, comment_id=comment_id, value=value, now=personal.now)
    if isinstance(answer, Refused):
        return _refused(personal, thread_id, comment_id, answer)
    if personal.wants_json:
        return personal.data({"comment": comment_id, "value": value})
    return personal.see_other(links.comment(answer.thread_id, comment_id, personal.language))


def _refused(personal: Personal, thread_id: int, comment_id: int | None, refused: Refused) -> HttpResponse:
    if personal.wants_json:
        return personal.refusal(refused)
    return confirmation(personal, thread_id, comment_id, errors=refusals.form_errors(refused), status=refused.status)


def confirmation(
    personal: Personal,
    thread_id: int,
    comment_id: int | None,
    *,
    errors: tuple[FormError, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The small page with the token: asks for one press more, or says why a vote did not count."""
    thread, row, own = _what_is_voted_on(personal, thread_id, comment_id)
    wish = pressed(personal)
    if row is None or row.state != CommentState.PUBLISHED:
        # There is nothing to show, and nothing to press: the reason alone.
        code = "comment_missing" if row is None else "comment_gone"
        return personal.message(
            _("Your vote"),
            (errors[0].text if errors else refusals.sentence(code),),
            status=status if errors else 410,
            back=Link(links.thread(thread.id, personal.language), _("To the discussion")),
        )
    context = Context(thread, personal.language, personal.now)
    shown = replace(comment_view(row, context), votes=False, reply_url="", report_url="", edited=None)
    form = FormView(
        head=HeadView(title=_("Your vote"), is_indexed=False),
        action=links.vote(thread.id, personal.language),
        token=personal.token,
        values={"vote": NAMES[wish[1]] if wish else "", "own": NAMES[own]},
        errors=errors,
        comment=shown,
        thread=Link(links.thread(thread.id, personal.language), thread.title),
        cancel_url=links.comment(thread.id, row.id, personal.language),
        links=()
        if personal.reader
        else (
            Link(
                links.account("sign-in", personal.language, next=links.comment(thread.id, row.id, personal.language)),
                _("Sign in"),
            ),
        ),
    )
    return personal.page("vote.html", form, status=status)


def _what_is_voted_on(
    personal: Personal, thread_id: int, comment_id: int | None
) -> tuple[ThreadRow, CommentRow | None, int]:
    with snapshot() as cursor:
        thread = threads.thread(cursor, thread_id)
        if thread is None:
            raise Http404
        spot = comments.spot(cursor, comment_id) if comment_id is not None else None
        is_here = spot is not None and spot.thread_id == thread_id and spot.was_published
        row = comments.comment_rows(cursor, [comment_id]).get(comment_id) if comment_id and is_here else None
        own = 0
        if row is not None and personal.reader is not None:
            own = comments.votes_of(cursor, personal.reader.id, [row.id]).get(row.id, 0)
        return thread, row, own
