"""From rows to what the comment template prints. Decides nothing that belongs to a reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from belowline.discussion.actions.facts import microseconds, moment
from belowline.discussion.queries.comments import NamedReader, named_in
from belowline.domain.anchoring import State
from belowline.domain.asking import source_host
from belowline.domain.commenting import ReaderKind, ThreadMode, counts_visible_us
from belowline.domain.paging import MAX_DEPTH, document_order
from belowline.pages import links
from belowline.pages.comment_text import shown_text
from belowline.pages.model import (
    AskedView,
    CommentState,
    CommentView,
    EditedView,
    Link,
    MoreReplies,
    PassageView,
    RepliesView,
    ReplyTo,
)
from belowline.passages.queries import passages, tag_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow
    from belowline.domain.paging import Node
    from belowline.passages.queries import PassageRow

# About twelve lines on a desktop page; longer ones fold behind one press (threads-ui.md, "Long bodies fold").
LONG_HTML = 1_500
EXCERPT = 80
# Three lines of a quotation; who wants to read on follows it to where it stands.
QUOTED = 280


@dataclass(frozen=True, slots=True)
class Frame:
    """What all comments of a page have in common, as far as it shows in each of them."""

    thread_id: int
    language: str
    sort: str
    is_open: bool
    staff_reader_id: int | None
    subject_url: str


@dataclass(slots=True)
class Context:
    """What the comments of one page share. `position` is the newest event that the page's snapshot sees; `fresh_until`
    the next moment at which hidden counts show."""

    thread: ThreadRow
    language: str
    now: datetime
    sort: str = ""
    position: int = 0
    fresh_until: datetime | None = None
    on_page: frozenset[int] = field(default_factory=frozenset)
    passages: dict[int, PassageRow] = field(default_factory=dict)
    named: dict[int, tuple[NamedReader, ...]] = field(default_factory=dict)
    frame: Frame = field(init=False)
    now_us: int = field(init=False)
    hide_minutes: int = field(init=False)
    hide_votes: int = field(init=False)

    def __post_init__(self) -> None:
        self.frame = Frame(
            self.thread.id,
            self.language,
            self.sort,
            self.is_open,
            self.thread.staff_reader_id,
            subject_url(self.thread),
        )
        self.now_us = microseconds(self.now)
        rules = settings.CONFIG.discussion
        self.hide_minutes, self.hide_votes = rules.hide_counts_minutes, rules.hide_counts_votes

    @property
    def is_open(self) -> bool:
        return self.thread.mode != ThreadMode.CLOSED

    @property
    def passage_tags(self) -> tuple[str, ...]:
        """What makes the page stale besides its thread: the texts that are quoted on it."""
        return tuple(sorted({tag_of(one.text_id) for one in self.passages.values()}))


def subject_url(thread: ThreadRow) -> str:
    """The article's own address, in its language; empty for the subject of another site."""
    if not thread.url.startswith("/"):
        return ""
    return f"{links.prefix(thread.language) if thread.language in dict(settings.LANGUAGES) else ''}{thread.url}"


def quote_passages(cursor: CursorWrapper, context: Context, rows: Iterable[CommentRow]) -> None:
    """Read what these comments speak of, where they speak of any passage, and whom they name, where they name anybody.
    A query for each then, else none."""
    rows = list(rows)
    wanted = {one.passage_id for one in rows if one.passage_id is not None} - context.passages.keys()
    if wanted:
        context.passages |= passages(cursor, wanted)
    naming = [one.id for one in rows if "@" in one.html]
    if naming:
        context.named |= named_in(cursor, naming)


@lru_cache(maxsize=1024)
def passage_view(row: PassageRow, subject_url: str) -> PassageView:
    """A passage as it is quoted."""
    if row.is_withheld and not row.wording:
        return PassageView("", "withheld", is_figure=row.is_figure)
    url = f"{subject_url}#{row.block}" if row.block and subject_url else ""
    is_whole = row.state == State.SAME or row.state == State.ORPHANED
    return PassageView(
        quote=shortened(row.exact if is_whole or not row.wording else row.wording),
        state=row.state,
        url=url,
        older="" if is_whole or row.wording in {"", row.exact} else shortened(row.exact),
        changed_at=row.changed_at,
        is_figure=row.is_figure,
    )


