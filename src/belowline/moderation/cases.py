"""What waits for a moderator: opened and closed in the transaction that made it wait, or settled it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.discussion.actions.facts import moment
from belowline.domain import moderating
from belowline.domain.commenting import CommentState
from belowline.domain.moderating import Queue
from belowline.domain.screening import UNCONFIRMED, Outcome, from_stored
from belowline.moderation.models import Origin, Sketch, SketchBand

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.ports import Stored
    from belowline.domain.screening import Finding

# Published, and yet somebody should look.
DOUBTED = frozenset({"assistant_doubts"})
_BY_SCREENING = frozenset({Queue.HELD, Queue.UNCONFIRMED, Queue.DOUBTS})


def follow(cursor: CursorWrapper, stored: Stored) -> None:
    """The cases of a comment whose state or words have changed. One that waits is in one queue, also when it is reported."""
    if stored.before is None and stored.after is CommentState.PUBLISHED and not stored.has_findings:
        return  # almost every comment: nothing is asked, nothing written
    if stored.after not in {CommentState.HELD, CommentState.PUBLISHED}:
        _close(cursor, stored.comment_id, *Queue)
        if stored.after is CommentState.DELETED:
            _forget(stored.comment_id)
        return
    found = _found(cursor, stored.comment_id)
    if stored.after is CommentState.HELD:
        codes = [one.code for one in found if one.outcome is Outcome.HOLD]
        queue = Queue.UNCONFIRMED if UNCONFIRMED in codes else Queue.HELD
        _close(cursor, stored.comment_id, *(set(Queue) - {queue}))
        # Its author's click is no reason for a moderator while there is another one.
        _open(cursor, stored, queue, next((code for code in codes if code != UNCONFIRMED), "".join(codes)))
        return
    doubts = [one.code for one in found if one.code in DOUBTED]
    # What a moderator let pass is doubted no more.
    is_doubted = doubts and stored.before in {None, CommentState.PUBLISHED}
    _close(cursor, stored.comment_id, *(_BY_SCREENING - ({Queue.DOUBTS} if is_doubted else set())))
    if is_doubted:
        _open(cursor, stored, Queue.DOUBTS, doubts[0])
    if stored.before is CommentState.HELD:
        _open_what_was_reported(cursor, stored)


def open_report(cursor: CursorWrapper, stored: Stored, reason: str, _reporter_id: int | None = None) -> None:
    """A reader has reported a published comment. A graver reason moves the case forward, no reason moves it back."""
    _open(cursor, stored, Queue.REPORTED, reason)


def _open_what_was_reported(cursor: CursorWrapper, stored: Stored) -> None:
    """It stands again, and what was said of it before it waited was answered by nobody."""
    cursor.execute(
        "SELECT reason, concern FROM discussion_report WHERE comment_id = %s AND settled_at IS NULL ORDER BY id",
        [stored.comment_id],
    )
    for code in dict.fromkeys(code for row in cursor.fetchall() for code in row if code):
        _open(cursor, stored, Queue.REPORTED, code)


def close_reports(cursor: CursorWrapper, comment_id: int) -> None:
    """The moderators have decided to leave it."""
    _close(cursor, comment_id, Queue.REPORTED, Queue.DOUBTS)


def _open(cursor: CursorWrapper, stored: Stored, queue: Queue, code: str) -> None:
    place = moderating.place(code=code, opened_us=stored.now_us)
    cursor.execute(
        "INSERT INTO moderation_case (comment_id, queue, thread_id, author_id, language, code, place, opened_at) "
        "SELECT %s, %s, t.id, %s, t.language, %s, %s, %s FROM discussion_thread t WHERE t.id = %s "
        "ON CONFLICT (comment_id, queue) DO UPDATE SET code = CASE WHEN excluded.place < moderation_case.place "
        "THEN excluded.code ELSE moderation_case.code END, place = CASE WHEN excluded.place < moderation_case.place "
        "THEN excluded.place ELSE moderation_case.place END",
        [
            stored.comment_id,
            queue.value,
            stored.author_id,
            code,
            place,
            cursor.db.ops.adapt_datetimefield_value(moment(stored.now_us)),
            stored.thread_id,
        ],
    )


def _close(cursor: CursorWrapper, comment_id: int, *queues: Queue) -> None:
    marks = ", ".join(["%s"] * len(queues))
    cursor.execute(
        f"DELETE FROM moderation_case WHERE comment_id = %s AND queue IN ({marks})",
        [comment_id, *(queue.value for queue in queues)],
    )


def _forget(comment_id: int) -> None:
    """Its author deleted it: nothing is left that could be compared with what was said."""
    Sketch.objects.filter(comment_id=comment_id).delete()
    SketchBand.objects.filter(comment_id=comment_id).delete()
    Origin.objects.filter(comment_id=comment_id).delete()


def _found(cursor: CursorWrapper, comment_id: int) -> tuple[Finding, ...]:
    """In the current wording."""
    cursor.execute(
        "SELECT r.findings FROM discussion_revision r JOIN discussion_comment c ON c.id = r.comment_id "
        "AND c.revision = r.number WHERE c.id = %s",
        [comment_id],
    )
    row = cursor.fetchone()
    return from_stored(row[0]) if row is not None else ()
