"""When raid mode is proposed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from belowline.domain.alarms import IMPROBABLE, LEAST, departs, poisson_tail, usual_in_window


@pytest.mark.parametrize(
    ("count", "mean", "tail"),
    [
        # 1 - exp(-2), 1 - 3 exp(-2), and from Haight's series by hand: exp(-1) * (1/10! + 1/11! + 1/12! + ...).
        (1, 2.0, 0.864664716763387),
        (2, 2.0, 0.593994150290162),
        (10, 1.0, 1.114254783387e-07),
        (0, 5.0, 1.0),
    ],
)
def test_the_tail_of_the_poisson_distribution(count: int, mean: float, tail: float) -> None:
    assert poisson_tail(count, mean) == pytest.approx(tail, rel=1e-9)


def test_the_tail_falls_with_every_one_more_and_rises_with_what_is_usual() -> None:
    for mean in (1.0, 3.7, 40.0, 900.0):
        tails = [poisson_tail(count, mean) for count in range(int(mean * 3) + 20)]
        assert tails == sorted(tails, reverse=True)
        assert all(0 <= tail <= 1 + 1e-9 for tail in tails)
    assert poisson_tail(60, 20.0) < poisson_tail(60, 30.0) < poisson_tail(60, 60.0)


@pytest.mark.parametrize(
    ("recent", "usual", "is_raid"),
    [(11, 1.0, False), (12, 1.0, True), (12, 4.0, False), (30, 8.0, True), (60, 40.0, False), (90, 40.0, True)],
)
def test_what_departs_from_the_normal(recent: int, usual: float, is_raid: bool) -> None:
    assert departs(recent, usual=usual) == is_raid
    assert is_raid == (recent >= LEAST and poisson_tail(recent, usual) < IMPROBABLE)


def test_a_discussion_without_a_past_is_quiet_not_impossible() -> None:
    assert usual_in_window(0, over=timedelta(days=7)) == 1.0
    assert usual_in_window(5, over=timedelta(minutes=10)) == 1.0
    assert usual_in_window(672, over=timedelta(days=7)) == pytest.approx(2.0)
