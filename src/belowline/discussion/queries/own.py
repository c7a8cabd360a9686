"""What only its author (and staff) may read: a comment in any state, with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.discussion.actions.facts import moment
from belowline.discussion.queries.comments import CommentRow, comment_rows
from belowline.discussion.queries.threads import ThreadRow, thread
from belowline.domain.commenting import CommentState
from belowline.domain.screening import UNCONFIRMED, Finding, from_stored

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class OwnComment:
    row: CommentRow
    thread: ThreadRow
    source: str
    html: str
    first_reply_us: int | None
    findings: tuple[Finding, ...] = ()

    @property
    def is_unconfirmed(self) -> bool:
        """It waits for its author's click on the link in a mail."""
        is_held = self.row.state == CommentState.HELD
        return is_held and any(finding.code == UNCONFIRMED for finding in self.findings)


def own_comment(cursor: CursorWrapper, comment_id: int, *, reader_id: int | None = None) -> OwnComment | None:
    """The comment with its words, whatever its state, and what the screening found in them; None if it is not the
    reader's. `reader_id` None is for staff."""
    cursor.execute(
        "SELECT c.author_id, c.thread_id, r.source, r.html, c.first_reply_us, r.findings FROM discussion_comment c "
        "JOIN discussion_revision r ON r.comment_id = c.id AND r.number = c.revision WHERE c.id = %s",
        [comment_id],
    )
    row = cursor.fetchone()
    if row is None or (reader_id is not None and row[0] != reader_id):
        return None
    home = thread(cursor, row[1], with_hidden=True)
    assert home is not None, row[1]
    # A driver may have read the JSON already.
    findings = from_stored(row[5])
    return OwnComment(comment_rows(cursor, [comment_id])[comment_id], home, row[2], row[3], row[4], findings)


@dataclass(frozen=True, slots=True)
class OwnLine:
    id: int
    state: str
    posted_at: datetime
    first_reply_at: datetime | None


def own_comments(cursor: CursorWrapper, *, reader_id: int, thread_id: int, at_most: int) -> list[OwnLine]:
    """The reader's latest comments in a thread that still stand or wait, newest first."""
    cursor.execute(
        "SELECT id, state, time_key, first_reply_us FROM discussion_comment WHERE author_id = %s AND thread_id = %s "
        "AND state IN ('published', 'held') ORDER BY time_key DESC LIMIT %s",
        [reader_id, thread_id, at_most],
    )
    return [
        OwnLine(row[0], row[1], moment(row[2]), None if row[3] is None else moment(row[3])) for row in cursor.fetchall()
    ]


@dataclass(frozen=True, slots=True)
class WrittenLine:
    id: int
    thread_id: int
    title: str
    language: str
    state: str
    time_key: int
    excerpt: str

    @property
    def written_at(self) -> datetime:
        return moment(self.time_key)


@dataclass(frozen=True, slots=True)
class VotedLine:
    """A vote that stands; `time_key` is when it was cast."""

    comment_id: int
    thread_id: int
    title: str
    language: str
    value: int
    time_key: int
    is_shown: bool

    @property
    def cast_at(self) -> datetime:
        return moment(self.time_key)


FAR = 2**62  # later than every time in microseconds


def written(cursor: CursorWrapper, *, reader_id: int, before: int = FAR, at_most: int) -> list[WrittenLine]:
    """Everything a reader wrote, in every state, the newest first."""
    cursor.execute(
        "SELECT c.id, c.thread_id, t.title, t.language, c.state, c.time_key, r.excerpt FROM discussion_comment c "
        "JOIN discussion_thread t ON t.id = c.thread_id "
        "JOIN discussion_revision r ON r.comment_id = c.id AND r.number = c.revision "
        "WHERE c.author_id = %s AND c.time_key < %s ORDER BY c.time_key DESC LIMIT %s",
        [reader_id, before, at_most],
    )
    return [WrittenLine(*row) for row in cursor.fetchall()]


def voted(cursor: CursorWrapper, *, reader_id: int, before: int = FAR, at_most: int) -> list[VotedLine]:
    """A reader's votes that stand, the newest first."""
    cursor.execute(
        "SELECT v.comment_id, c.thread_id, t.title, t.language, v.value, v.cast_us, c.is_listed "
        "FROM discussion_vote v JOIN discussion_comment c ON c.id = v.comment_id "
        "JOIN discussion_thread t ON t.id = c.thread_id "
        "WHERE v.reader_id = %s AND v.value <> 0 AND v.cast_us < %s ORDER BY v.cast_us DESC LIMIT %s",
        [reader_id, before, at_most],
    )
    return [VotedLine(*row) for row in cursor.fetchall()]


def wordings(cursor: CursorWrapper, ids: Sequence[int]) -> dict[int, list[tuple[int, str, datetime]]]:
    """(number, source, when) of all revisions of these comments, the first one first."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(
        "SELECT comment_id, number, source, written_us FROM discussion_revision "
        f"WHERE comment_id IN ({marks}) ORDER BY comment_id, number",
        list(ids),
    )
    found: dict[int, list[tuple[int, str, datetime]]] = {}
    for comment_id, number, source, at in cursor.fetchall():
        found.setdefault(comment_id, []).append((number, source, moment(at)))
    return found
