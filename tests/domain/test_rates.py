"""How often somebody may do something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from belowline.domain.rates import SHARED, Rate, allowed_from

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
RATE = Rate("test", most=2, window=timedelta(hours=1))


def minutes(*numbers: float) -> list[datetime]:
    return [NOON + timedelta(minutes=one) for one in numbers]


def asked(*times: float, is_shared: bool = False) -> datetime | None:
    return allowed_from(minutes(*times), RATE, is_shared=is_shared, now=NOON)


def test_the_third_within_an_hour_waits_until_the_first_is_an_hour_old() -> None:
    assert asked() is None
    assert asked(-10) is None
    assert asked(-10, -20) == NOON + timedelta(minutes=40)
    assert asked(-20, -10) == NOON + timedelta(minutes=40), "in any order"
    assert asked(-60, -10) is None, "what is an hour old counts no more"
    assert asked(-50, -20, -10) == NOON + timedelta(minutes=40), "two have to go before there is room"


def test_those_whom_nobody_can_tell_apart_share_a_larger_share() -> None:
    times = [-one / 10 for one in range(1, 2 * SHARED)]
    assert asked(*times, is_shared=True) is None
    assert asked(*times, -30, is_shared=True) is not None
