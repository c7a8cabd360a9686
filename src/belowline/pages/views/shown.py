"""What the small forms below the line show besides their fields: the thread, a comment without its buttons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from belowline.pages import links
from belowline.pages.comments import Context, quote_passages
from belowline.pages.model import Link
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow
    from belowline.pages.model import CommentView
    from belowline.pages.personal import Personal


def without_buttons(view: CommentView) -> CommentView:
    """A comment shown inside a form: its words, without anything to press."""
    return replace(view, votes=False, reply_url="", is_stopped=False, report_url="", replies=None, edited=None)


def context_of(personal: Personal, thread: ThreadRow, *rows: CommentRow) -> Context:
    """For these comments: what they speak of and whom they name is read, where they do."""
    context = Context(thread, personal.language, personal.now)
    if any(one.passage_id is not None or "@" in one.html for one in rows):
        with snapshot() as cursor:
            quote_passages(cursor, context, rows)
    return context


def thread_link(personal: Personal, thread: ThreadRow) -> Link:
    return Link(links.thread(thread.id, personal.language), thread.title)
