"""Notify of: following a discussion, a branch, a topic, an author; everything that is followed; the end of it; the bell."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from belowline.accounts import confirming
from belowline.accounts.networks import count_use
from belowline.discussion.queries import threads
from belowline.discussion.queries.comments import comment_rows
from belowline.domain.commenting import CommentState, Refused
from belowline.domain.markup.plain import excerpt
from belowline.domain.notifying import About, Often
from belowline.mail.message import ascii_address
from belowline.mail.queries import closed_because, is_working
from belowline.notifications import matrix, sending
from belowline.notifications.matrix import Hours, Line
from belowline.pages import links, refusals
from belowline.pages.letters import Told, decision_url, shown_headline, told
from belowline.pages.model import (
    BellPage,
    Choice,
    FormError,
    FormView,
    HeadView,
    LineView,
    Link,
    MatrixPage,
    NoticeView,
)
from belowline.pages.personal import Personal
from belowline.pages.subjects import Subject, named, passage_place
from belowline.pages.views.account.mails import why_stopped
from belowline.pages.views.account.words import my_page
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

OFTEN = (
    (Often.OFF, gettext_lazy("no mail")),
    (Often.NOW, gettext_lazy("mail at once")),
    (Often.DAILY, gettext_lazy("mail every morning")),
    (Often.WEEKLY, gettext_lazy("mail every Monday")),
)
NOTICES = 50


@require_http_methods(["GET", "HEAD", "POST"])
def notify_of(request: HttpRequest, thread_id: int) -> HttpResponse:
    """A discussion, or with `?branch=` what is said below one comment of it, with `?passage=` at one passage."""
    personal = Personal(request)
    with snapshot() as cursor:
        thread = threads.thread(cursor, thread_id)
        branch = _branch(cursor, request.GET.get("branch", ""), thread_id=thread_id)
        passage = _passage(cursor, request.GET.get("passage", ""), thread_id=thread_id)
    if thread is None:
        raise Http404
    keys = [(About.THREAD, thread_id), (About.STAFF, thread_id)]
    if branch:
        keys.insert(0, (About.BRANCH, branch))
    if passage:
        keys.insert(0, (About.PASSAGE, passage))
    if personal.is_member:
        keys.append((About.REPLIES, 0))
        if passage:
            keys.append((About.ANSWERS, 0))
    back = Link(links.thread(thread_id, personal.language), thread.title)
    return _form(personal, keys, title=_("Notify me"), back=back)


def _passage(cursor: CursorWrapper, text: str, *, thread_id: int) -> int:
    """The passage that is named, if it is public and spoken of in this discussion; 0 for none."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Http404
    place = passage_place(cursor, int(text))
    if place is None or place.thread.id != thread_id:
        raise Http404
    return place.row.id


