"""The moderators' plain page: what waits, and one decision at a time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from belowline.discussion import actions
from belowline.discussion.queries import own
from belowline.domain.commenting import CommentState, Refused
from belowline.domain.moderating import Queue
from belowline.mail.queries import is_working
from belowline.moderation import queries
from belowline.moderation.roles import MODERATE
from belowline.pages import findings, links, refusals
from belowline.pages.comments import Context, comment_view, quote_passages
from belowline.pages.model import Choice, HeadView, Link, PagerView, QueueItem, QueuePage, Reason
from belowline.pages.personal import Personal
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from django_stubs_ext import StrPromise

ON_A_PAGE = 25
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
    "follows": gettext_lazy("A reader says: this reader follows and attacks me."),
    "other": gettext_lazy("Reported for another reason."),
}
# The grounds of a decision. The moderation issue makes them the items of the house rules.
GROUNDS = {
    "insult": gettext_lazy("Insults a person"),
    "hate": gettext_lazy("Attacks a group of people"),
    "private": gettext_lazy("Names private facts about a person"),
    "off_topic": gettext_lazy("Not about the subject"),
    "spam": gettext_lazy("Advertising"),
    "illegal": gettext_lazy("Against the law"),
    "other": gettext_lazy("Another ground"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """GET what waits; POST a decision on one comment."""
    personal = Personal(request)
    if not request.user.has_perm(MODERATE) or personal.reader is None:
        raise PermissionDenied
    if request.method == "POST":
        return _decide(personal, moderator_id=personal.reader.id)
    which = request.GET.get("queue", "held")
    which = which if which in QUEUES else "held"
    after = request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdigit() and len(after) <= 19 else 0
    with snapshot() as cursor:
        found = _cases(cursor, which, start=start, looked_up=_looked_up(request.GET.get("find", "")))
        items = tuple(item for case in found if (item := _item(cursor, personal, case)) is not None)
        waiting = queries.cases_waiting(cursor, *_held(personal.now))
    is_paged = which in {"held", "reported"} and len(found) == ON_A_PAGE
    queue = {} if which == "held" else {"queue": which}
    following = links.queue(personal.language, after=found[-1].place, **queue) if is_paged else ""
    page = QueuePage(
        head=HeadView(title=_("Moderation"), is_indexed=False),
        action=links.queue(personal.language),
        token=personal.token,
        items=items,
        waiting=waiting,
        queues=(
            Choice(_("Waiting"), links.queue(personal.language), is_current=which == "held"),
            Choice(_("Reported"), links.queue(personal.language, queue="reported"), is_current=which == "reported"),
            Choice(_("Removed"), links.queue(personal.language, queue="removed"), is_current=which == "removed"),
        ),
        reasons=tuple(Choice(str(text), value=code) for code, text in GROUNDS.items()),
        pager=PagerView(next_url=following),
    )
    return personal.page("queue.html", page)


def _item(cursor: CursorWrapper, personal: Personal, case: queries.Waiting) -> QueueItem | None:
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
        keep=Choice(_("Leave it"), value="leave") if case.reports else _act(KEEPING.get(found.row.state)),
        refuse=_act(REFUSING.get(found.row.state)),
    )


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


def _cases(cursor: CursorWrapper, which: str, *, start: int, looked_up: int | None) -> list[queries.Waiting]:
    if which == "replies" and looked_up is not None:
        return queries.replies_to_who_reported(cursor, looked_up)
    if looked_up is not None:
        return [queries.Waiting(looked_up, 0)]
    if which == "reported":
        return queries.waiting_cases(cursor, Queue.REPORTED, after=start)
    return (
        queries.removed_cases(cursor)
        if which == "removed"
        else queries.waiting_cases(cursor, *_held(datetime.now(UTC)), after=start)
    )


def _held(now: datetime) -> tuple[Queue, ...]:
    """Those, too, who wait for their author's click, while no mail goes out that would ask for it."""
    return (Queue.HELD,) if is_working(now=now) else (Queue.HELD, Queue.UNCONFIRMED)


def _decide(personal: Personal, *, moderator_id: int) -> HttpResponse:
    """Carry out one decision. A second moderator who comes too late is told so."""
    text = personal.field("comment", limit=20)
    ground = personal.field("reason", limit=40)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        answer: CommentState | Refused = Refused("comment_missing", status=404)
    elif personal.field("decision", limit=20) == "leave":
        actions.settle_reports(int(text), now=personal.now)
        answer = CommentState.PUBLISHED
    else:
        answer = actions.change_state(
            personal.field("decision", limit=20),
            comment_id=int(text),
            actor_id=moderator_id,
            reason=ground if ground in GROUNDS else "other",
            now=personal.now,
        )
    if not isinstance(answer, Refused):
        actions.settle_reports(int(text), now=personal.now)
    back = links.queue(personal.language)
    if personal.wants_json:
        return personal.refusal(answer) if isinstance(answer, Refused) else personal.data({"state": answer})
    if isinstance(answer, Refused):
        words = (refusals.sentence(answer.code),)
        return personal.message(_("Moderation"), words, status=answer.status, back=Link(back, _("To the queue")))
    return personal.see_other(back)
