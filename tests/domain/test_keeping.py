"""What moderators may set for one discussion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from belowline.domain.commenting import ThreadMode
from belowline.domain.keeping import Keeping, clock_time, decide_keeping, decide_raid, minute_of_day

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Keeping(), None),
        (Keeping(ThreadMode.OPEN), None),
        (Keeping(ThreadMode.MEMBERS), "keeping_reason_missing"),
        (Keeping(ThreadMode.CLOSED, " \n"), "keeping_reason_missing"),
        (Keeping(ThreadMode.CLOSED, "The trial has begun."), None),
        (Keeping(ThreadMode.CLOSED, "x" * 300), None),
        (Keeping(ThreadMode.CLOSED, "x" * 301), "keeping_reason_long"),
        (Keeping(slow_seconds=86_400), None),
        (Keeping(slow_seconds=86_401), "keeping_slow"),
        (Keeping(slow_seconds=-1), "keeping_slow"),
        (Keeping(opens=0, closes=360), None),
        (Keeping(opens=1320, closes=0), None),
        (Keeping(opens=480), "keeping_hours"),
        (Keeping(closes=0), "keeping_hours"),
        (Keeping(opens=480, closes=480), "keeping_hours"),
        (Keeping(ends_at=NOW + timedelta(minutes=1)), None),
        (Keeping(ends_at=NOW), "keeping_end"),
        (Keeping(ends_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)), "keeping_end"),
    ],
)
def test_rules_of_a_discussion_make_sense_or_say_why_not(wanted: Keeping, code: str | None) -> None:
    refused = decide_keeping(wanted, now=NOW)
    assert (refused and refused.code) == code


@pytest.mark.parametrize(
    ("lasts", "is_fit"),
    [
        (timedelta(minutes=9), False),
        (timedelta(minutes=10), True),
        (timedelta(days=7), True),
        (timedelta(days=7, seconds=1), False),
        (-timedelta(hours=1), False),
    ],
)
def test_raid_mode_lasts_between_ten_minutes_and_a_week(lasts: timedelta, is_fit: bool) -> None:
    assert (decide_raid(until=NOW + lasts, now=NOW) is None) == is_fit


@pytest.mark.parametrize("text", ["", "24:00", "7:30", "07:60", "07.30", "٠٧:٣٠", "07:30:00", " 07:30"])
def test_what_is_no_time_of_day_is_none(text: str) -> None:
    assert minute_of_day(text) is None


def test_a_time_of_day_reads_as_it_was_written() -> None:
    minutes = [minute_of_day(f"{hour:02}:{minute:02}") for hour in range(24) for minute in range(60)]
    assert minutes == list(range(1440))
    assert [clock_time(minute) for minute in (0, 61, 1439)] == ["00:00", "01:01", "23:59"]