def shortened(words: str) -> str:
    """In one line; a long paragraph's beginning. Isolated by the markup, and never cut within a word where it has one."""
    line = " ".join(words.split())
    if len(line) <= QUOTED:
        return line
    cut = line[:QUOTED]
    return f"{cut.rpartition(' ')[0] or cut}…"


@lru_cache(maxsize=256)
def _badge_words(badge: str, is_subject_author: bool, language: str) -> tuple[str, ...]:
    """`language` is the active one; it is asked for so that the answer is kept apart from other languages'."""
    names = {"reporter": _("Reporter"), "editor": _("Editor"), "moderator": _("Moderator")}
    found = (names[badge],) if badge in names else ()
    return (*found, _("Author of the article")) if is_subject_author else found


def badge_words(badge: str, language: str) -> tuple[str, ...]:
    """Of somebody of the newsroom who is no comment's author."""
    return _badge_words(badge, False, language)


def badges(row: CommentRow, frame: Frame) -> tuple[str, ...]:
    is_subject_author = frame.staff_reader_id == row.author_id
    if not row.badge and not is_subject_author:
        return ()
    return _badge_words(row.badge, is_subject_author, frame.language)


@dataclass(frozen=True, slots=True)
class Around:
    """What a comment's place on the page adds to it. `root_id` and `next_id` are 0 where there is nothing to go to."""

    depth: int = 1
    root_id: int = 0
    next_id: int = 0
    is_cut: bool = False
    replies: int = 0  # shown below it; their whole number
    after: tuple[MoreReplies, ...] = ()


ALONE = Around()


def comment_view(row: CommentRow, context: Context, *, around: Around = ALONE) -> CommentView:
    """One comment or tombstone as every reader sees it."""
    is_hidden = row.state == "published" and are_counts_hidden(row, context)
    passage = context.passages.get(row.passage_id) if row.passage_id is not None else None
    return _view(
        row, context.frame, around, row.parent_id in context.on_page, is_hidden, passage, context.named.get(row.id, ())
    )


# A page is built again after every comment and every vote, and all but one of its comments are what they were. A view
# is remembered by everything that it is made of; that no reader is among it is what makes pages public.
@lru_cache(maxsize=1024)
def _view(
    row: CommentRow,
    frame: Frame,
    around: Around,
    is_parent_here: bool,
    are_counts_hidden: bool,
    passage: PassageRow | None,
    named: tuple[NamedReader, ...],
) -> CommentView:
    thread_id, language = frame.thread_id, frame.language
    is_public = row.state == "published"
    is_writable = is_public and frame.is_open
    is_stopped = is_writable and row.is_branch_closed
    branch = links.comment(thread_id, row.id, language, sort=frame.sort)
    return CommentView(
        id=row.id,
        number=row.position,
        depth=around.depth,
        level=row.depth,
        name=shown_name(row.name, row.kind) if is_public else "",
        url=links.comment(thread_id, row.id, language),
        at=moment(row.time_key),
        body_html=shown_text(row.html, named),
        state=_SHOWN[row.state],
        badges=badges(row, frame) if is_public else (),
        reply_to=reply_line(row, frame, is_parent_here=is_parent_here),
        root_url=f"#c-{around.root_id}" if around.root_id else "",
        next_url=f"#c-{around.next_id}" if around.next_id else "",
        up=row.up,
        down=row.down,
        counted_less=row.counted_less,
        counts_hidden=are_counts_hidden,
        votes=is_writable,
        reply_url=links.reply_form(thread_id, row.id, language) if is_writable and not is_stopped else "",
        is_stopped=is_stopped,
        edited=edited_view(row, frame) if is_public else None,
        replies=RepliesView(around.replies, branch) if around.replies else None,
        continue_url=branch if around.is_cut else "",
        after=around.after,
        seq=row.published_event if is_public else 0,
        is_long=len(row.html) > LONG_HTML,
        passage=passage_view(passage, frame.subject_url) if passage is not None and is_public else None,
        source=asked_view(row, language) if is_public and (row.source_asks or row.source_url) else None,
    )


def asked_view(row: CommentRow, language: str) -> AskedView:
    host = source_host(row.source_url) if row.source_url else ""
    return AskedView(row.source_asks, links.own_comment(row.id, language, "source"), row.source_url, host)


# To the public, what was held or rejected after it had been public is gone like what was removed.
_SHOWN = {
    "published": CommentState.PUBLISHED,
    "deleted": CommentState.DELETED,
    "removed": CommentState.REMOVED,
    "held": CommentState.REMOVED,
    "rejected": CommentState.REMOVED,
}


