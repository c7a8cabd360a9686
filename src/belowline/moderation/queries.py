"""What waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from belowline.domain.moderating import Queue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Waiting:
    """`codes` are the reasons of those who reported it, or the ground of the last decision; what screening found stands
    with the comment (discussion.queries.own)."""

    comment_id: int
    place: int
    codes: tuple[str, ...] = ()
    reports: int = 0
    notes: tuple[str, ...] = ()
    is_following: bool = False  # somebody says that its author follows and attacks them


NOTES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A queue narrowed down by one thing; none: the whole. Each has an index of its own (models.Case)."""

    thread_id: int | None = None
    author_id: int | None = None
    language: str = ""
    code: str = ""


EVERYTHING = Narrowed()


def waiting_cases(
    cursor: CursorWrapper, *queues: Queue, narrowed: Narrowed = EVERYTHING, after: int = 0, at_most: int = 25
) -> list[Waiting]:
    """What waits in these queues, the urgent before the others, the longest waiting first; `after` is the place of the
    last one seen. One query for each queue, and one for reports."""
    found: list[tuple[int, int, str]] = []
    for queue in queues:  # an index gives one queue in order, not two
        where, values = _where(queue, narrowed)
        cursor.execute(
            f"SELECT comment_id, place, queue FROM moderation_case WHERE {where} AND place > %s ORDER BY place LIMIT %s",
            [*values, after, at_most],
        )
        found += cursor.fetchall()
    found = sorted(found, key=lambda row: row[1])[:at_most]
    reports = _reports(cursor, [row[0] for row in found if row[2] == Queue.REPORTED.value])
    return [
        replace(reports[comment_id], place=place)
        if queue == Queue.REPORTED.value and comment_id in reports
        else Waiting(comment_id, place)
        for comment_id, place, queue in found
    ]


def _where(queue: Queue, narrowed: Narrowed) -> tuple[str, list[str | int]]:
    by = {
        "queue": queue.value,
        "thread_id": narrowed.thread_id,
        "author_id": narrowed.author_id,
        "language": narrowed.language or None,
        "code": narrowed.code or None,
    }
    given = {column: value for column, value in by.items() if value is not None}
    return " AND ".join(f"{column} = %s" for column in given), list(given.values())


def _reports(cursor: CursorWrapper, comment_ids: Sequence[int]) -> dict[int, Waiting]:
    """Why these are reported, by how many, and with which words."""
    if not comment_ids:
        return {}
    marks = ", ".join(["%s"] * len(comment_ids))
    cursor.execute(
        "SELECT comment_id, reason, note FROM discussion_report "
        f"WHERE settled_at IS NULL AND comment_id IN ({marks}) ORDER BY id",
        list(comment_ids),
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for comment_id, reason, note in cursor.fetchall():
        found.setdefault(comment_id, []).append((reason, note))
    return {
        comment_id: Waiting(
            comment_id,
            0,
            tuple(dict.fromkeys(reason for reason, _note in rows)),
            len(rows),
            tuple(note for _reason, note in rows if note)[:NOTES_SHOWN],
            any(reason == "follows" for reason, _note in rows),
        )
        for comment_id, rows in found.items()
    }


def replies_to_who_reported(cursor: CursorWrapper, comment_id: int, *, at_most: int = 100) -> list[Waiting]:
    """All replies, in every discussion, of this comment's author to those who said that they are followed, newest
    first."""
    cursor.execute(
        "SELECT c.id, c.time_key FROM discussion_comment c JOIN discussion_comment p ON p.id = c.parent_id "
        "WHERE c.author_id = (SELECT author_id FROM discussion_comment WHERE id = %s) AND c.state IN "
        "('published', 'held') AND p.author_id IN (SELECT reporter_id FROM discussion_report "
        "WHERE comment_id = %s AND reason = 'follows' AND reporter_id IS NOT NULL) "
        "ORDER BY c.time_key DESC LIMIT %s",
        [comment_id, comment_id, at_most],
    )
    return [Waiting(row[0], row[1], ("follows",)) for row in cursor.fetchall()]


def removed_cases(cursor: CursorWrapper, *, at_most: int = 25) -> list[Waiting]:
    """The newest removed comments: a removal can be undone."""
    cursor.execute(
        "SELECT c.id, c.time_key, (SELECT s.reason FROM discussion_statechange s WHERE s.comment_id = c.id "
        "ORDER BY s.id DESC LIMIT 1) FROM discussion_comment c WHERE c.state = 'removed' ORDER BY c.time_key DESC LIMIT %s",
        [at_most],
    )
    return [Waiting(row[0], row[1], (row[2],) if row[2] else ()) for row in cursor.fetchall()]


def cases_waiting(cursor: CursorWrapper, *queues: Queue, at_most: int = 1000) -> int:
    """How many wait in these queues, counted up to `at_most`."""
    marks = ", ".join(["%s"] * len(queues))
    cursor.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM moderation_case WHERE queue IN ({marks}) LIMIT %s) AS waiting",
        [*(queue.value for queue in queues), at_most],
    )
    count: int = cursor.fetchone()[0]
    return count
