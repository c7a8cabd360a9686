"""Facts read inside the writing transaction, as plain values. Rows that will change are locked on PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from belowline.domain.commenting import CommentState, ReaderKind, ThreadMode
from belowline.domain.screening import UNCONFIRMED
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exact (a float of seconds is not, from 2004 on)."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(microseconds_: int) -> datetime:
    seconds, rest = divmod(microseconds_, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


@dataclass(frozen=True, slots=True)
class StoredComment:
    id: int
    thread_id: int
    author_id: int
    parent_id: int | None
    root_id: int
    depth: int
    segment: int
    path: bytes
    state: CommentState
    is_listed: bool
    is_branch_closed: bool
    first_reply_us: int | None
    revision: int
    time_key: int
    up: int
    down: int
    up_milli: int
    down_milli: int
    imported_up: int
    imported_down: int
    mode: ThreadMode
    passage_id: int | None
    source_asks: int
    source_url: str


def stored_comment(cursor: CursorWrapper, comment_id: int) -> StoredComment | None:
    """A comment with its thread's mode, locked until the end of the transaction."""
    # NO KEY UPDATE: other replies may still reference this row while one counts itself.
    lock = " FOR NO KEY UPDATE OF c" if cursor.db.vendor == "postgresql" else ""
    cursor.execute(
        "SELECT c.id, c.thread_id, c.author_id, c.parent_id, c.root_id, c.depth, c.segment, c.path, c.state, "
        "c.is_listed, c.is_branch_closed, c.first_reply_us, c.revision, c.time_key, c.up, c.down, c.up_milli, "
        "c.down_milli, c.imported_up, c.imported_down, CASE WHEN t.is_hidden THEN 'closed' ELSE t.mode END, "
        "c.passage_id, c.source_asks, c.source_url "
        f"FROM discussion_comment c JOIN discussion_thread t ON t.id = c.thread_id WHERE c.id = %s{lock}",
        [comment_id],
    )
    row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    values[7] = bytes(values[7])
    values[8] = CommentState(values[8])
    values[9] = bool(values[9])
    values[20] = ThreadMode(values[20])
    return StoredComment(*values)


@dataclass(frozen=True, slots=True)
class Situation:
    """Of a reader who writes in a thread. `mode` is None without such a thread, `kind` None without such a reader.
    `is_staff`: holds a role."""

    mode: ThreadMode | None
    kind: ReaderKind | None
    published_before: int
    is_confirmed: bool
    joined_at: datetime | None
    is_staff: bool


def situation(cursor: CursorWrapper, *, reader_id: int | None, thread_id: int, at_most: int) -> Situation:
    """One query for what every text asks; published comments are counted up to `at_most`. No reader: a new guest."""
    cursor.execute(
        "SELECT t.mode, r.kind, r.confirmed_at, r.joined_at, "
        "EXISTS (SELECT 1 FROM accounts_user_groups g WHERE g.user_id = r.user_id), "
        "(SELECT count(*) FROM "
        "(SELECT 1 FROM discussion_comment WHERE author_id = r.id AND state = 'published' LIMIT %s) AS earlier) "
        "FROM (SELECT 1 AS one) AS always "
        "LEFT JOIN discussion_thread t ON t.id = %s AND t.merged_into_id IS NULL AND NOT t.is_hidden "
        "LEFT JOIN accounts_reader r ON r.id = %s AND r.merged_into_id IS NULL",
        [at_most, thread_id, reader_id or 0],
    )
    mode, kind, confirmed_at, joined_at, is_staff, published = cursor.fetchone()
    if reader_id is None:
        kind = ReaderKind.GUEST
    return Situation(
        mode and ThreadMode(mode),
        kind and ReaderKind(kind),
        published,
        confirmed_at is not None,
        None if joined_at is None else aware(joined_at),
        bool(is_staff),
    )


def reader_kind(cursor: CursorWrapper, reader_id: int) -> ReaderKind | None:
    cursor.execute("SELECT kind FROM accounts_reader WHERE id = %s AND merged_into_id IS NULL", [reader_id])
    row = cursor.fetchone()
    return None if row is None else ReaderKind(row[0])


def published_before(cursor: CursorWrapper, reader_id: int, *, at_most: int) -> int:
    """How many published comments the reader has, counted up to `at_most`."""
    cursor.execute(
        "SELECT count(*) FROM (SELECT 1 FROM discussion_comment WHERE author_id = %s AND state = 'published' LIMIT %s) "
        "AS earlier",
        [reader_id, at_most],
    )
    count: int = cursor.fetchone()[0]
    return count


def free_time_key(cursor: CursorWrapper, *, thread_id: int, wanted: int) -> int:
    """The time key for a new comment: `wanted`, raised by one microsecond while the thread has it already."""
    key = wanted
    while True:
        cursor.execute("SELECT 1 FROM discussion_comment WHERE thread_id = %s AND time_key = %s", [thread_id, key])
        if cursor.fetchone() is None:
            return key
        key += 1


def is_confirmed(cursor: CursorWrapper, reader_id: int) -> bool:
    """Whether this guest has shown that the address is theirs."""
    cursor.execute("SELECT confirmed_at IS NOT NULL FROM accounts_reader WHERE id = %s", [reader_id])
    row = cursor.fetchone()
    return row is not None and bool(row[0])


def findings(cursor: CursorWrapper, comment: StoredComment) -> list[dict[str, object]]:
    """What screening found in the current wording."""
    cursor.execute(
        "SELECT findings FROM discussion_revision WHERE comment_id = %s AND number = %s", [comment.id, comment.revision]
    )
    stored = cursor.fetchone()[0]
    rows: list[dict[str, object]] = json.loads(stored) if isinstance(stored, str) else stored
    return rows


def store_findings(cursor: CursorWrapper, comment: StoredComment, rows: list[dict[str, object]]) -> None:
    """One of them was answered."""
    cursor.execute(
        "UPDATE discussion_revision SET findings = %s WHERE comment_id = %s AND number = %s",
        [json.dumps(rows), comment.id, comment.revision],
    )


def is_unconfirmed(cursor: CursorWrapper, comment: StoredComment) -> bool:
    """Whether it waits for its author's click, not for a moderator."""
    return any(finding["code"] == UNCONFIRMED for finding in findings(cursor, comment))