def _branch(cursor: CursorWrapper, text: str, *, thread_id: int) -> int:
    """The comment that is named, if it is public and of this discussion; 0 for none."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Http404
    row = comment_rows(cursor, [int(text)]).get(int(text))
    if row is None or row.state != CommentState.PUBLISHED:
        raise Http404
    return row.id


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, about: str, target: int) -> HttpResponse:
    """New articles of a topic, or by somebody."""
    personal = Personal(request)
    if about not in {About.TOPIC, About.AUTHOR}:
        raise Http404
    key = (About(about), target)
    subject = named([key], language=personal.language).get(key)
    if subject is None:
        raise Http404
    return _form(personal, [key], title=_("Notify me"), back=Link(subject.url, subject.text))


def _form(personal: Personal, keys: Sequence[tuple[About, int]], *, title: str, back: Link) -> HttpResponse:
    if personal.request.method != "POST":
        return personal.page("notify.html", _page(personal, keys, title=title, back=back))
    wanted = [_line(personal, about, target) for about, target in keys]
    answer = personal.once(lambda: _follow(personal, wanted) or "")
    if isinstance(answer, Refused):
        page = _page(personal, keys, title=title, back=back, errors=refusals.form_errors(answer))
        return personal.page("notify.html", page, refused=answer)
    return personal.message(_("Notify me"), _done(personal, wanted), back=back)


def _follow(personal: Personal, wanted: Sequence[Line]) -> Refused | None:
    if personal.reader is None:
        return _follow_by_address(personal, wanted)
    refused = matrix.follow(personal.reader.id, wanted, language=personal.language, now=personal.now)
    if refused is None and not personal.reader.is_confirmed:
        return _ask(personal, confirming.address_of(personal.reader.id))
    return refused


def _follow_by_address(personal: Personal, wanted: Sequence[Line]) -> Refused | None:
    email = personal.field("email", limit=500).strip()
    lines = [line for line in wanted if line.by_mail is not Often.OFF]
    if not lines:
        return Refused("follows_nothing", status=422)
    problem = refusals.email_refusal(email) or _unreachable(personal, email)
    if problem is not None:
        return problem
    matrix.follow_by_address(ascii_address(email), lines, language=personal.language, now=personal.now)
    return None


def _unreachable(personal: Personal, email: str) -> Refused | None:
    """The same for every address that can be asked, known or not: the answer says nothing about it."""
    until = count_use(confirming.RATE, personal.client_address, now=personal.now)
    if until is not None:
        return Refused("mails_often", status=429, until=until)
    return None if is_working(now=personal.now) else Refused("mail_away", status=503)


def _ask(personal: Personal, email: str) -> Refused | None:
    assert personal.reader is not None
    if not email or not confirming.can_ask(email, now=personal.now) or not confirming.is_due(email, now=personal.now):
        return None
    confirming.ask_again(personal.reader.id, language=personal.language, now=personal.now)
    return None


def _done(personal: Personal, wanted: Sequence[Line]) -> tuple[str, ...]:
    if all(line.is_off for line in wanted):
        return (_("You are not told of this any more."),)
    if personal.reader is None:
        return (
            _(
                "If mail reaches this address, it is asked in a moment whether it is yours. Mails begin when you say yes."
            ),
        )
    if not personal.reader.is_confirmed:
        return (_("Mails begin when you have opened the link in the mail to you."),)
    return (_("Saved."),)


def _line(personal: Personal, about: About, target: int) -> Line:
    """What the form says of one line; what it does not say is off."""
    chosen = personal.field(f"mail-{about}-{target}", limit=10)
    often = Often(chosen) if chosen in set(Often) else Often.OFF
    on_site = personal.reader is not None and bool(personal.field(f"site-{about}-{target}", limit=5))
    return Line(about, target, often, on_site)


def _page(
    personal: Personal,
    keys: Sequence[tuple[About, int]],
    *,
    title: str,
    back: Link | None = None,
    errors: tuple[FormError, ...] = (),
    hours: Hours | None = None,
) -> MatrixPage:
    known = matrix.lines(personal.reader.id) if personal.reader is not None else {}
    subjects = named(keys, language=personal.language)
    is_sent = personal.request.method == "POST"
    return MatrixPage(
        head=HeadView(title=title, is_indexed=False, styles=("notify.css",)),
        form=FormView(
            head=HeadView(title=""),
            action=personal.request.get_full_path(),
            token=personal.token,
            key=personal.form_key,
            values={"email": personal.field("email", limit=300)},
            errors=errors,
        ),
        lines=tuple(
            _line_view(key, subjects[key], _line(personal, *key) if is_sent else known.get(key), is_new=len(keys) == 1)
            for key in keys
            if key in subjects
        ),
        asks_address=personal.reader is None,
        has_bell=personal.reader is not None,
        back=back,
        hours=hours,
        zones=tuple(sorted(available_timezones())) if hours is not None else (),
        links=_links(personal, is_everything=hours is not None),
        notice=_notice(personal),
    )


def _links(personal: Personal, *, is_everything: bool) -> tuple[Link, ...]:
    """The page of everything is one of my page; that of one thing leads to everything."""
    if personal.reader is None:
        return ()
    if not is_everything:
        return (Link(links.subscriptions(personal.language), _("Everything that you are told of")),)
    return (Link(links.notices(personal.language), _("What happened")), *_mine(personal))


def _mine(personal: Personal) -> tuple[Link, ...]:
    """A guest has the bell, and no page."""
    return (my_page(personal),) if personal.is_member else ()


def _notice(personal: Personal) -> tuple[str, Link] | None:
    """Whoever chooses mails learns that none would go out, and what to do about it."""
    if personal.reader is None:
        return None
    says = why_stopped(closed_because(confirming.address_of(personal.reader.id)))
    where = links.account("mail", personal.language) if personal.is_member else links.guest(personal.language)
    return (says, Link(where, _("Have mails again"))) if says else None


def _line_view(key: tuple[About, int], subject: Subject, line: Line | None, *, is_new: bool) -> LineView:
    # Whoever comes to follow one thing wants it; in a matrix of several nothing is chosen for the reader.
    now = line or Line(*key, Often.NOW if is_new else Often.OFF, on_site=is_new)
    return LineView(
        name=f"{key[0]}-{key[1]}",
        subject=Link(subject.url, subject.text),
        says=subject.says,
        often=tuple(Choice(str(text), value=value.value, is_current=value is now.by_mail) for value, text in OFTEN),
        on_site=now.on_site,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Everything that the reader is told of, and the hours in which nobody writes."""
    personal = Personal(request)
    if personal.reader is None:
        return personal.see_other(
            links.account("sign-in", personal.language, next=links.subscriptions(personal.language))
        )
    keys = list(matrix.lines(personal.reader.id))
    title = _("What you are told of")
    hours = matrix.hours(personal.reader.id, zone=settings.TIME_ZONE)
    if request.method != "POST":
        return personal.page("notify.html", _page(personal, keys, title=title, hours=hours))
    wanted = _hours(personal)
    if isinstance(wanted, Refused):
        page = _page(personal, keys, title=title, hours=hours, errors=refusals.form_errors(wanted))
        return personal.page("notify.html", page, status=wanted.status)
    # A line that the form does not name was made elsewhere in the meantime: it stays.
    lines = [_line(personal, *key) for key in keys if f"mail-{key[0]}-{key[1]}" in request.POST]
    matrix.follow(personal.reader.id, lines, language=personal.language, now=personal.now)
    matrix.set_hours(personal.reader.id, wanted)
    return personal.see_other(links.subscriptions(personal.language))


