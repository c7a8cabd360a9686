"""The one place where a stored comment gets another state: its row, its history, lists, counts, the event, and whoever
listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.discussion import listing, ports
from belowline.discussion.actions import facts
from belowline.discussion.events import CommentHidden, CommentPublished
from belowline.discussion.models import StateChange
from belowline.domain.commenting import CommentState
from belowline.outbox.events import record
from belowline.passages.actions.choosing import count_on_passage

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


def move(
    cursor: CursorWrapper,
    comment: facts.StoredComment,
    after: CommentState,
    *,
    actor_id: int | None,
    reason: str,
    now: datetime,
    note: str = "",
) -> None:
    """`comment` as it was read, and locked, in this transaction; `actor_id` None: the pipeline."""
    cursor.execute("UPDATE discussion_comment SET state = %s WHERE id = %s", [after.value, comment.id])
    StateChange.objects.create(
        comment_id=comment.id,
        before=comment.state,
        after=after,
        actor_id=actor_id,
        reason=reason,
        note=note,
        changed_at=now,
    )
    now_us = facts.microseconds(now)
    if after is CommentState.PUBLISHED:
        event = record(
            CommentPublished(comment.thread_id, comment.id, comment.parent_id, comment.author_id), cursor=cursor
        )
        cursor.execute("UPDATE discussion_comment SET published_event = %s WHERE id = %s", [event, comment.id])
        listing.show(cursor, comment_id=comment.id, parent_id=comment.parent_id, now_us=now_us)
        count_public(cursor, comment, change=1)
    elif comment.state is CommentState.PUBLISHED:
        listing.hide(cursor, comment_id=comment.id)
        count_public(cursor, comment, change=-1)
    if after is not CommentState.PUBLISHED and comment.is_listed:
        record(CommentHidden(comment.thread_id, comment.id, after, comment.author_id), cursor=cursor)
    tell(cursor, ports.Stored(comment.id, comment.thread_id, comment.author_id, comment.state, after, now_us))


def tell(cursor: CursorWrapper, stored: ports.Stored) -> None:
    for listener in ports.state_changed:
        listener(cursor, stored)


def count_comments(cursor: CursorWrapper, *, thread_id: int, change: int) -> None:
    """Change a thread's count by a delta row, which no other transaction waits for."""
    cursor.execute("INSERT INTO discussion_threaddelta (thread_id, comments) VALUES (%s, %s)", [thread_id, change])


def count_public(cursor: CursorWrapper, comment: facts.StoredComment, *, change: int) -> None:
    """A stored comment became public (1), or is not any more (-1): in its thread, and on the passage it speaks of."""
    count_comments(cursor, thread_id=comment.thread_id, change=change)
    count_on_passage(cursor, comment.passage_id, change=change)
    for told in ports.counted_on_passage if comment.passage_id is not None else ():
        told(cursor, comment.id, change)
