"""Threads: head, counts, the list of discussions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """`count` is exact in this snapshot: the folded count and the deltas behind it."""

    id: int
    subject_key: str
    title: str
    url: str
    language: str
    mode: str
    mode_reason: str
    default_sort: str
    last_position: int
    staff_reader_id: int | None
    merged_into_id: int | None
    is_hidden: bool
    count: int


_SELECT = """
SELECT t.id, t.subject_key, t.title, t.url, t.language, t.mode, t.mode_reason, t.default_sort, t.last_position,
  t.staff_reader_id, t.merged_into_id, t.is_hidden,
  t.comment_count + COALESCE((SELECT sum(d.comments) FROM discussion_threaddelta d WHERE d.thread_id = t.id), 0)
FROM discussion_thread t
"""


def thread(cursor: CursorWrapper, thread_id: int, *, with_hidden: bool = False) -> ThreadRow | None:
    """None also for the discussion of a withdrawn subject, unless its own people (authors, staff) ask."""
    hidden = "" if with_hidden else " AND NOT t.is_hidden"
    cursor.execute(f"{_SELECT} WHERE t.id = %s{hidden}", [thread_id])
    row = cursor.fetchone()
    return None if row is None else ThreadRow(*row)


def threads_of_subjects(cursor: CursorWrapper, subject_keys: Sequence[str]) -> dict[str, ThreadRow]:
    """Threads of this newsroom's subjects, by key; subjects without a thread are absent. One query."""
    if not subject_keys:
        return {}
    marks = ", ".join(["%s"] * len(subject_keys))
    cursor.execute(f"{_SELECT} WHERE t.subject_key IN ({marks})", list(subject_keys))
    return {row[1]: ThreadRow(*row) for row in cursor.fetchall()}


def threads_by_id(cursor: CursorWrapper, ids: Collection[int]) -> dict[int, ThreadRow]:
    """Threads by id, without those of withdrawn subjects. One query, none for no ids."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(f"{_SELECT} WHERE t.id IN ({marks}) AND NOT t.is_hidden", list(ids))
    return {row[0]: ThreadRow(*row) for row in cursor.fetchall()}


def latest_threads(cursor: CursorWrapper, *, before_id: int | None = None, at_most: int = 50) -> list[ThreadRow]:
    """Discussions by age, newest first, at most `at_most`; `before_id` continues the list."""
    cursor.execute(
        f"{_SELECT} WHERE t.merged_into_id IS NULL AND NOT t.is_hidden AND t.id < %s ORDER BY t.id DESC LIMIT %s",
        [before_id or 2**62, at_most],
    )
    return [ThreadRow(*row) for row in cursor.fetchall()]
