"""Comments as pages need them: one row each, with author, words and the parent's line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from belowline.domain import tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.backends.utils import CursorWrapper

# Numbered pages are ranges of positions; this never changes, because links to them must not (decision 0005).
POSITIONS_PER_PAGE = 200


@dataclass(frozen=True, slots=True, eq=False)
class CommentRow:
    """`html` is empty unless the comment is published, and so are the parent's words.

    One that was read before is the same object (`_row`), which makes it a quick key to what was made of it.
    """

    id: int
    parent_id: int | None
    root_id: int
    depth: int
    position: int
    state: str
    replies: int
    time_key: int
    edited_us: int | None
    is_edited_after_reply: bool
    is_branch_closed: bool
    up: int
    down: int
    counted_less: int
    published_event: int
    author_id: int
    name: str
    kind: str
    badge: str
    html: str
    parent_position: int | None
    parent_name: str | None
    parent_excerpt: str | None
    passage_id: int | None = None


_SELECT = """
SELECT c.id, c.parent_id, c.root_id, c.depth, c.position, c.state, c.listed_replies, c.time_key, c.edited_us,
  c.is_edited_after_reply, c.is_branch_closed, c.up + c.imported_up, c.down + c.imported_down,
  ((c.up + c.down) * 1000 - c.up_milli - c.down_milli + 999) / 1000, COALESCE(c.published_event, 0), c.author_id,
  a.name, a.kind, a.badge, CASE WHEN c.state = 'published' THEN r.html ELSE '' END,
  p.position, pa.name, CASE WHEN p.state = 'published' THEN pr.excerpt ELSE '' END,
  c.passage_id
FROM discussion_comment c
JOIN accounts_reader a ON a.id = c.author_id
JOIN discussion_revision r ON r.comment_id = c.id AND r.number = c.revision
LEFT JOIN discussion_comment p ON p.id = c.parent_id
LEFT JOIN accounts_reader pa ON pa.id = p.author_id AND p.state = 'published'
LEFT JOIN discussion_revision pr ON pr.comment_id = p.id AND pr.number = p.revision
"""


# A page is read again after every comment and every vote, and all but a few of its rows are what they were.
@lru_cache(maxsize=1024)
def _row(values: tuple[Any, ...]) -> CommentRow:
    return CommentRow(*values)


def comment_rows(cursor: CursorWrapper, ids: Sequence[int]) -> dict[int, CommentRow]:
    """The rows of these comments by id, whatever their state. One query, none for no ids."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(f"{_SELECT} WHERE c.id IN ({marks})", list(ids))
    return {values[0]: _row(values) for values in cursor.fetchall()}


def timeline_rows(cursor: CursorWrapper, *, thread_id: int, page: int) -> list[CommentRow]:
    """The published comments of a numbered page, by position; page 1 holds positions 1 to 200."""
    first = POSITIONS_PER_PAGE * (page - 1) + 1
    cursor.execute(
        f"{_SELECT} WHERE c.thread_id = %s AND c.position BETWEEN %s AND %s AND c.state = 'published' "
        "ORDER BY c.position",
        [thread_id, first, first + POSITIONS_PER_PAGE - 1],
    )
    return [_row(values) for values in cursor.fetchall()]


def on_passages(cursor: CursorWrapper, passage_ids: Sequence[int], *, at_most: int) -> list[CommentRow]:
    """The published comments on these passages, oldest first, at most so many of each."""
    found: list[CommentRow] = []
    for passage_id in passage_ids:
        cursor.execute(
            f"{_SELECT} WHERE c.passage_id = %s AND c.state = 'published' ORDER BY c.time_key LIMIT %s",
            [passage_id, at_most],
        )
        found += [_row(values) for values in cursor.fetchall()]
    return found


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a comment stands, enough to find its ancestors."""

    id: int
    thread_id: int
    parent_id: int | None
    depth: int
    segment: int
    path: bytes
    state: str
    is_listed: bool
    replies: int
    was_published: bool


def spot(cursor: CursorWrapper, comment_id: int) -> Spot | None:
    cursor.execute(
        "SELECT id, thread_id, parent_id, depth, segment, path, state, is_listed, listed_replies, "
        "published_event IS NOT NULL "
        "FROM discussion_comment WHERE id = %s",
        [comment_id],
    )
    row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    values[5] = bytes(values[5])  # PostgreSQL hands out a memoryview
    return Spot(*values)


def ancestor_ids(cursor: CursorWrapper, below: Spot, *, at_most: int) -> list[int]:
    """The nearest ancestors, top down. One query for each 64 levels that `at_most` reaches beyond its own segment."""
    ids = tree.ids_in_path(below.path)[:-1]
    segment = below.segment
    while segment and len(ids) < at_most:
        cursor.execute("SELECT segment, path FROM discussion_comment WHERE id = %s", [segment])
        segment, path = cursor.fetchone()
        ids = tree.ids_in_path(bytes(path)) + ids
    return ids[-at_most:] if at_most else []


@dataclass(frozen=True, slots=True)
class RevisionRow:
    number: int
    written_us: int
    html: str


def public_revisions(cursor: CursorWrapper, comment_id: int, *, at_most: int = 50) -> list[RevisionRow]:
    """The public wordings of a published comment, newest first; none for any other state."""
    cursor.execute(
        "SELECT r.number, r.written_us, r.html FROM discussion_revision r "
        "JOIN discussion_comment c ON c.id = r.comment_id "
        "WHERE r.comment_id = %s AND c.state = 'published' AND r.is_public ORDER BY r.number DESC LIMIT %s",
        [comment_id, at_most],
    )
    return [RevisionRow(*row) for row in cursor.fetchall()]


def votes_of(cursor: CursorWrapper, reader_id: int, comment_ids: Iterable[int]) -> dict[int, int]:
    """The reader's standing votes on these comments, by comment."""
    ids = list(comment_ids)
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(
        f"SELECT comment_id, value FROM discussion_vote WHERE reader_id = %s AND value <> 0 AND comment_id IN ({marks})",
        [reader_id, *ids],
    )
    return dict(cursor.fetchall())


def imported_comment(cursor: CursorWrapper, *, thread_id: int, source: str, source_id: str) -> int | None:
    """Which comment an imported permalink leads to."""
    cursor.execute(
        "SELECT comment_id FROM discussion_importedcomment WHERE thread_id = %s AND source = %s AND source_id = %s",
        [thread_id, source, source_id],
    )
    row = cursor.fetchone()
    return None if row is None else row[0]
