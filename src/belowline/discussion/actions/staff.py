"""What staff do to a comment: approve, reject, remove, restore. Who may do it is decided above, in moderation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from belowline.discussion.actions import facts, states
from belowline.domain.commenting import CommentState, Refused, decide_staff_act
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime


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
        states.move(cursor, comment, after, actor_id=actor_id, reason=reason, note=note, now=now)
        return after


def take_back(comment_id: int, *, before: CommentState, actor_id: int, reason: str, now: datetime) -> Refused | None:
    """Give a comment the state again that it had before a staff act. Whether that may be is decided above."""

    def change() -> Refused | None:
        with connection.cursor() as cursor:
            comment = facts.stored_comment(cursor, comment_id)
            if comment is None:
                return Refused("comment_missing", status=404)
            if comment.state is not before:
                states.move(cursor, comment, before, actor_id=actor_id, reason=reason, now=now)
            return None

    return write(change)
