"""The author's own view of a comment: where a write ends, and where it is changed or deleted."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from belowline.accounts import confirming
from belowline.accounts.identity import remember_guest
from belowline.discussion import actions
from belowline.discussion.actions.comment_edit import edit_rules
from belowline.discussion.actions.facts import moment
from belowline.discussion.queries import own
from belowline.domain import markup
from belowline.domain.commenting import (
    CommentState,
    EditingFacts,
    Refused,
    ThreadMode,
    decide_editing,
    edit_deadline,
)
from belowline.moderation import appeals
from belowline.pages import findings, links, refusals
from belowline.pages.comment_text import shown_text
from belowline.pages.comments import comment_view
from belowline.pages.model import CommentState as ShownState
from belowline.pages.model import CommentView, FormError, FormView, HeadView, Link, OwnCommentPage, Warned
from belowline.pages.personal import Personal
from belowline.pages.views.shown import context_of, thread_link, without_buttons
from belowline.pages.views.warned import for_scripts, warned_of
from belowline.storage.reading import snapshot


def own_or_404(personal: Personal, comment_id: int) -> own.OwnComment:
    """The reader's own comment; 404 for everybody else, so that a held text says nothing by its address."""
    if personal.reader is None:
        raise Http404
    with snapshot() as cursor:
        found = own.own_comment(cursor, comment_id, reader_id=personal.reader.id)
    if found is None:
        raise Http404
    return found


def posted(personal: Personal, answer: actions.Posted) -> HttpResponse:
    """303 to the author's own view; with another text under the same form, to the form for editing."""
    act = "edit" if answer.is_other_text else ""
    url = links.own_comment(answer.comment_id, personal.language, act)
    if personal.wants_json:
        says = {"says": _held(personal, answer)} if answer.state is CommentState.HELD else {}
        response = personal.data({"comment": answer.comment_id, "state": answer.state, "url": url} | says)
    elif answer.is_other_text and personal.reader is not None:
        # The new words are offered as a change of what was posted before, and are not lost on the way.
        form = _edit_form(personal, own_or_404(personal, answer.comment_id), personal.field("text"))
        response = personal.page("comment_form.html", form)
    else:
        response = personal.see_other(url)
    if personal.reader is None:
        remember_guest(response, answer.reader_id)
    return response


def _held(personal: Personal, answer: actions.Posted) -> str:
    """What a script says of a comment that is not public yet."""
    with snapshot() as cursor:
        found = own.own_comment(cursor, answer.comment_id, reader_id=answer.reader_id)
    if found is None:
        return _state_sentence(answer.state)
    if found.is_unconfirmed:
        return unconfirmed_sentence(answer.reader_id)
    reasons = [reason.text for reason in findings.for_author(found, language=personal.language)]
    return " ".join([_state_sentence(answer.state), *reasons])


def _facts(found: own.OwnComment) -> EditingFacts:
    return EditingFacts(
        is_author=True,
        state=CommentState(found.row.state),
        posted_at=moment(found.row.time_key),
        first_reply_at=None if found.first_reply_us is None else moment(found.first_reply_us),
        mode=ThreadMode(found.thread.mode),
    )


def own_view(personal: Personal, found: own.OwnComment) -> CommentView:
    """The comment as its author sees it: with words and state, whatever the public sees."""
    row = replace(found.row, html=found.html)
    view = comment_view(replace(row, state=CommentState.PUBLISHED), context_of(personal, found.thread, row))
    reasons = findings.for_author(found, language=personal.language)
    view = replace(view, votes=False, report_url="", reply_url="", reasons=reasons)
    if found.thread.is_hidden:
        view = replace(view, reply_to=None)  # what others said there is public no more
    if found.row.state != CommentState.PUBLISHED:
        state = ShownState.UNCONFIRMED if found.is_unconfirmed else ShownState(found.row.state)
        view = replace(view, state=state)
    return view