def shown_name(name: str, kind: str) -> str:
    """A name as pages print it; those of an import who gave none are anonymous."""
    if kind == "erased":
        return _("Deleted reader")
    return name or _("Anonymous")


def profile_link(row: CommentRow, language: str) -> Link | None:
    """To the profile of who wrote a comment; None for everybody without an account."""
    return Link(links.profile(row.author_id, language), row.name) if row.kind == ReaderKind.MEMBER else None


def are_counts_hidden(row: CommentRow, context: Context) -> bool:
    """Whether the counts are still hidden; notes the moment at which they will not be."""
    visible_us = counts_visible_us(
        posted_us=row.time_key,
        votes=row.up + row.down,
        hide_minutes=context.hide_minutes,
        hide_votes=context.hide_votes,
    )
    if visible_us is None or visible_us <= context.now_us:
        return False
    visible_at = moment(visible_us)
    context.fresh_until = visible_at if context.fresh_until is None else min(context.fresh_until, visible_at)
    return True


def reply_line(row: CommentRow, frame: Frame, *, is_parent_here: bool) -> ReplyTo | None:
    """The parent's name and first words; nothing when the parent is not public any more."""
    if row.parent_id is None or row.parent_name is None or row.parent_position is None:
        return None
    url = f"#c-{row.parent_id}" if is_parent_here else links.comment(frame.thread_id, row.parent_id, frame.language)
    return ReplyTo(
        url,
        row.parent_position,
        shown_name(row.parent_name, row.parent_kind or ""),
        (row.parent_excerpt or "")[:EXCERPT],
    )


def edited_view(row: CommentRow, frame: Frame) -> EditedView | None:
    if row.edited_us is None:
        return None
    url = links.history(frame.thread_id, row.id, frame.language)
    return EditedView(moment(row.edited_us), url, bool(row.is_edited_after_reply))


def tree_views(roots: Sequence[Node], rows: Mapping[int, CommentRow], context: Context) -> list[CommentView]:
    """A page's tree in document order, with what is missing said where it is missing."""
    ordered = list(document_order(roots))
    context.on_page = frozenset(node.comment.id for node in ordered)
    following = _next_at_level([list(roots), *(node.children for node in ordered)])
    missing = _missing_after(ordered, rows, context)
    views = []
    root_id = 0
    for node in ordered:
        comment_id = node.comment.id
        if node.depth == 1:
            root_id = comment_id
        around = Around(
            depth=node.depth,
            # A reply to the root has its parent link already.
            root_id=root_id if node.depth > 2 else 0,
            next_id=following.get(comment_id, 0),
            is_cut=node.is_cut,
            replies=node.comment.replies if node.children else 0,
            after=missing.get(comment_id, ()),
        )
        views.append(comment_view(rows[comment_id], context, around=around))
    return views


def _next_at_level(groups: Sequence[Sequence[Node]]) -> dict[int, int]:
    """For each comment that has a next sibling on this page: its id."""
    return {node.comment.id: following.comment.id for group in groups for node, following in pairwise(group)}


def _missing_after(
    ordered: Sequence[Node], rows: Mapping[int, CommentRow], context: Context
) -> dict[int, tuple[MoreReplies, ...]]:
    """Behind the last shown comment of each branch that has more replies: how many, and where. Innermost first."""
    notes: dict[int, list[MoreReplies]] = {}
    open_branches: list[Node] = []
    last = 0

    def close(depth: int) -> None:
        while open_branches and open_branches[-1].depth >= depth:
            node = open_branches.pop()
            if node.missing and not node.is_cut:
                notes.setdefault(last, []).append(_more(node, rows[node.comment.id], context))

    for node in ordered:
        close(node.depth)
        open_branches.append(node)
        last = node.comment.id
    close(0)
    return {comment_id: tuple(found) for comment_id, found in notes.items()}


def _more(node: Node, row: CommentRow, context: Context) -> MoreReplies:
    return MoreReplies(
        count=node.missing,
        url=links.comment(context.thread.id, row.id, context.language, sort=context.sort),
        number=row.position,
        name=shown_name(row.name, row.kind) if row.state == CommentState.PUBLISHED else "",
        depth=min(node.depth + 1, MAX_DEPTH),
    )
