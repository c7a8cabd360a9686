"""What a reader may decide about somebody's comment: ignore its author, mute the branch; about one's own: take no more
replies. One page with a button each; scripts post the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.discussion import actions
from belowline.discussion.queries import choices, comments, threads
from belowline.domain.commenting import CommentState, Refused
from belowline.notifications import matrix
from belowline.pages import links, refusals
from belowline.pages.comments import comment_view, profile_link, shown_name
from belowline.pages.model import Choice, FormError, FormView, HeadView, Link
from belowline.pages.personal import Personal
from belowline.pages.views.shown import context_of, thread_link, without_buttons
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, comment_id: int) -> HttpResponse:
    """GET what can be chosen; POST `act`."""
    personal = Personal(request)
    thread, row = public_or_404(comment_id)
    if personal.reader is None:
        refused = Refused("members_only", status=403)
        if personal.wants_json:
            return personal.refusal(refused)
        return personal.message(
            _("Your choices"), (refusals.sentence(refused.code),), status=403, back=_sign_in(personal, comment_id)
        )
    if request.method != "POST":
        return personal.page("choices.html", _form(personal, thread, row))
    answer = _carry_out(personal, personal.reader.id, comment_id, author_id=row.author_id)
    if personal.wants_json:
        return personal.refusal(answer) if answer else personal.data({"comment": comment_id})
    if answer is not None:
        form = _form(personal, thread, row, errors=refusals.form_errors(answer))
        return personal.page("choices.html", form, refused=answer)
    return personal.see_other(links.own_comment(comment_id, personal.language, "choices"))


def public_or_404(comment_id: int) -> tuple[ThreadRow, CommentRow]:
    with snapshot() as cursor:
        spot = comments.spot(cursor, comment_id)
        thread = threads.thread(cursor, spot.thread_id) if spot is not None else None
        if spot is None or thread is None or spot.state != CommentState.PUBLISHED:
            raise Http404
        return thread, comments.comment_rows(cursor, [comment_id])[comment_id]


def _sign_in(personal: Personal, comment_id: int) -> Link:
    here = links.own_comment(comment_id, personal.language, "choices")
    return Link(links.account("sign-in", personal.language, next=here), _("Sign in"))


def _carry_out(personal: Personal, reader_id: int, comment_id: int, *, author_id: int) -> Refused | None:
    act, now = personal.field("act", limit=20), personal.now
    if act in {"ignore", "unignore"}:
        refused = actions.ignore_author(reader_id, comment_id=comment_id, is_ignored=act == "ignore", now=now)
        if refused is None and act == "ignore":
            matrix.silence(reader_id, author_id=author_id)
        return refused
    if act in {"mute", "unmute"}:
        return actions.mute_branch(reader_id, comment_id=comment_id, is_muted=act == "mute", now=now)
    if act in {"stop", "allow"}:
        return actions.stop_replies(reader_id, comment_id=comment_id, is_stopped=act == "stop")
    return Refused("choice_unknown", status=400)


def _form(personal: Personal, thread: ThreadRow, row: CommentRow, *, errors: tuple[FormError, ...] = ()) -> FormView:
    assert personal.reader is not None
    me = personal.reader.id
    with snapshot() as cursor:
        is_ignored = choices.is_ignored(cursor, me, author_id=row.author_id)
        is_muted = choices.is_muted(cursor, me, comment_id=row.id)
    name = shown_name(row.name, row.kind)
    mute = _one(
        is_muted,
        Choice(_("Mute this branch"), value="mute", help=_("No notices of what is said below this comment.")),
        Choice(_("Hear of this branch again"), value="unmute", help=_("You muted it.")),
    )
    if row.author_id == me:
        first = _one(
            row.is_branch_closed,
            Choice(
                _("Take no more replies"), value="stop", help=_("The answers that are there stay. Everybody sees this.")
            ),
            Choice(_("Take replies again"), value="allow", help=_("Nobody can answer this comment now.")),
        )
    else:
        first = _one(
            is_ignored,
            Choice(
                _("Ignore %(name)s") % {"name": name},
                value="ignore",
                help=_("Their comments are folded for you, and no notice comes of them. They are not told."),
            ),
            Choice(
                _("No longer ignore %(name)s") % {"name": name}, value="unignore", help=_("You ignore this reader.")
            ),
        )
    author = profile_link(row, personal.language)
    return FormView(
        head=HeadView(title=_("Your choices"), is_indexed=False),
        action=links.own_comment(row.id, personal.language, "choices"),
        token=personal.token,
        errors=errors,
        comment=without_buttons(comment_view(row, context_of(personal, thread, row))),
        thread=thread_link(personal, thread),
        cancel_url=links.comment(thread.id, row.id, personal.language),
        choices=(first, mute),
        links=() if author is None else (author,),
    )


def _one(is_chosen: bool, choose: Choice, undo: Choice) -> Choice:
    return undo if is_chosen else choose
