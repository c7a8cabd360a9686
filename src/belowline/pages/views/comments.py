"""Writing below the line: the small uncached forms, their answers, and the author's own view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from markupsafe import Markup

from belowline.accounts.actions import NewGuest
from belowline.accounts.identity import remember_guest
from belowline.accounts.queries import name_refusal
from belowline.discussion import actions
from belowline.discussion.actions.comment_edit import edit_rules
from belowline.discussion.actions.facts import moment
from belowline.discussion.queries import comments, own, threads
from belowline.domain import markup
from belowline.domain.commenting import (
    CommentState,
    EditingFacts,
    ParentFacts,
    PostingFacts,
    ReaderKind,
    Refused,
    ThreadMode,
    decide_editing,
    decide_posting,
    edit_deadline,
)
from belowline.pages import links, refusals
from belowline.pages.comments import Context, comment_view
from belowline.pages.model import CommentState as ShownState
from belowline.pages.model import FormError, FormView, HeadView, Link, OwnCommentPage
from belowline.pages.personal import Personal, new_form_key
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow
    from belowline.pages.model import CommentView

HONEYPOT = "website"


def _thread_and_comment(thread_id: int, comment_id: int | None) -> tuple[ThreadRow, CommentRow | None]:
    """404 for a thread that does not exist. The comment is None when it is missing or another thread's."""
    with snapshot() as cursor:
        thread = threads.thread(cursor, thread_id)
        if thread is None:
            raise Http404
        if comment_id is None:
            return thread, None
        spot = comments.spot(cursor, comment_id)
        if spot is None or spot.thread_id != thread_id:
            return thread, None
        return thread, comments.comment_rows(cursor, [comment_id])[comment_id]


def _bare(view: CommentView) -> CommentView:
    """A comment shown inside a form: its words, without anything to press."""
    return replace(view, votes=False, reply_url="", report_url="", replies=None, edited=None)


def _context(personal: Personal, thread: ThreadRow) -> Context:
    return Context(thread, personal.language, personal.now)


def _thread_link(personal: Personal, thread: ThreadRow) -> Link:
    return Link(links.thread(thread.id, personal.language), thread.title)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, thread_id: int, parent_id: int | None = None) -> HttpResponse:
    """GET the form for a comment or a reply; POST it."""
    personal = Personal(request)
    thread, parent = _thread_and_comment(thread_id, parent_id)
    if request.method != "POST":
        if parent is None and parent_id is not None:
            raise Http404
        return _empty_form(personal, thread, parent)
    if personal.field("preview"):
        return _preview(personal, thread, parent)
    submitter = _submitter(personal)
    if isinstance(submitter, Refused):
        return _again(personal, thread, parent, submitter)
    answer = actions.post_comment(
        actions.Submission(
            reader=submitter,
            thread_id=thread_id,
            parent_id=parent_id,
            form_key=personal.field("key", limit=100),
            is_honeypot_filled=bool(personal.field(HONEYPOT)),
        ),
        markdown=personal.field("text"),
        now=personal.now,
    )
    if isinstance(answer, Refused):
        return _again(personal, thread, parent, answer)
    return _posted(personal, answer)


def _empty_form(personal: Personal, thread: ThreadRow, parent: CommentRow | None) -> HttpResponse:
    """The form to begin with; where nobody can write, or not below this comment, the reason instead."""
    state = CommentState.PUBLISHED if parent is None else CommentState(parent.state)
    if state is CommentState.PUBLISHED and thread.mode != ThreadMode.CLOSED:
        return personal.page("comment_form.html", _write_form(personal, thread, parent))
    if parent is not None and not parent.published_event:
        raise Http404  # it never was public: its address says nothing
    refused = decide_posting(
        PostingFacts(
            thread_id=thread.id,
            mode=ThreadMode(thread.mode),
            reader_kind=ReaderKind.MEMBER,
            are_guests_accepted=True,
            parent=None if parent is None else ParentFacts(parent.id, thread.id, state),
        )
    )
    assert isinstance(refused, Refused)
    words = (refusals.sentence(refused.code),)
    return personal.message(
        _("Nothing to answer here"), words, status=refused.status, back=_thread_link(personal, thread)
    )


