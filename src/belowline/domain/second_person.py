"""Decisions that take two people: when somebody may decide what they, or somebody else, asked for.

Newsrooms of two to fifteen people are asked for a second person now and then when there is none. Then the one who asked
may decide after a day, and the decision says for ever that it was made alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

# A night to sleep on it.
ALONE_AFTER = timedelta(hours=24)


class Second(StrEnum):
    """`alone`: allowed, and to be recorded and published as decided without a second person."""

    ALLOWED = "allowed"
    ALONE = "alone"
    NEEDS_ANOTHER = "second_person_needed"
    TOO_EARLY = "second_person_wait"
    NO_RIGHT = "second_person_no_right"


def may_decide(
    *, decider_id: int, asker_id: int | None, asked_at: datetime, now: datetime, holder_ids: frozenset[int]
) -> Second:
    """Whether `decider_id` may decide now what `asker_id` asked for. `holder_ids` are those who hold the right."""
    if decider_id not in holder_ids:
        return Second.NO_RIGHT
    if decider_id != asker_id:
        return Second.ALLOWED
    if holder_ids - {decider_id}:
        return Second.NEEDS_ANOTHER
    return Second.ALONE if now - asked_at >= ALONE_AFTER else Second.TOO_EARLY
