"""From rows to what the comment template prints. Decides nothing that belongs to a reader."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from markupsafe import Markup

from belowline.discussion.actions.facts import moment
from belowline.domain.commenting import ThreadMode, counts_visible_at
from belowline.domain.paging import MAX_DEPTH, document_order
from belowline.pages import links
from belowline.pages.model import CommentState, CommentView, EditedView, MoreReplies, RepliesView, ReplyTo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow
    from belowline.domain.paging import Node

# About twelve lines on a desktop page; longer ones fold behind one press (threads-ui.md, "Long bodies fold").
LONG_HTML = 1_500
EXCERPT = 80


@dataclass(slots=True)
class Context:
    """What the comments of one page share. `fresh_until` is the next moment at which hidden counts show."""

    thread: ThreadRow
    language: str
    now: datetime
    sort: str = ""
    fresh_until: datetime | None = None
    on_page: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_open(self) -> bool:
        return self.thread.mode != ThreadMode.CLOSED


def badges(row: CommentRow, thread: ThreadRow) -> tuple[str, ...]:
    names = {"reporter": _("Reporter"), "editor": _("Editor"), "moderator": _("Moderator")}
    found = [names[row.badge]] if row.badge in names else []
    if thread.staff_reader_id == row.author_id:
        found.append(_("Author of the article"))
    return tuple(found)


def comment_view(row: CommentRow, context: Context, *, depth: int = 1) -> CommentView:
    """One comment or tombstone as every reader sees it."""
    thread, language = context.thread, context.language
    url = links.comment(thread.id, row.id, language)
    at = moment(row.time_key)
    if row.state != CommentState.PUBLISHED:
        return CommentView(
            id=row.id,
            number=row.position,
            depth=depth,
            level=row.depth,
            name="",
            url=url,
            at=at,
            # To the public, what was never published is simply not there any more.
            state=CommentState.DELETED if row.state == CommentState.DELETED else CommentState.REMOVED,
            reply_to=reply_line(row, context),
            votes=False,
        )
    return CommentView(
        id=row.id,
        number=row.position,
        depth=depth,
        level=row.depth,
        name=shown_name(row.name, row.kind),
        url=url,
        at=at,
        body_html=Markup(row.html),  # noqa: S704 - stored HTML has passed the one sanitiser
        badges=badges(row, thread),
        reply_to=reply_line(row, context),
        up=row.up,
        down=row.down,
        counted_less=row.counted_less,
        counts_hidden=are_counts_hidden(row, context),
        votes=context.is_open,
        reply_url=links.reply_form(thread.id, row.id, language) if context.is_open else "",
        report_url="",
        edited=edited_view(row, context),
        seq=row.published_event,
        is_long=len(row.html) > LONG_HTML,
    )


def shown_name(name: str, kind: str) -> str:
    return _("Deleted reader") if kind == "erased" else name


def are_counts_hidden(row: CommentRow, context: Context) -> bool:
    """Whether the counts are still hidden; notes the moment at which they will not be."""
    rules = settings.CONFIG.discussion
    visible_at = counts_visible_at(
        posted_at=moment(row.time_key),
        votes=row.up + row.down,
        hide_minutes=rules.hide_counts_minutes,
        hide_votes=rules.hide_counts_votes,
    )
    if visible_at is None or visible_at <= context.now:
        return False
    context.fresh_until = visible_at if context.fresh_until is None else min(context.fresh_until, visible_at)
    return True


def reply_line(row: CommentRow, context: Context) -> ReplyTo | None:
    """The parent's name and first words; nothing when the parent is not public any more."""
    if row.parent_id is None or not row.parent_name or row.parent_position is None:
        return None
    is_here = row.parent_id in context.on_page
    url = f"#c-{row.parent_id}" if is_here else links.comment(context.thread.id, row.parent_id, context.language)
    return ReplyTo(url, row.parent_position, row.parent_name, (row.parent_excerpt or "")[:EXCERPT])


def edited_view(row: CommentRow, context: Context) -> EditedView | None:
    if row.edited_us is None:
        return None
    url = links.history(context.thread.id, row.id, context.language)
    return EditedView(moment(row.edited_us), url, bool(row.is_edited_after_reply))


def tree_views(roots: Sequence[Node], rows: Mapping[int, CommentRow], context: Context) -> list[CommentView]:
    """A page's tree in document order, with what is missing said where it is missing."""
    ordered = list(document_order(roots))
    context.on_page = frozenset(node.comment.id for node in ordered)
    views = [_node_view(node, rows[node.comment.id], context) for node in ordered]
    _link_siblings(roots, ordered, views)
    _say_what_is_missing(roots, views, rows, context)
    return views


def _node_view(node: Node, row: CommentRow, context: Context) -> CommentView:
    view = comment_view(row, context, depth=node.depth)
    branch = links.comment(context.thread.id, row.id, context.language, sort=context.sort)
    if node.is_cut:
        return replace(view, continue_url=branch)
    if node.children:
        return replace(view, replies=RepliesView(node.comment.replies, branch))
    return view


def _link_siblings(roots: Sequence[Node], ordered: Sequence[Node], views: list[CommentView]) -> None:
    place = {node.comment.id: index for index, node in enumerate(ordered)}
    groups = [list(roots), *(node.children for node in ordered)]
    for group in groups:
        for node, following in zip(group, group[1:], strict=False):
            index = place[node.comment.id]
            views[index] = replace(views[index], next_url=f"#c-{following.comment.id}")
    for root in roots:
        for node in document_order([root]):
            if node.depth > 2:
                index = place[node.comment.id]
                views[index] = replace(views[index], root_url=f"#c-{root.comment.id}")


def _say_what_is_missing(
    roots: Sequence[Node], views: list[CommentView], rows: Mapping[int, CommentRow], context: Context
) -> None:
    """Behind the last shown comment of each branch that has more replies: how many, and where. Innermost first."""
    index = -1
    open_branches: list[Node] = []

    def close(depth: int) -> None:
        notes = []
        while open_branches and open_branches[-1].depth >= depth:
            node = open_branches.pop()
            if node.missing and not node.is_cut:
                notes.append(_more(node, rows[node.comment.id], context))
        if notes:
            views[index] = replace(views[index], after=tuple(notes))

    for node in document_order(roots):
        close(node.depth)
        index += 1
        open_branches.append(node)
    close(0)


def _more(node: Node, row: CommentRow, context: Context) -> MoreReplies:
    return MoreReplies(
        count=node.missing,
        url=links.comment(context.thread.id, row.id, context.language, sort=context.sort),
        number=row.position,
        name=shown_name(row.name, row.kind) if row.state == CommentState.PUBLISHED else "",
        depth=min(node.depth + 1, MAX_DEPTH),
    )