@require_GET
def own_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Where a write ends. Also the fragment that scripts swap into the page (`?fragment=1`)."""
    personal = Personal(request)
    found = own_or_404(personal, comment_id)
    facts = _facts(found)
    can_edit = not isinstance(decide_editing(facts, rules=edit_rules(), now=personal.now), Refused)
    is_alive = facts.state in {CommentState.PUBLISHED, CommentState.HELD}
    page = OwnCommentPage(
        head=HeadView(title=_("Your comment"), is_indexed=False),
        comment=own_view(personal, found),
        thread=Link(
            links.comment(found.thread.id, comment_id, personal.language)
            if facts.state is CommentState.PUBLISHED
            else links.thread(found.thread.id, personal.language),
            found.thread.title,
        ),
        text=_says(personal, found),
        decision_url=_decision_url(personal, facts.state, comment_id),
        guest_url=links.guest(personal.language) if found.is_unconfirmed else "",
        edit_url=links.own_comment(comment_id, personal.language, "edit") if can_edit else "",
        edit_until=edit_deadline(facts, rules=edit_rules()) if can_edit else None,
        delete_url=links.own_comment(comment_id, personal.language, "delete") if is_alive else "",
        choices_url=links.own_comment(comment_id, personal.language, "choices")
        if facts.state is CommentState.PUBLISHED
        else "",
    )
    template = "own_fragment.html" if request.GET.get("fragment") else "own_comment.html"
    return personal.page(template, page)


def _decision_url(personal: Personal, state: CommentState, comment_id: int) -> str:
    if state not in {CommentState.HELD, CommentState.REJECTED, CommentState.REMOVED}:
        return ""
    act_id = appeals.about_comment(comment_id)
    return "" if act_id is None else links.decision(act_id, personal.language)


def _says(personal: Personal, found: own.OwnComment) -> str:
    if found.is_unconfirmed and personal.reader is not None:
        return unconfirmed_sentence(personal.reader.id)
    return _state_sentence(CommentState(found.row.state))


def unconfirmed_sentence(reader_id: int) -> str:
    address = confirming.masked(confirming.address_of(reader_id))
    return _(
        "Sent to %(address)s: open the link in that mail, on any device. Until then only you can see your comment."
    ) % {"address": address}


def _state_sentence(state: CommentState) -> str:
    usual = settings.CONFIG.moderation.usual_wait if state is CommentState.HELD else ""
    said = {
        CommentState.PUBLISHED: _("Your comment is published."),
        CommentState.HELD: _("Your comment waits for a moderator. Until then only you can see it."),
        CommentState.REJECTED: _("Your comment was not published."),
        CommentState.REMOVED: _("Your comment was removed by the moderators."),
        CommentState.DELETED: _("You deleted this comment."),
    }[state]
    return " ".join([said, _("That usually takes: %(wait)s.") % {"wait": usual}]) if usual else said


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    personal = Personal(request)
    found = own_or_404(personal, comment_id)
    assert personal.reader is not None
    if request.method != "POST":
        decision = decide_editing(_facts(found), rules=edit_rules(), now=personal.now)
        errors = refusals.form_errors(decision) if isinstance(decision, Refused) else ()
        status = decision.status if isinstance(decision, Refused) else 200
        return personal.page("comment_form.html", _edit_form(personal, found, found.source, errors), status=status)
    text = personal.field("text")
    if personal.field("preview"):
        prepared = markup.prepare(text)
        if isinstance(prepared, markup.Problem):
            return _edit_again(personal, found, text, Refused(prepared.code, status=422))
        if personal.wants_json:
            return personal.data({"html": shown_text(prepared.html)})
        form = _edit_form(personal, found, text)
        shown = replace(form, preview_html=shown_text(prepared.html))
        return personal.page("comment_form.html", shown)
    is_asked = bool(personal.field("anyway", limit=5))
    answer = actions.edit_comment(
        personal.reader.id, comment_id=comment_id, markdown=text, now=personal.now, asks_again=not is_asked
    )
    if isinstance(answer, Refused):
        return _edit_again(personal, found, text, answer)
    return posted(personal, answer)


def _edit_form(
    personal: Personal,
    found: own.OwnComment,
    text: str,
    errors: tuple[FormError, ...] = (),
    *,
    warned: Warned | None = None,
) -> FormView:
    comment_id = found.row.id
    anyway = "1" if warned is not None else personal.field("anyway", limit=5)
    return FormView(
        head=HeadView(title=_("Edit your comment"), is_indexed=False),
        action=links.own_comment(comment_id, personal.language, "edit"),
        token=personal.token,
        values={"text": text, "kind": "edit", "anyway": anyway},
        errors=errors,
        warned=warned,
        thread=thread_link(personal, found.thread),
        cancel_url=links.own_comment(comment_id, personal.language),
        max_length=markup.MAX_CHARACTERS,
        names_url=links.names(found.thread.id, personal.language),
    )


def edit_again(personal: Personal, comment_id: int, refused: Refused) -> HttpResponse:
    """The form for editing with the reason, and every word that was sent. 404 for a comment of somebody else."""
    return _edit_again(personal, own_or_404(personal, comment_id), personal.field("text"), refused)


def _edit_again(personal: Personal, found: own.OwnComment, text: str, refused: Refused) -> HttpResponse:
    warned = warned_of(personal, refused, button=_("Save it anyway: a moderator reads it first"))
    if personal.wants_json:
        return personal.refusal(refused) if warned is None else for_scripts(personal, refused, warned)
    errors = () if warned is not None else refusals.form_errors(refused)
    form = _edit_form(personal, found, text, errors, warned=warned)
    return personal.page("comment_form.html", form, refused=refused)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, comment_id: int) -> HttpResponse:
    personal = Personal(request)
    found = own_or_404(personal, comment_id)
    assert personal.reader is not None
    form = FormView(
        head=HeadView(title=_("Delete your comment?"), is_indexed=False),
        action=links.own_comment(comment_id, personal.language, "delete"),
        token=personal.token,
        comment=without_buttons(own_view(personal, found)),
        thread=thread_link(personal, found.thread),
        cancel_url=links.own_comment(comment_id, personal.language),
    )
    if request.method != "POST":
        return personal.page("delete.html", form)
    answer = actions.delete_comment(personal.reader.id, comment_id=comment_id, now=personal.now)
    if isinstance(answer, Refused):
        if personal.wants_json:
            return personal.refusal(answer)
        return personal.page("delete.html", replace(form, errors=refusals.form_errors(answer)), refused=answer)
    if personal.wants_json:
        return personal.data({"comment": comment_id, "state": answer})
    return personal.see_other(links.own_comment(comment_id, personal.language))
