"""Which comments appear in lists: published ones, and tombstones above them.

`is_listed` and `listed_replies` are kept here, in the transaction that changes a state. Both walks stop at the first
ancestor that does not change; they are loops over single rows, never recursion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def show_below(cursor: CursorWrapper, *, parent_id: int | None, now_us: int | None) -> None:
    """A reply of `parent_id` was listed: count it, and list hidden ancestors as tombstones.

    `now_us` is when the reply came, None when that is not to be remembered.
    """
    first_reply: int | None = now_us
    while parent_id is not None:
        cursor.execute(
            "UPDATE discussion_comment SET listed_replies = listed_replies + 1, "
            "first_reply_us = COALESCE(first_reply_us, %s) WHERE id = %s RETURNING is_listed, parent_id",
            [first_reply, parent_id],
        )
        is_listed, grandparent_id = cursor.fetchone()
        if is_listed:
            return
        cursor.execute("UPDATE discussion_comment SET is_listed = TRUE WHERE id = %s", [parent_id])
        first_reply, parent_id = None, grandparent_id


def hide(cursor: CursorWrapper, *, comment_id: int) -> None:
    """A comment is not public any more: it leaves the lists unless listed replies hang below it."""
    current: int | None = comment_id
    while current is not None:
        cursor.execute(
            "UPDATE discussion_comment SET is_listed = FALSE "
            "WHERE id = %s AND is_listed AND listed_replies = 0 AND state <> 'published' RETURNING parent_id",
            [current],
        )
        row = cursor.fetchone()
        if row is None or row[0] is None:
            return
        current = row[0]
        cursor.execute("UPDATE discussion_comment SET listed_replies = listed_replies - 1 WHERE id = %s", [current])


def show(cursor: CursorWrapper, *, comment_id: int, parent_id: int | None, now_us: int) -> None:
    """A stored comment became public again."""
    cursor.execute(
        "UPDATE discussion_comment SET is_listed = TRUE WHERE id = %s AND NOT is_listed RETURNING id", [comment_id]
    )
    if cursor.fetchone() is not None:
        show_below(cursor, parent_id=parent_id, now_us=now_us)
