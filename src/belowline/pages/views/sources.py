"""Asking the author of a comment for a source: everybody else joins or leaves with a press, the author gives a link.

One page for both, without scripts; what it says is what stands below the comment, too.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.accounts.networks import count_use_for
from belowline.discussion import actions
from belowline.discussion.queries import comments
from belowline.domain.commenting import Refused
from belowline.domain.rates import Rate
from belowline.pages import links, refusals
from belowline.pages.comments import comment_view
from belowline.pages.model import Choice, FormError, FormView, HeadView, Link
from belowline.pages.personal import Personal
from belowline.pages.views.choices import public_or_404
from belowline.pages.views.shown import context_of, thread_link, without_buttons
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow

# Whoever reads a long discussion closely asks a dozen times; a program asks everywhere.
RATE = Rate("source", most=30, window=timedelta(hours=1))
ADDRESS_CHARACTERS = 3_000  # a longer one than a link may be is refused, and shown again whole as far as this


@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, comment_id: int) -> HttpResponse:
    """GET what was asked and given; POST `act`: ask, leave, give (with `source`) or withdraw."""
    personal = Personal(request)
    thread, row = public_or_404(comment_id)
    if personal.reader is None:
        return _sign_in_first(personal, comment_id)
    if request.method != "POST":
        return personal.page("source.html", _form(personal, thread, row))
    answer = _carry_out(personal, personal.reader.id, comment_id)
    if answer is None:
        if personal.wants_json:
            _thread, row = public_or_404(comment_id)
            return personal.data({"comment": comment_id, "asks": row.source_asks, "source": row.source_url})
        return personal.see_other(links.own_comment(comment_id, personal.language, "source"))
    if personal.wants_json:
        return personal.refusal(answer)
    form = _form(personal, thread, row, errors=refusals.form_errors(answer))
    return personal.page("source.html", form, refused=answer)


def _sign_in_first(personal: Personal, comment_id: int) -> HttpResponse:
    refused = Refused("members_only", status=403)
    if personal.wants_json:
        return personal.refusal(refused)
    here = links.own_comment(comment_id, personal.language, "source")
    sign_in = Link(links.account("sign-in", personal.language, next=here), _("Sign in"))
    return personal.message(_("Ask for a source"), (refusals.sentence(refused.code),), status=403, back=sign_in)


def _carry_out(personal: Personal, reader_id: int, comment_id: int) -> Refused | None:
    act = personal.field("act", limit=20)
    if act not in {"ask", "leave", "give", "withdraw"}:
        return Refused("choice_unknown", status=400)
    url = personal.field("source", limit=ADDRESS_CHARACTERS).strip() if act == "give" else ""
    if act == "give" and not url:
        return Refused("source_address", status=422)
    limit = partial(_too_often, personal, reader_id)
    if act in {"ask", "leave"}:
        asked = actions.ask_for_source(
            reader_id, comment_id=comment_id, is_asking=act == "ask", limit=limit, now=personal.now
        )
        return asked if isinstance(asked, Refused) else None
    given = actions.give_source(reader_id, comment_id=comment_id, url=url, limit=limit, now=personal.now)
    return given if isinstance(given, Refused) else None


def _too_often(personal: Personal, reader_id: int) -> Refused | None:
    until = count_use_for(RATE, f"reader {reader_id}", now=personal.now)
    return None if until is None else Refused("asks_often", status=429, until=until)


def _form(personal: Personal, thread: ThreadRow, row: CommentRow, *, errors: tuple[FormError, ...] = ()) -> FormView:
    assert personal.reader is not None
    is_author = row.author_id == personal.reader.id
    with snapshot() as cursor:
        is_asking = comments.is_asking(cursor, personal.reader.id, row.id)
        given = comments.given_sources(cursor, row.id, at_most=2)
    typed = personal.field("source", limit=ADDRESS_CHARACTERS) if personal.request.method == "POST" else row.source_url
    return FormView(
        head=HeadView(title=_("Your source") if is_author else _("Ask for a source"), is_indexed=False),
        action=links.own_comment(row.id, personal.language, "source"),
        token=personal.token,
        values={"source": typed, "is_author": "yes" if is_author and (row.source_asks or row.source_url) else ""},
        errors=errors,
        comment=without_buttons(comment_view(row, context_of(personal, thread, row))),
        thread=thread_link(personal, thread),
        cancel_url=links.comment(thread.id, row.id, personal.language),
        choices=_author_acts(row) if is_author else (_reader_act(row, is_asking=is_asking),),
        links=(Link(links.history(thread.id, row.id, personal.language), _("Every link that was given here")),)
        if len(given) > 1
        else (),
    )


def _reader_act(row: CommentRow, *, is_asking: bool) -> Choice:
    if is_asking:
        return Choice(_("Ask no longer"), value="leave", help=_("You asked for a source. You hear when one is given."))
    text = _("Join them: I ask, too") if row.source_asks else _("Ask for a source")
    help_ = _("How do you know that? The author is told once, and can give one link. Nobody sees who asks.")
    return Choice(text, value="ask", help=help_)


def _author_acts(row: CommentRow) -> tuple[Choice, ...]:
    """What stands below the field; nothing as long as nobody asks."""
    if not row.source_asks and not row.source_url:
        return ()
    give = Choice(_("Give another link") if row.source_url else _("Give this link"), value="give")
    return (give, Choice(_("Withdraw it"), value="withdraw")) if row.source_url else (give,)
