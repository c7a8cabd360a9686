"""What staff do to a comment: approve, reject, remove, restore. Who may do it is decided above, in moderation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from belowline.discussion import listing
from belowline.discussion.actions import facts
from belowline.discussion.actions.comment_post import count_public
from belowline.discussion.events import CommentHidden, CommentPublished
from belowline.discussion.models import StateChange
from belowline.domain.commenting import CommentState, Refused, decide_staff_act
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


def change_state(
    act: str, *, comment_id: int, actor_id: int, reason: str, now: datetime, note: str = ""
) -> CommentState | Refused:
    """Carry out a staff act and keep who, why and when. `act` is a key of domain.commenting.STAFF_ACTS."""
    return write(lambda: _change(act, comment_id=comment_id, actor_id=actor_id, reason=reason, now=now, note=note))


def _change(
    act: str, *, comment_id: int, actor_id: int, reason: str, now: datetime, note: str
) -> CommentState | Refused:
    with connection.cursor() as cursor:
        comment = facts.stored_comment(cursor, comment_id)
        if comment is None:
            return Refused("comment_missing", status=404)
        after = decide_staff_act(act, state=comment.state)
        if isinstance(after, Refused):
            return after
        cursor.execute("UPDATE discussion_comment SET state = %s WHERE id = %s", [after.value, comment_id])
        StateChange.objects.create(
            comment_id=comment_id,
            before=comment.state,
            after=after,
            actor_id=actor_id,
            reason=reason,
            note=note,
            changed_at=now,
        )
        if after is CommentState.PUBLISHED:
            _publish(cursor, comment, now=now)
        elif comment.state is CommentState.PUBLISHED:
            listing.hide(cursor, comment_id=comment_id)
            count_public(cursor, comment, change=-1)
        if after is not CommentState.PUBLISHED and comment.is_listed:
            record(CommentHidden(comment.thread_id, comment_id, after, comment.author_id), cursor=cursor)
        return after


def publish_held(
    cursor: CursorWrapper, comment: facts.StoredComment, *, actor_id: int | None, reason: str, now: datetime
) -> None:
    """A held comment becomes public without a moderator: its author has done what was asked of them."""
    cursor.execute("UPDATE discussion_comment SET state = 'published' WHERE id = %s", [comment.id])
    StateChange.objects.create(
        comment_id=comment.id,
        before=comment.state,
        after=CommentState.PUBLISHED,
        actor_id=actor_id,
        reason=reason,
        changed_at=now,
    )
    _publish(cursor, comment, now=now)


def _publish(cursor: CursorWrapper, comment: facts.StoredComment, *, now: datetime) -> None:
    event = record(CommentPublished(comment.thread_id, comment.id, comment.parent_id, comment.author_id), cursor=cursor)
    cursor.execute("UPDATE discussion_comment SET published_event = %s WHERE id = %s", [event, comment.id])
    listing.show(cursor, comment_id=comment.id, parent_id=comment.parent_id, now_us=facts.microseconds(now))
    count_public(cursor, comment, change=1)
