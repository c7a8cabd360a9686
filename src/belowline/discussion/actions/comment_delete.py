"""Deleting one's own comment. The words go from every revision; a tombstone stays where others have replied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from belowline.discussion.actions import facts, states
from belowline.discussion.models import GivenSource, Mention
from belowline.domain.commenting import CommentState, Refused, decide_deleting
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime


def delete_comment(reader_id: int, *, comment_id: int, now: datetime) -> CommentState | Refused:
    """Delete for good. The second press of the button finds it gone and answers the same."""
    return write(lambda: _delete(reader_id, comment_id=comment_id, now=now))


def _delete(reader_id: int, *, comment_id: int, now: datetime) -> CommentState | Refused:
    with connection.cursor() as cursor:
        comment = facts.stored_comment(cursor, comment_id)
        if comment is None:
            return Refused("comment_missing", status=404)
        is_author = comment.author_id == reader_id
        if is_author and comment.state is CommentState.DELETED:
            return CommentState.DELETED
        decision = decide_deleting(is_author=is_author, state=comment.state)
        if isinstance(decision, Refused):
            return decision
        cursor.execute("UPDATE discussion_comment SET source_url = '' WHERE id = %s", [comment_id])
        GivenSource.objects.filter(comment_id=comment_id).update(url="")
        Mention.objects.filter(comment_id=comment_id).delete()
        cursor.execute(
            # The digest of a telephone number tells the number to whoever tries them all.
            "UPDATE discussion_revision SET source = '', html = '', excerpt = '', digest = %s, is_public = FALSE "
            "WHERE comment_id = %s",
            [b"", comment_id],
        )
        states.move(cursor, comment, CommentState.DELETED, actor_id=reader_id, reason="author", now=now)
        return CommentState.DELETED
