"""What readers decided for themselves: whom they ignore, which branches they muted. Asked by what is personal alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.discussion.queries import comments

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

# As far up as a muted comment is looked for: each 64 levels are one query.
LEVELS_UP = 1_280


@dataclass(frozen=True, slots=True)
class Ignored:
    reader_id: int
    name: str
    since: datetime


def is_ignored(cursor: CursorWrapper, reader_id: int, *, author_id: int) -> bool:
    """Whether the reader ignores that author: no comment, no mention and no notice of theirs is for this reader."""
    cursor.execute(
        "SELECT 1 FROM discussion_ignoredreader WHERE reader_id = %s AND ignored_id = %s", [reader_id, author_id]
    )
    return cursor.fetchone() is not None


def is_muted(cursor: CursorWrapper, reader_id: int, *, comment_id: int) -> bool:
    """Whether the reader muted this comment or one above it. One query where nothing in the thread is muted."""
    muted = muted_in_thread_of(cursor, reader_id, comment_id=comment_id)
    if not muted or comment_id in muted:
        return bool(muted)
    spot = comments.spot(cursor, comment_id)
    assert spot is not None, comment_id
    return not muted.isdisjoint(comments.ancestor_ids(cursor, spot, at_most=LEVELS_UP))


def left_out(cursor: CursorWrapper, *, comment_id: int, readers: Collection[int]) -> set[int]:
    """Those of many readers who are not to be told of a comment: they ignore its author, or muted it or one above it.
    Three queries however many there are, and one for each 64 levels above it where somebody muted something here."""
    cursor.execute(
        "SELECT reader_id FROM discussion_ignoredreader "
        "WHERE ignored_id = (SELECT author_id FROM discussion_comment WHERE id = %s)",
        [comment_id],
    )
    found = {row[0] for row in cursor.fetchall()}
    cursor.execute(
        "SELECT m.comment_id, m.reader_id FROM discussion_mutedbranch m JOIN discussion_comment c ON c.id = m.comment_id "
        "WHERE c.thread_id = (SELECT thread_id FROM discussion_comment WHERE id = %s)",
        [comment_id],
    )
    muted = cursor.fetchall()
    spot = comments.spot(cursor, comment_id) if muted else None
    if spot is not None:
        branch = {comment_id, *comments.ancestor_ids(cursor, spot, at_most=LEVELS_UP)}
        found |= {reader_id for muted_id, reader_id in muted if muted_id in branch}
    return found & set(readers)


def muted_in_thread_of(cursor: CursorWrapper, reader_id: int, *, comment_id: int) -> set[int]:
    cursor.execute(
        "SELECT m.comment_id FROM discussion_mutedbranch m JOIN discussion_comment c ON c.id = m.comment_id "
        "WHERE m.reader_id = %s AND c.thread_id = (SELECT thread_id FROM discussion_comment WHERE id = %s)",
        [reader_id, comment_id],
    )
    return {row[0] for row in cursor.fetchall()}


def ignored_among(cursor: CursorWrapper, reader_id: int, comment_ids: Sequence[int]) -> list[int]:
    """Those of the comments whose authors the reader ignores."""
    if not comment_ids:
        return []
    marks = ", ".join(["%s"] * len(comment_ids))
    cursor.execute(
        "SELECT c.id FROM discussion_comment c JOIN discussion_ignoredreader i ON i.ignored_id = c.author_id "
        f"WHERE i.reader_id = %s AND c.id IN ({marks}) ORDER BY c.id",
        [reader_id, *comment_ids],
    )
    return [row[0] for row in cursor.fetchall()]


def ignored_readers(cursor: CursorWrapper, reader_id: int) -> list[Ignored]:
    """All that the reader ignores, the latest first; for the reader's own page and export."""
    cursor.execute(
        "SELECT r.id, r.name, i.at FROM discussion_ignoredreader i JOIN accounts_reader r ON r.id = i.ignored_id "
        "WHERE i.reader_id = %s ORDER BY i.at DESC, r.id",
        [reader_id],
    )
    return [Ignored(*row) for row in cursor.fetchall()]
