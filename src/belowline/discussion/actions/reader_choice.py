"""What a reader decides for oneself: whom to ignore, which branch to hear no more of; and as an author, where replies end.

The first two change no public page: nobody else is told, least of all who is ignored. The third is public.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from belowline.discussion.actions import facts
from belowline.discussion.events import RepliesStopped
from belowline.discussion.models import IgnoredReader, MutedBranch
from belowline.domain.commenting import CommentState, Refused, decide_ignoring, decide_stopping
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

# Far more than anybody keeps in mind; the personal answer of a page compares with all of them.
IGNORED_MAX = 500
MUTED_MAX = 500


def ignore_author(reader_id: int, *, comment_id: int, is_ignored: bool, now: datetime) -> Refused | None:
    """Ignore whoever wrote this comment, or no longer. The same again changes nothing."""
    return write(lambda: _ignore(reader_id, comment_id=comment_id, is_ignored=is_ignored, now=now))


def _ignore(reader_id: int, *, comment_id: int, is_ignored: bool, now: datetime) -> Refused | None:
    with connection.cursor() as cursor:
        comment = _public_comment(cursor, comment_id)
    if isinstance(comment, Refused):
        return comment
    rows = IgnoredReader.objects.filter(reader_id=reader_id)
    if not is_ignored:
        rows.filter(ignored_id=comment.author_id).delete()
        return None
    refused = decide_ignoring(is_self=comment.author_id == reader_id, count=rows.count(), most=IGNORED_MAX)
    if refused is None:
        IgnoredReader.objects.get_or_create(reader_id=reader_id, ignored_id=comment.author_id, defaults={"at": now})
    return refused


def stop_ignoring(reader_id: int, *, ignored_id: int) -> None:
    """Take somebody off the reader's own list, whatever became of their comments."""
    write(lambda: IgnoredReader.objects.filter(reader_id=reader_id, ignored_id=ignored_id).delete())


def mute_branch(reader_id: int, *, comment_id: int, is_muted: bool, now: datetime) -> Refused | None:
    """No notices of what is said below this comment, or again. The same again changes nothing."""
    return write(lambda: _mute(reader_id, comment_id=comment_id, is_muted=is_muted, now=now))


def _mute(reader_id: int, *, comment_id: int, is_muted: bool, now: datetime) -> Refused | None:
    with connection.cursor() as cursor:
        comment = _public_comment(cursor, comment_id)
    if isinstance(comment, Refused):
        return comment
    rows = MutedBranch.objects.filter(reader_id=reader_id)
    if not is_muted:
        rows.filter(comment_id=comment_id).delete()
    elif rows.count() >= MUTED_MAX:
        return Refused("muted_full", status=409)
    else:
        MutedBranch.objects.get_or_create(reader_id=reader_id, comment_id=comment_id, defaults={"at": now})
    return None


def stop_replies(reader_id: int, *, comment_id: int, is_stopped: bool) -> Refused | None:
    """The author takes no more replies to this one comment, or takes them again. What was answered stays."""
    return write(lambda: _stop(reader_id, comment_id=comment_id, is_stopped=is_stopped))


def _stop(reader_id: int, *, comment_id: int, is_stopped: bool) -> Refused | None:
    with connection.cursor() as cursor:
        comment = facts.stored_comment(cursor, comment_id)
        if comment is None:
            return Refused("comment_missing", status=404)
        refused = decide_stopping(is_author=comment.author_id == reader_id, state=comment.state)
        if refused is None and comment.is_branch_closed != is_stopped:
            cursor.execute(
                "UPDATE discussion_comment SET is_branch_closed = %s WHERE id = %s", [is_stopped, comment_id]
            )
            record(RepliesStopped(comment.thread_id, comment_id), cursor=cursor)
        return refused


def _public_comment(cursor: CursorWrapper, comment_id: int) -> facts.StoredComment | Refused:
    """One that is or was published; another one's id says nothing."""
    comment = facts.stored_comment(cursor, comment_id)
    if comment is None or comment.state in {CommentState.HELD, CommentState.REJECTED}:
        return Refused("comment_missing", status=404)
    return comment