def _submitter(personal: Personal) -> int | NewGuest | Refused:
    """The reader who writes; for a first-time guest the name and address of the form, checked."""
    if personal.reader is not None:
        return personal.reader.id
    if settings.CONFIG.discussion.guests == "off":
        return Refused("members_only", status=403)
    name, email = personal.field("name", limit=200), personal.field("email", limit=500).strip()
    problem = name_refusal(name)
    if problem is not None:
        return problem
    return refusals.email_refusal(email) or NewGuest(name, email)


def _write_form(
    personal: Personal,
    thread: ThreadRow,
    parent: CommentRow | None,
    *,
    errors: tuple[FormError, ...] = (),
    preview_html: str | None = None,
) -> FormView:
    kind = "post" if parent is None else "reply"
    values = {name: personal.field(name) for name in ("text", "name", "email")} | {"kind": kind}
    context = _context(personal, thread)
    action = (
        links.post_form(thread.id, personal.language)
        if parent is None
        else links.reply_form(thread.id, parent.id, personal.language)
    )
    return FormView(
        head=HeadView(title=_("Reply") if parent else _("Write a comment"), is_indexed=False),
        action=action,
        token=personal.token,
        key=personal.field("key", limit=100) or new_form_key(),
        values=values,
        errors=errors,
        comment=None if parent is None else _bare(comment_view(parent, context)),
        thread=_thread_link(personal, thread),
        is_guest=personal.is_guest,
        cancel_url=links.thread(thread.id, personal.language)
        if parent is None
        else links.comment(thread.id, parent.id, personal.language),
        preview_html=None if preview_html is None else Markup(preview_html),  # noqa: S704 - from the renderer
        max_length=markup.MAX_CHARACTERS,
        notice=_("You write as %(name)s.") % {"name": personal.reader.name} if personal.reader else "",
    )


def _preview(personal: Personal, thread: ThreadRow, parent: CommentRow | None) -> HttpResponse:
    text = markup.prepare(personal.field("text"))
    if isinstance(text, markup.Problem):
        return _again(personal, thread, parent, Refused(text.code, status=422))
    if personal.wants_json:
        return personal.data({"html": text.html})
    return personal.page("comment_form.html", _write_form(personal, thread, parent, preview_html=text.html))


def _again(personal: Personal, thread: ThreadRow, parent: CommentRow | None, refused: Refused) -> HttpResponse:
    """The form again with the reason, and every word kept. What cannot be answered any more is not shown again."""
    if personal.wants_json:
        return personal.refusal(refused)
    if parent is not None and parent.state != CommentState.PUBLISHED:
        parent = None
    form = _write_form(personal, thread, parent, errors=refusals.form_errors(refused))
    return personal.page("comment_form.html", form, status=refused.status)


def _posted(personal: Personal, answer: actions.Posted) -> HttpResponse:
    """303 to the author's own view; with another text under the same form, to the form for editing."""
    act = "edit" if answer.is_other_text else ""
    url = links.own_comment(answer.comment_id, personal.language, act)
    if personal.wants_json:
        response = personal.data({"comment": answer.comment_id, "state": answer.state, "url": url})
    elif answer.is_other_text and personal.reader is not None:
        # The new words are offered as a change of what was posted before, and are not lost on the way.
        form = _edit_form(personal, _own(personal, answer.comment_id), personal.field("text"))
        response = personal.page("comment_form.html", form)
    else:
        response = personal.see_other(url)
    if personal.reader is None:
        remember_guest(response, answer.reader_id)
    return response


