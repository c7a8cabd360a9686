"""What came into a discussion after an outbox position. New is what became public since, whatever its id: a comment that
was held may become public long after later ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# Whoever missed more events of the whole site than this is told no counts: the next page has them.
EVENTS_LOOKED_AT = 2_000
VOTED_MAX = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """A comment that became public; `parent_id` is 0 for one that answers no other."""

    id: int
    parent_id: int


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes as cast on a published comment."""

    id: int
    up: int
    down: int
    time_key: int


def arrivals(cursor: CursorWrapper, *, thread_id: int, since: int, at_most: int) -> list[Arrival]:
    """The newest comments that became public after that position, in the order in which they did. One query."""
    cursor.execute(
        "SELECT id, COALESCE(parent_id, 0) FROM discussion_comment "
        "WHERE thread_id = %s AND published_event > %s AND state = 'published' ORDER BY published_event DESC LIMIT %s",
        [thread_id, since, at_most],
    )
    return [Arrival(*row) for row in reversed(cursor.fetchall())]


def voted(cursor: CursorWrapper, *, thread_id: int, since: int) -> list[Votes]:
    """The published comments that got a vote after that position, by id; none where too much happened. Two queries."""
    cursor.execute(
        "SELECT kind, thread_id, payload FROM outbox_event WHERE id > %s ORDER BY id LIMIT %s",
        [since, EVENTS_LOOKED_AT + 1],
    )
    rows = cursor.fetchall()
    if len(rows) > EVENTS_LOOKED_AT:
        return []
    payloads = [payload for kind, about, payload in rows if kind == "VoteCast" and about == thread_id]
    ids = sorted({_comment_id(payload) for payload in payloads})[:VOTED_MAX]
    if not ids:
        return []
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(
        "SELECT id, up + imported_up, down + imported_down, time_key FROM discussion_comment "
        f"WHERE state = 'published' AND id IN ({marks}) ORDER BY id",
        ids,
    )
    return [Votes(*row) for row in cursor.fetchall()]


def _comment_id(payload: str | dict[str, int]) -> int:
    found = json.loads(payload) if isinstance(payload, str) else payload
    return int(found["comment_id"])
