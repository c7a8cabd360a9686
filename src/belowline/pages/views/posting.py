"""Writing below the line: the form for a comment or a reply, its preview, and its answers."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.accounts import confirming
from belowline.accounts.actions import NewGuest
from belowline.accounts.models import User
from belowline.accounts.networks import count_use, known_as
from belowline.accounts.queries import name_refusal
from belowline.discussion import actions
from belowline.discussion.queries import comments, threads
from belowline.domain import markup, screening
from belowline.domain.anchoring import State
from belowline.domain.anchoring.choosing import CHARACTERS_MAX
from belowline.domain.commenting import (
    CommentState,
    ParentFacts,
    PostingFacts,
    ReaderKind,
    Refused,
    ThreadMode,
    decide_posting,
)
from belowline.domain.feedback import Kind
from belowline.domain.notifying import About, Often
from belowline.domain.rates import Rate
from belowline.feedback import rights
from belowline.feedback.actions import asking
from belowline.mail.message import ascii_address
from belowline.newsroom.models import ArticlePage
from belowline.notifications import matrix
from belowline.notifications.matrix import Line
from belowline.pages import form_keys, honeypot, links, refusals
from belowline.pages.comment_text import shown_text
from belowline.pages.comments import comment_view, shortened
from belowline.pages.feedback import kind_name
from belowline.pages.model import Choice, FormError, FormView, HeadView, Link, PassageView, Warned
from belowline.pages.personal import Personal
from belowline.pages.views import requests
from belowline.pages.views.own import posted
from belowline.pages.views.shown import context_of, thread_link, without_buttons
from belowline.pages.views.warned import for_scripts, warned_of
from belowline.passages.actions.choosing import Wanted, wanted_passage
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow

# Of what the form says about a passage; more is no address of one, and no passage.
ADDRESS_CHARACTERS = 80
QUOTE_CHARACTERS = 2 * CHARACTERS_MAX
# mail-and-spam.md, "Network key and limits".
NETWORK_READERS = 20
DRAFTS, DRAFTS_MOST = "drafts", 3


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


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, thread_id: int, parent_id: int | None = None) -> HttpResponse:
    """GET the form for a comment or a reply; POST it."""
    personal = Personal(request)
    thread, parent = _thread_and_comment(thread_id, parent_id)
    if request.method != "POST":
        if parent is None and parent_id is not None:
            raise Http404
        return _empty_form(personal, thread, parent)
    if personal.field("sign_in"):
        return _sign_in_first(personal)
    if personal.field("preview"):
        return _preview(personal, thread, parent)
    submitter = _submitter(personal)
    if isinstance(submitter, Refused):
        return _again(personal, thread, parent, submitter)
    passage = _passage(personal, thread) if parent_id is None else None
    if isinstance(passage, Refused):
        return _again(personal, thread, parent, passage)
    kind = _kind(personal) if passage is not None else None
    if kind is not None and passage is not None and not personal.field("text").strip():
        return _ask_without_words(personal, thread, passage, kind)
    now, reader_id = personal.now, submitter if isinstance(submitter, int) else None
    is_spent = form_keys.is_spent(personal.sent_key, now=now)
    answer = actions.post_comment(
        actions.Submission(
            reader=submitter,
            thread_id=thread_id,
            parent_id=parent_id,
            form_key=_form_key(personal),
            sending=screening.Sending(
                is_honeypot_filled=honeypot.is_filled(personal),
                seconds=form_keys.seconds_since(personal.sent_key, now=now),
            ),
            asks_again=not personal.field("anyway", limit=5),
            network=known_as(personal.client_address, now=now),
            is_network_busy=partial(_is_network_busy, personal),
            can_be_asked=partial(_can_be_asked, personal, submitter),
            language=personal.language,
            passage=passage,
            objection=partial(_objection, partial(asking.may_ask, reader_id, passage, kind), is_spent=is_spent),
            beside=asking.with_words(kind, now=now) if kind is not None else None,
        ),
        markdown=personal.field("text"),
        now=now,
    )
    if isinstance(answer, Refused):
        return _again(personal, thread, parent, answer)
    if personal.is_guest and personal.field("notify", limit=5) and answer.reader_id:
        wanted = [Line(About.REPLIES, 0, Often.NOW, on_site=True)]
        matrix.follow(answer.reader_id, wanted, language=personal.language, now=personal.now)
    _drafts(personal).pop(request.path, None)
    return posted(personal, answer)


def _is_network_busy(personal: Personal) -> bool:
    """Twenty times what one newcomer may write comes from there: a network is shared by many."""
    most = NETWORK_READERS * settings.CONFIG.moderation.new_comments
    rate = Rate("posts", most, timedelta(minutes=10))
    return count_use(rate, personal.client_address, now=personal.now) is not None


def _objection(may_ask: Callable[[], Refused | None], *, is_spent: bool) -> Refused | None:
    """Asked once it is known that the form was not sent before: then its answer stands, however old it is."""
    return Refused("form_old", status=409) if is_spent else may_ask()


def _form_key(personal: Personal) -> str:
    """The form's random field with whatever else makes two presses different, besides the text: at which passage, asking
    for what, and under which name, where a guest gives one."""
    key = personal.sent_key
    said = [personal.field(name, limit=300) for name in ("without", "name", "email")]
    asks = personal.field("asks", limit=20) or personal.request.GET.get("asks", "")
    return json.dumps([key, _address(personal), asks, *said]) if key else ""


def _kind(personal: Personal) -> Kind | None:
    """What the form asks for at the passage; None for a comment."""
    chosen = personal.field("asks", limit=20) or personal.request.GET.get("asks", "")
    return Kind(chosen) if chosen in set(Kind) else None


def _ask_without_words(personal: Personal, thread: ThreadRow, passage: Wanted, kind: Kind) -> HttpResponse:
    """Where words would be a comment, there is none: whoever asks has to be known, and a network asks so often."""
    if personal.reader is None:
        return _again(personal, thread, None, Refused("asking_unknown", status=403))
    if honeypot.is_filled(personal):
        return _again(personal, thread, None, Refused("errors_filled", status=422))
    limit = partial(requests.too_often, personal)
    answer = asking.ask(personal.reader.id, passage, kind, thread_id=thread.id, limit=limit, now=personal.now)
    if isinstance(answer, Refused):
        return _again(personal, thread, None, answer)
    # A page of its own, which is never stale: the one of the passage may be, for a moment.
    url = links.request(answer.pk, personal.language)
    return personal.data({"url": url}) if personal.wants_json else personal.see_other(url)


def _kinds(personal: Personal) -> tuple[Choice, ...]:
    """The kinds of the form, with what each does; a comment is chosen unless something else was."""
    chosen = _kind(personal)
    return (
        Choice(_("Comment"), value="comment", is_current=chosen is None),
        *(Choice(kind_name(kind), value=kind.value, is_current=chosen is kind) for kind in Kind),
    )


def _address(personal: Personal) -> str:
    """Of the passage that the form is about; "" for none."""
    sent = personal.field("passage", limit=ADDRESS_CHARACTERS)
    return sent or personal.request.GET.get("passage", "")[:ADDRESS_CHARACTERS]


def _passage(personal: Personal, thread: ThreadRow) -> Wanted | Refused | None:
    """What the form says that the comment speaks of, checked; None where it says nothing, or nothing any more."""
    address = _address(personal)
    if not address or personal.field("without"):
        return None
    with snapshot() as cursor:
        return wanted_passage(
            cursor,
            thread.subject_key,
            address,
            exact=personal.field("quote", limit=QUOTE_CHARACTERS),
        )


def _drafts(personal: Personal) -> dict[str, str]:
    """What was begun before signing in, by the address of its form. It waits in the session: no text travels in a URL."""
    drafts: dict[str, str] = personal.request.session.get(DRAFTS, {})
    if drafts:
        personal.request.session.modified = True
    return drafts


def _sign_in_first(personal: Personal) -> HttpResponse:
    path = personal.request.path
    kept = _drafts(personal) | {path: personal.field("text", limit=markup.MAX_CHARACTERS)}
    personal.request.session[DRAFTS] = dict(list(kept.items())[-DRAFTS_MOST:])
    return personal.see_other(links.account("sign-in", personal.language, next=path))


def _empty_form(personal: Personal, thread: ThreadRow, parent: CommentRow | None) -> HttpResponse:
    """The form to begin with; where nobody can write, or not below this comment, the reason instead."""
    state = CommentState.PUBLISHED if parent is None else CommentState(parent.state)
    if state is CommentState.PUBLISHED and thread.mode != ThreadMode.CLOSED:
        wanted = _passage(personal, thread) if parent is None else None
        if isinstance(wanted, Refused):
            return _again(personal, thread, parent, wanted)
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
        _("Nothing to answer here"), words, status=refused.status, back=thread_link(personal, thread)
    )


def _can_be_asked(personal: Personal, submitter: int | NewGuest) -> bool:
    """Whether a mail can ask this guest whose the address is. A network that asks all the time asks a moderator."""
    if settings.CONFIG.discussion.guests != "confirm" or personal.is_member:
        return False
    email = submitter.email if isinstance(submitter, NewGuest) else confirming.address_of(submitter)
    if not email or not confirming.can_ask(email, now=personal.now):
        return False
    if not confirming.is_due(email, now=personal.now):
        return True  # it was asked already
    return count_use(confirming.RATE, personal.client_address, now=personal.now) is None


def _submitter(personal: Personal) -> int | NewGuest | Refused:
    """The reader who writes; for a first-time guest the name and address of the form, checked."""
    if personal.reader is not None:
        return personal.reader.id
    if settings.CONFIG.discussion.guests == "off":
        return Refused("members_only", status=403)
    if "name" not in personal.request.POST:
        # The form of somebody who was signed in, or known, when it was opened.
        return Refused("reader_missing", status=403)
    name, email = personal.field("name", limit=200), personal.field("email", limit=500).strip()
    problem = name_refusal(name)
    if problem is not None:
        return problem
    return refusals.email_refusal(email) or NewGuest(name, ascii_address(email))


def _write_form(
    personal: Personal,
    thread: ThreadRow,
    parent: CommentRow | None,
    *,
    errors: tuple[FormError, ...] = (),
    warned: Warned | None = None,
    preview_html: str | None = None,
) -> FormView:
    kind = "post" if parent is None else "reply"
    values = {name: personal.field(name) for name in ("text", "name", "email", "notify")} | {"kind": kind}
    values["anyway"] = "1" if warned is not None else personal.field("anyway", limit=5)
    quoted = None
    kinds: tuple[Choice, ...] = ()
    if parent is None:
        on_passage, quoted = _quoted(personal, thread)
        values |= on_passage
        kinds = _kinds(personal) if on_passage else ()
        # What cannot be spoken of (any more) can be left away: nothing that was written is lost.
        if on_passage and quoted is None:
            values["without"] = personal.field("without")
    context = context_of(personal, thread, *([parent] if parent is not None else []))
    if personal.request.method != "POST" and personal.request.session.get(DRAFTS):
        values["text"] = personal.request.session[DRAFTS].get(personal.request.path, "")
    action = (
        links.post_form(thread.id, personal.language)
        if parent is None
        else links.reply_form(thread.id, parent.id, personal.language)
    )
    return FormView(
        head=HeadView(title=_("Reply") if parent else _("Write a comment"), is_indexed=False),
        action=action,
        token=personal.token,
        key=personal.form_key,
        honeypot=honeypot.name_on(personal.now.date()),
        values=values,
        errors=errors,
        warned=warned,
        comment=None if parent is None else without_buttons(comment_view(parent, context)),
        thread=thread_link(personal, thread),
        choices=kinds,
        links=_desk_links(personal, thread) if quoted is not None else (),
        is_guest=personal.is_guest,
        cancel_url=links.thread(thread.id, personal.language)
        if parent is None
        else links.comment(thread.id, parent.id, personal.language),
        passage=quoted,
        preview_html=None if preview_html is None else shown_text(preview_html),
        max_length=markup.MAX_CHARACTERS,
        names_url=links.names(thread.id, personal.language),
        rules=_rules() if personal.is_guest else "",
        rules_url=links.standing("house-rules", personal.language),
        notice=_("You write as %(name)s.") % {"name": personal.reader.name} if personal.reader else "",
    )


def _desk_links(personal: Personal, thread: ThreadRow) -> tuple[Link, ...]:
    """For whoever may ask readers something at this passage: the form of the desk, with the passage chosen."""
    user = personal.request.user
    if not isinstance(user, User):
        return ()
    article = ArticlePage.objects.filter(subject_key=thread.subject_key).first()
    if article is None or not rights.may_answer(user, article):
        return ()
    address = _address(personal)
    query = urlencode({"passage": address})
    return (Link(f"{reverse('feedback_questions', args=[article.pk])}?{query}", _("Ask readers a question here")),)


def _rules() -> str:
    years = settings.CONFIG.accounts.minimum_age
    if not years:
        return _("By writing here you accept the house rules.")
    return _("By writing here you accept the house rules, and say that you are at least %(years)s years old.") % {
        "years": years
    }


def _quoted(personal: Personal, thread: ThreadRow) -> tuple[dict[str, str], PassageView | None]:
    """The fields that say what the comment speaks of, and that as it is quoted above them."""
    address = _address(personal)
    if not address:
        return {}, None
    found = _passage(personal, thread)
    quote = personal.field("quote", limit=QUOTE_CHARACTERS)
    if not isinstance(found, Wanted):
        return {"passage": address, "quote": quote}, None
    chosen = found.chosen
    view = PassageView(shortened(chosen.exact), State.SAME, is_figure=chosen.is_figure)
    return {"passage": address, "quote": quote or chosen.exact}, view


def _preview(personal: Personal, thread: ThreadRow, parent: CommentRow | None) -> HttpResponse:
    text = markup.prepare(personal.field("text"))
    if isinstance(text, markup.Problem):
        return _again(personal, thread, parent, Refused(text.code, status=422))
    if personal.wants_json:
        return personal.data({"html": shown_text(text.html)})
    return personal.page("comment_form.html", _write_form(personal, thread, parent, preview_html=text.html))


def write_again(personal: Personal, thread_id: int, parent_id: int | None, refused: Refused) -> HttpResponse:
    """The form with the reason, and every word that was sent. 404 for a thread that does not exist."""
    return _again(personal, *_thread_and_comment(thread_id, parent_id), refused)


def _again(personal: Personal, thread: ThreadRow, parent: CommentRow | None, refused: Refused) -> HttpResponse:
    """The form again with the reason, and every word kept. What cannot be answered any more is not shown again."""
    warned = warned_of(personal, refused, button=_("Post it anyway: a moderator reads it first"))
    if personal.wants_json:
        if warned is not None:
            return for_scripts(personal, refused, warned)
        # A draft may be older than its form; and whoever asks again needs a form that is younger.
        return personal.refusal(refused, more={"key": personal.form_key} if refused.code == "form_old" else None)
    if parent is not None and parent.state != CommentState.PUBLISHED:
        parent = None
    errors = () if warned is not None else refusals.form_errors(refused)
    form = _write_form(personal, thread, parent, errors=errors, warned=warned)
    return personal.page("comment_form.html", form, refused=refused)
