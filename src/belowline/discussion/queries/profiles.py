"""What a member wrote, as everybody may see it: published comments of discussions that are public."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_PUBLIC = (
    "FROM discussion_comment c JOIN discussion_thread t ON t.id = c.thread_id "
    "WHERE c.author_id = %s AND c.state = 'published' AND NOT t.is_hidden"
)


def published_by(
    cursor: CursorWrapper, author_id: int, *, behind_id: int | None = None, at_most: int
) -> list[tuple[int, int]]:
    """(comment, discussion), the newest first; those that stand behind `behind_id`. One query, two behind a comment."""
    if behind_id is None:
        cursor.execute(
            f"SELECT c.id, c.thread_id {_PUBLIC} ORDER BY c.time_key DESC, c.id DESC LIMIT %s", [author_id, at_most]
        )
        return [(comment_id, thread_id) for comment_id, thread_id in cursor.fetchall()]
    cursor.execute("SELECT time_key FROM discussion_comment WHERE id = %s", [behind_id])
    row = cursor.fetchone()
    if row is None:
        return []
    cursor.execute(
        f"SELECT c.id, c.thread_id {_PUBLIC} AND c.time_key <= %s AND (c.time_key < %s OR c.id < %s) "
        "ORDER BY c.time_key DESC, c.id DESC LIMIT %s",
        [author_id, row[0], row[0], behind_id, at_most],
    )
    return [(comment_id, thread_id) for comment_id, thread_id in cursor.fetchall()]


def published_count(cursor: CursorWrapper, author_id: int, *, at_most: int) -> int:
    """How many there are; counting stops at `at_most`."""
    cursor.execute(f"SELECT count(*) FROM (SELECT c.id {_PUBLIC} LIMIT %s) AS counted", [author_id, at_most])
    found: int = cursor.fetchone()[0]
    return found