def _own(personal: Personal, comment_id: int) -> own.OwnComment:
    """The reader's own comment; 404 for everybody else, so that a held text says nothing by its address."""
    if personal.reader is None:
        raise Http404
    with snapshot() as cursor:
        found = own.own_comment(cursor, comment_id, reader_id=personal.reader.id)
    if found is None:
        raise Http404
    return found


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
    view = comment_view(replace(row, state=CommentState.PUBLISHED), _context(personal, found.thread))
    view = replace(view, votes=False, report_url="", reply_url="")
    if found.row.state != CommentState.PUBLISHED:
        view = replace(view, state=ShownState(found.row.state))
    return view


@require_GET
def own_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Where a write ends. Also the fragment that scripts swap into the page (`?fragment=1`)."""
    personal = Personal(request)
    found = _own(personal, comment_id)
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
        text=_state_sentence(facts.state),
        edit_url=links.own_comment(comment_id, personal.language, "edit") if can_edit else "",
        edit_until=edit_deadline(facts, rules=edit_rules()) if can_edit else None,
        delete_url=links.own_comment(comment_id, personal.language, "delete") if is_alive else "",
    )
    template = "own_fragment.html" if request.GET.get("fragment") else "own_comment.html"
    return personal.page(template, page)


def _state_sentence(state: CommentState) -> str:
    return {
        CommentState.PUBLISHED: _("Your comment is published."),
        CommentState.HELD: _("Your comment waits for a moderator. Until then only you can see it."),
        CommentState.REJECTED: _("Your comment was not published."),
        CommentState.REMOVED: _("Your comment was removed by the moderators."),
        CommentState.DELETED: _("You deleted this comment."),
    }[state]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    personal = Personal(request)
    found = _own(personal, comment_id)
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
            return personal.data({"html": prepared.html})
        form = _edit_form(personal, found, text)
        shown = replace(form, preview_html=Markup(prepared.html))  # noqa: S704 - from the renderer
        return personal.page("comment_form.html", shown)
    answer = actions.edit_comment(personal.reader.id, comment_id=comment_id, markdown=text, now=personal.now)
    if isinstance(answer, Refused):
        return _edit_again(personal, found, text, answer)
    return _posted(personal, answer)


def _edit_form(personal: Personal, found: own.OwnComment, text: str, errors: tuple[FormError, ...] = ()) -> FormView:
    comment_id = found.row.id
    return FormView(
        head=HeadView(title=_("Edit your comment"), is_indexed=False),
        action=links.own_comment(comment_id, personal.language, "edit"),
        token=personal.token,
        values={"text": text, "kind": "edit"},
        errors=errors,
        thread=_thread_link(personal, found.thread),
        cancel_url=links.own_comment(comment_id, personal.language),
        max_length=markup.MAX_CHARACTERS,
    )


def _edit_again(personal: Personal, found: own.OwnComment, text: str, refused: Refused) -> HttpResponse:
    if personal.wants_json:
        return personal.refusal(refused)
    form = _edit_form(personal, found, text, refusals.form_errors(refused))
    return personal.page("comment_form.html", form, status=refused.status)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, comment_id: int) -> HttpResponse:
    personal = Personal(request)
    found = _own(personal, comment_id)
    assert personal.reader is not None
    form = FormView(
        head=HeadView(title=_("Delete your comment?"), is_indexed=False),
        action=links.own_comment(comment_id, personal.language, "delete"),
        token=personal.token,
        comment=_bare(own_view(personal, found)),
        thread=_thread_link(personal, found.thread),
        cancel_url=links.own_comment(comment_id, personal.language),
    )
    if request.method != "POST":
        return personal.page("delete.html", form)
    answer = actions.delete_comment(personal.reader.id, comment_id=comment_id, now=personal.now)
    if isinstance(answer, Refused):
        if personal.wants_json:
            return personal.refusal(answer)
        return personal.page("delete.html", replace(form, errors=refusals.form_errors(answer)), status=answer.status)
    if personal.wants_json:
        return personal.data({"comment": comment_id, "state": answer})
    return personal.see_other(links.own_comment(comment_id, personal.language))
