"""Decisions that take two people, in newsrooms that may have one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from belowline.domain.second_person import Second, may_decide

ASKED = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
ANN, BEN, CARA = 1, 2, 3


@pytest.mark.parametrize(
    ("decider", "asker", "hours", "holders", "expected"),
    [
        (BEN, ANN, 0, {ANN, BEN}, Second.ALLOWED),
        (ANN, ANN, 100, {ANN, BEN}, Second.NEEDS_ANOTHER),
        (ANN, ANN, 23.99, {ANN}, Second.TOO_EARLY),
        (ANN, ANN, 24, {ANN}, Second.ALONE),
        (CARA, ANN, 100, {ANN, BEN}, Second.NO_RIGHT),
        (ANN, ANN, 100, set(), Second.NO_RIGHT),
        (ANN, None, 0, {ANN}, Second.ALLOWED),  # the one who asked has left
    ],
)
def test_a_second_person_decides_and_one_alone_only_after_a_night(
    decider: int, asker: int | None, hours: float, holders: set[int], expected: Second
) -> None:
    now = ASKED + timedelta(hours=hours)
    found = may_decide(decider_id=decider, asker_id=asker, asked_at=ASKED, now=now, holder_ids=frozenset(holders))
    assert found is expected
