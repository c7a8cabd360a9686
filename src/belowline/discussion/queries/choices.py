"""What readers decided for themselves: whom they ignore, which branches they muted. Asked by what is personal alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.storage.reading import aware

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


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
    """Whether the reader muted this very comment, which a press takes back. What is muted above it: `turned_away`."""
    cursor.execute(
        "SELECT 1 FROM discussion_mutedbranch WHERE reader_id = %s AND comment_id = %s", [reader_id, comment_id]
    )
    return cursor.fetchone() is not None


def turned_away(cursor: CursorWrapper, *, author_id: int, branch: Sequence[int]) -> set[int]:
    """The readers who do not want to hear of a comment: they ignore its author, or have muted one of `branch`, which is
    the comment with what stands above it. Two queries."""
    cursor.execute("SELECT reader_id FROM discussion_ignoredreader WHERE ignored_id = %s", [author_id])
    found = {row[0] for row in cursor.fetchall()}
    marks = ", ".join(["%s"] * len(branch))
    cursor.execute(f"SELECT reader_id FROM discussion_mutedbranch WHERE comment_id IN ({marks})", list(branch))
    return found | {row[0] for row in cursor.fetchall()}


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
    return [Ignored(pk, name, aware(since)) for pk, name, since in cursor.fetchall()]
