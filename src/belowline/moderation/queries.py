"""What waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.domain.screening import UNCONFIRMED

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Case:
    """`codes` are the screening phases' findings, or the ground of the last decision."""

    comment_id: int
    time_key: int
    codes: tuple[str, ...]


# Held for a moderator, not for its author's click on a link in a mail; unless no mail has gone out for long.
_HELD = (
    "FROM discussion_comment c JOIN discussion_revision r ON r.comment_id = c.id AND r.number = c.revision "
    f"WHERE c.state = 'held' AND (%s OR CAST(r.findings AS text) NOT LIKE '%%{UNCONFIRMED}%%')"
)


def held_cases(cursor: CursorWrapper, *, with_unconfirmed: bool, after: int = 0, at_most: int = 25) -> list[Case]:
    """Held comments, the longest waiting first; `after` is the time key of the last one seen. `with_unconfirmed`: those,
    too, whose authors cannot be asked for the time being."""
    cursor.execute(
        f"SELECT c.id, c.time_key, r.findings {_HELD} AND c.time_key > %s ORDER BY c.time_key LIMIT %s",
        [with_unconfirmed, after, at_most],
    )
    return [Case(row[0], row[1], _codes(row[2])) for row in cursor.fetchall()]


def removed_cases(cursor: CursorWrapper, *, at_most: int = 25) -> list[Case]:
    """The newest removed comments: a removal can be undone."""
    cursor.execute(
        "SELECT c.id, c.time_key, (SELECT s.reason FROM discussion_statechange s WHERE s.comment_id = c.id "
        "ORDER BY s.id DESC LIMIT 1) FROM discussion_comment c WHERE c.state = 'removed' ORDER BY c.time_key DESC LIMIT %s",
        [at_most],
    )
    return [Case(row[0], row[1], (row[2],) if row[2] else ()) for row in cursor.fetchall()]


def cases_waiting(cursor: CursorWrapper, *, with_unconfirmed: bool, at_most: int = 1000) -> int:
    """How many comments wait, counted up to `at_most`."""
    cursor.execute(f"SELECT count(*) FROM (SELECT 1 {_HELD} LIMIT %s) AS waiting", [with_unconfirmed, at_most])
    count: int = cursor.fetchone()[0]
    return count


def _codes(findings: object) -> tuple[str, ...]:
    import json

    rows = json.loads(findings) if isinstance(findings, str) else findings
    return tuple(row["code"] for row in rows) if isinstance(rows, list) else ()
