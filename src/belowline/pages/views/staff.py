"""The moderators' plain page: what waits, and one decision at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from belowline.discussion.queries import own
from belowline.domain.commenting import CommentState, Refused
from belowline.domain.moderating import Queue
from belowline.mail.queries import is_working
from belowline.moderation import appeals, queries
from belowline.moderation.queries import Narrowed
from belowline.moderation.roles import MODERATE
from belowline.pages import findings, links, refusals
from belowline.pages.comments import Context, comment_view, quote_passages
from belowline.pages.model import Choice, HeadView, Link, PagerView, QueueItem, QueuePage, Reason
from belowline.pages.moderating import DONE, GROUNDS, known_of
from belowline.pages.personal import Personal
from belowline.pages.render import number
from belowline.pages.views import staff_acts
from belowline.pages.views.staff_acts import BULK_MAX
from belowline.pages.views.staff_discussions import proposals
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper
    from django_stubs_ext import StrPromise

ON_A_PAGE = 25
CODE = re.compile("[a-z_]{1,30}")
# What can be done from each state; a deleted comment is its author's matter.
KEEPING = {
    "held": ("approve", gettext_lazy("Approve")),
    "rejected": ("approve", gettext_lazy("Approve")),
    "removed": ("restore", gettext_lazy("Restore")),
}
REFUSING = {
    "held": ("reject", gettext_lazy("Reject")),
    "published": ("remove", gettext_lazy("Remove")),
}
QUEUES = ("held", "reported", "replies", "removed")
# What readers report; the words that moderators read.
REPORTED = {
    "threat": gettext_lazy("A reader says: it threatens a person."),
    "child": gettext_lazy("A reader says: it endangers a child."),
    "intimate": gettext_lazy("A reader says: it shows somebody undressed or in private, without their consent."),
    "about_me": gettext_lazy("Who reports it says: I am the person whom it is about."),
    "about_child": gettext_lazy("Who reports it says: it is about a child."),
    "follows": gettext_lazy("A reader says: this reader follows and attacks me."),
    "other": gettext_lazy("Reported for another reason."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Which queue is looked at, and by what it is narrowed down: the address says it, of a page and of a form alike."""

    which: str
    narrowed: Narrowed
    find: str

    @classmethod
    def of(cls, request: HttpRequest) -> Shown:
        which = request.GET.get("queue", "held")
        code = request.GET.get("code", "")
        narrowed = Narrowed(
            thread_id=_number(request.GET.get("thread", "")),
            author_id=_number(request.GET.get("author", "")),
            code=code if CODE.fullmatch(code) else "",
        )
        return cls(which if which in QUEUES else "held", narrowed, request.GET.get("find", "")[:300])

    @property
    def is_narrowed(self) -> bool:
        return self.narrowed != queries.EVERYTHING and self.which in {"held", "reported"}

    def queues(self, now: datetime) -> tuple[Queue, ...]:
        return (Queue.REPORTED,) if self.which == "reported" else _held(now)

    def url(self, language: str, **more: str | int) -> str:
        """Its address, or that of a neighbour of it."""
        here: dict[str, str | int | None] = {
            "queue": self.which if self.which != "held" else "",
            "thread": self.narrowed.thread_id,
            "author": self.narrowed.author_id,
            "code": self.narrowed.code,
        }
        return links.queue(language, **{name: value for name, value in (here | more).items() if value})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """GET what waits; POST what is decided."""
    personal = Personal(request)
    if not request.user.has_perm(MODERATE) or personal.reader is None:
        raise PermissionDenied
    shown = Shown.of(request)
    if request.method == "POST":
        return staff_acts.answer(personal, shown, moderator_id=personal.reader.id)
    language, now = personal.language, personal.now
    done = queries.done_lately(_number(request.GET.get("done", "")) or 0, moderator_id=personal.reader.id, now=now)
    with snapshot() as cursor:
        found = _cases(cursor, shown, start=_number(request.GET.get("after", "")) or 0, now=now)
        known = queries.histories(cursor, [case.author_id for case in found if case.author_id])
        items = tuple(item for case in found if (item := _item(cursor, personal, shown, case, known)) is not None)
        waiting = queries.cases_waiting(cursor, *_held(now))
        bulk = (
            queries.cases_waiting(cursor, *shown.queues(now), narrowed=shown.narrowed, at_most=BULK_MAX)
            if shown.is_narrowed
            else 0
        )
    is_paged = not shown.find and shown.which in {"held", "reported"} and len(found) == ON_A_PAGE
    page = QueuePage(
        head=HeadView(title=_("Moderation"), is_indexed=False),
        action=shown.url(language),
        token=personal.token,
        items=items,
        waiting=waiting,
        queues=(
            Choice(_("Waiting"), links.queue(language), is_current=shown.which == "held"),
            Choice(_("Reported"), links.queue(language, queue="reported"), is_current=shown.which == "reported"),
            Choice(_("Removed"), links.queue(language, queue="removed"), is_current=shown.which == "removed"),
            Choice(_appeals(language), links.staff_appeals(language)),
            Choice(_("Discussions"), links.staff_discussions(language)),
            Choice(_("Words"), links.word_lists(language)),
        ),
        reasons=tuple(Choice(str(text), value=code) for code, text in GROUNDS.items()),
        pager=PagerView(next_url=shown.url(language, after=found[-1].place) if is_paged else ""),
        narrowed=_narrowed(shown, items, known) if shown.is_narrowed else "",
        whole_url=Shown(shown.which, queries.EVERYTHING, "").url(language),
        is_reported=shown.which == "reported",
        bulk=bulk if bulk > 1 else 0,
        done=_done(done),
        undo=done.act_id if done is not None else 0,
        proposed=proposals(personal),
    )
    return personal.page("queue.html", page)


