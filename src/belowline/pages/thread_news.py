"""What is new in a discussion since an outbox position: as JSON for scripts and for the front, which tells those who
follow (front/streams.py); and as a page of the new comments, which is the same link without scripts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belowline.discussion.actions.facts import moment
from belowline.discussion.queries import comments, news
from belowline.domain.commenting import counts_visible_us
from belowline.pages import links
from belowline.pages.answer import Answer, Ask, BadQuestion, as_number, earliest
from belowline.pages.comments import Context, comment_view, quote_passages
from belowline.pages.model import HeadView, ThreadPage, in_sections
from belowline.pages.render import render
from belowline.pages.site import site_view
from belowline.pages.thread import frame

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.queries.threads import ThreadRow
    from belowline.pages.thread import Wish

ARRIVALS_MAX = 200


def position_of(ask: Ask) -> int:
    """The outbox position that the address names. Raises BadQuestion for anything else."""
    since = as_number(ask.query.get("since", ""))
    if since is None:
        raise BadQuestion("since_unknown")
    return since


def updates(cursor: CursorWrapper, ask: Ask, row: ThreadRow, context: Context) -> Answer:
    """JSON, ids and counts alone: `cursor` to ask with next time (the same when nothing is new, so that a vote whose
    count is hidden changes no byte), `comments` as [id, id of the one it answers or 0], `votes` by id as [up, down].
    `isBehind`: more than this answers; read the page anew."""
    since = position_of(ask)
    answer: dict[str, object] = {"cursor": since, "comments": [], "votes": {}}
    fresh_until = None
    if since > ask.position:
        # Another past: a backup was restored since the page was made.
        answer |= {"cursor": ask.position, "isBehind": True}
    elif since < ask.position:
        arrived = news.arrivals(cursor, thread_id=row.id, since=since, at_most=ARRIVALS_MAX + 1)
        counted, fresh_until = _shown_counts(news.voted(cursor, thread_id=row.id, since=since), context)
        if len(arrived) > ARRIVALS_MAX:
            answer |= {"cursor": ask.position, "isBehind": True}
        elif arrived or counted:
            answer |= {
                "cursor": ask.position,
                "comments": [[one.id, one.parent_id] for one in arrived],
                "votes": {str(one.id): [one.up, one.down] for one in counted},
            }
    return Answer(
        json.dumps(answer, separators=(",", ":")),
        content_type="application/json",
        tags=(f"thread:{row.id}",),
        fresh_until=fresh_until,
        is_admitted_late=True,
        is_indexed=False,
    )


def _shown_counts(voted: list[news.Votes], context: Context) -> tuple[list[news.Votes], datetime | None]:
    """Those whose counts every page shows, and the moment at which another one joins them."""
    shown, next_at = [], None
    for one in voted:
        visible_us = counts_visible_us(
            posted_us=one.time_key,
            votes=one.up + one.down,
            hide_minutes=context.hide_minutes,
            hide_votes=context.hide_votes,
        )
        if visible_us is None or visible_us <= context.now_us:
            shown.append(one)
        else:
            next_at = earliest(next_at, moment(visible_us))
    return shown, next_at


def since_page(cursor: CursorWrapper, ask: Ask, row: ThreadRow, context: Context, wish: Wish) -> Answer:
    """The comments that became public since, in that order, each with the line of what it answers."""
    found = news.arrivals(cursor, thread_id=row.id, since=position_of(ask), at_most=ARRIVALS_MAX)
    rows = comments.comment_rows(cursor, [one.id for one in found])
    context.on_page = frozenset(rows)
    quote_passages(cursor, context, rows.values())
    view = replace(
        frame(row, context, wish),
        sections=in_sections(comment_view(rows[one.id], context) for one in found),
        view="since",
        count=len(found),
        arrived=_heading(len(found)),
    )
    head = HeadView(
        title=_("New comments: %(title)s") % {"title": row.title},
        canonical_url=links.absolute(links.thread(row.id, ask.language)),
        is_indexed=False,
    )
    return Answer(
        render("since.html", site=site_view(cursor, ask), page=ThreadPage(head, view)),
        tags=(f"thread:{row.id}", *context.passage_tags, "site"),
        fresh_until=context.fresh_until,
        is_admitted_late=True,
        is_indexed=False,
    )


def _heading(count: int) -> str:
    if not count:
        return _("No new comments")
    if count == ARRIVALS_MAX:
        return _("The newest %(n)s of the new comments") % {"n": count}
    return ngettext("%(n)s new comment", "%(n)s new comments", count) % {"n": count}