def _hours(personal: Personal) -> Hours | Refused:
    zone = personal.field("zone", limit=64)
    start, end = (_hour(personal.field(name, limit=4)) for name in ("quiet_from", "quiet_until"))
    if zone not in available_timezones():
        return Refused("zone_unknown", status=422)
    if start is None or end is None:
        return Refused("hour_unknown", status=422)
    return Hours(zone, start, end, no_mail=bool(personal.field("no_mail", limit=5)))


def _hour(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) <= 23 else None


# A mail program presses for the reader (RFC 8058): no cookie, no form of ours, no origin. The token is signed.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET the question, POST the end of these mails; with `all`, of every mail about what is followed here."""
    personal = Personal(request)
    lines = sending.lines_of(token)
    if lines is None:
        refused = Refused("unsubscribe_unknown", status=404)
        words = (refusals.sentence(refused.code),)
        return personal.message(_("This link does not work"), words, status=refused.status)
    if request.method == "POST":
        if personal.field("all", limit=5) and lines:
            sending.stop_all_mails(lines[0].reader_id)
        sending.stop_mails(lines)
        return personal.message(_("No more of these mails"), (_("It is done. Nothing else has changed."),))
    keys = [(About(line.about), line.target) for line in lines]
    subjects = named(keys, language=personal.language)
    page = MatrixPage(
        head=HeadView(title=_("No more of these mails?"), is_indexed=False),
        form=FormView(
            head=HeadView(title=""), action=links.unsubscribe(token, personal.language), token=personal.token
        ),
        lines=tuple(_line_view(key, subjects[key], None, is_new=False) for key in keys if key in subjects),
    )
    return personal.page("unsubscribe.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """The bell. GET changes nothing; POST `open` goes to one and marks it as seen, POST `all` marks all."""
    personal = Personal(request)
    if personal.reader is None:
        return personal.see_other(links.account("sign-in", personal.language, next=links.notices(personal.language)))
    reader_id = personal.reader.id
    if request.method == "POST":
        opened = personal.field("open", limit=18)
        if opened.isascii() and opened.isdigit():
            matrix.mark_seen(reader_id, now=personal.now, notice_id=int(opened))
            found = next((one for one in _notices(personal, reader_id) if one.id == int(opened)), None)
            return personal.see_other(links.notices(personal.language) if found is None else found.url)
        matrix.mark_seen(reader_id, now=personal.now)
        return personal.see_other(links.notices(personal.language))
    page = BellPage(
        head=HeadView(title=_("What happened"), is_indexed=False, styles=("notify.css",)),
        form=FormView(head=HeadView(title=""), action=links.notices(personal.language), token=personal.token),
        notices=_notices(personal, reader_id),
        has_new=matrix.unseen(reader_id, at_most=1) > 0,
        links=(Link(links.subscriptions(personal.language), _("Everything that you are told of")), *_mine(personal)),
    )
    return personal.page("notices.html", page)


def _notices(personal: Personal, reader_id: int) -> tuple[NoticeView, ...]:
    with snapshot() as cursor:
        found = [
            one for notice in matrix.newest(reader_id, at_most=NOTICES) if (one := told(cursor, notice)) is not None
        ]
    return tuple(
        NoticeView(
            id=one.notice.pk,
            text=shown_headline(one),
            excerpt=_excerpt(one),
            url=_url(one, personal.language),
            at=one.notice.made_at,
            is_new=one.notice.seen_at is None,
        )
        for one in found
    )


def _excerpt(one: Told) -> str:
    if one.decision is not None:
        return excerpt(one.decision.html) if one.decision.html else one.decision.reason
    return "" if one.row is None else excerpt(one.row.html)


def _url(one: Told, language: str) -> str:
    if one.article is not None:
        return links.in_language(one.article.path, one.article.language)
    if one.decision is not None:
        return decision_url(one, language)
    assert one.row is not None
    assert one.thread is not None
    if one.notice.about == About.SOURCE and one.row.author_id == one.notice.reader_id:
        return links.own_comment(one.row.id, language, "source")
    return links.comment(one.thread.id, one.row.id, language)