def _narrowed(shown: Shown, items: tuple[QueueItem, ...], known: Mapping[int, queries.History]) -> str:
    by = shown.narrowed
    if by.author_id is not None:
        return _("Of %(name)s") % {"name": known[by.author_id].name} if by.author_id in known else _("Of one author")
    if by.thread_id is not None:
        return _("In “%(title)s”") % {"title": items[0].thread.text} if items else _("In one discussion")
    return _("For one reason")


def _appeals(language: str) -> str:
    waiting = appeals.count_waiting()
    return _("Appeals: %(n)s") % {"n": number(waiting, language=language)} if waiting else _("Appeals")


def _done(done: queries.Done | None) -> str:
    if done is None:
        return ""
    counted = ngettext("%(n)s comment", "%(n)s comments", done.count) % {"n": done.count}
    return f"{DONE[done.kind]}: {counted}"


def _item(
    cursor: CursorWrapper,
    personal: Personal,
    shown: Shown,
    case: queries.Waiting,
    known: Mapping[int, queries.History],
) -> QueueItem | None:
    found = own.own_comment(cursor, case.comment_id)
    if found is None:
        return None
    context = Context(found.thread, personal.language, personal.now)
    row = replace(found.row, html=found.html, state=CommentState.PUBLISHED)
    quote_passages(cursor, context, [row])
    view = replace(comment_view(row, context), votes=False, reply_url="", report_url="", edited=None)
    return QueueItem(
        comment=view,
        thread=Link(links.thread(found.thread.id, personal.language), found.thread.title),
        reasons=_reasons(case, found, language=personal.language),
        reports=case.reports,
        notes=case.notes,
        replies_url=links.queue(personal.language, queue="replies", find=case.comment_id) if case.is_following else "",
        keep=_act(KEEPING.get(found.row.state)) or (Choice(_("Leave it"), value="leave") if case.reports else None),
        refuse=_act(REFUSING.get(found.row.state)),
        narrower=_narrower(personal.language, shown, case),
        author=known_of(known.get(case.author_id)),
        author_url=links.staff_reader(case.author_id, personal.language) if case.author_id else "",
        in_hand=_in_hand(case, personal),
    )


def _narrower(language: str, shown: Shown, case: queries.Waiting) -> tuple[Link, ...]:
    """Out of the whole queue into a part of it."""
    if shown.is_narrowed or not case.author_id:
        return ()
    here = [
        (Narrowed(author_id=case.author_id), _("All that waits of this author")),
        (Narrowed(thread_id=case.thread_id), _("All that waits in this discussion")),
        (Narrowed(code=case.code), _("All that waits for this reason")),
    ]
    return tuple(
        Link(Shown(shown.which, part, "").url(language), text) for part, text in here if part != queries.EVERYTHING
    )


def _in_hand(case: queries.Waiting, personal: Personal) -> str:
    if personal.reader is None or case.in_hand_of in {None, personal.reader.id}:
        return ""
    is_over = case.in_hand_until is None or case.in_hand_until <= personal.now
    return "" if is_over else refusals.said(Refused("case_in_hand", status=409, until=case.in_hand_until))


def _reasons(case: queries.Waiting, found: own.OwnComment, *, language: str) -> tuple[Reason, ...]:
    """What readers reported, or the ground of the last decision; and what the screening found in a text that waits."""
    names = REPORTED if case.reports or "follows" in case.codes else {}
    known = {one.code for one in found.findings}
    said = [Reason(str(names.get(code) or GROUNDS.get(code) or code)) for code in case.codes if code not in known]
    is_held = found.row.state == CommentState.HELD
    return (*said, *(findings.for_moderators(found.findings, found.source, language=language) if is_held else ()))


def _act(one: tuple[str, StrPromise] | None) -> Choice | None:
    return Choice(str(one[1]), value=one[0]) if one else None


def _looked_up(text: str) -> int | None:
    """The comment that an address or a plain id names; None for anything else."""
    match = re.fullmatch(r"(?:.*/c/)?([1-9][0-9]{0,17})(?:[/?#].*)?", text.strip()[:300])
    return int(match[1]) if match else None


def _number(text: str) -> int | None:
    """Of an address: at most 19 digits, none for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) < 1 << 63 else None


def _cases(cursor: CursorWrapper, shown: Shown, *, start: int, now: datetime) -> list[queries.Waiting]:
    looked_up = _looked_up(shown.find)
    if shown.which == "replies" and looked_up is not None:
        return queries.replies_to_who_reported(cursor, looked_up)
    if looked_up is not None:
        return [queries.Waiting(looked_up, 0)]
    if shown.which == "removed":
        return queries.removed_cases(cursor)
    return queries.waiting_cases(cursor, *shown.queues(now), narrowed=shown.narrowed, after=start, at_most=ON_A_PAGE)


def _held(now: datetime) -> tuple[Queue, ...]:
    """Those, too, who wait for their author's click, while no mail goes out that would ask for it."""
    return (Queue.HELD,) if is_working(now=now) else (Queue.HELD, Queue.UNCONFIRMED)
