"""When a mail may go out: grace, digests, quiet hours, in the reader's own zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.notifying import GRACE, Often, Rhythm, due_at

pytestmark = pytest.mark.once
OSLO = "Europe/Oslo"


def local(text: str, zone: str = OSLO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("often", "now", "due"),
    [
        (Often.NOW, "2026-03-14 12:00", "2026-03-14 12:05"),
        (Often.DAILY, "2026-03-14 12:00", "2026-03-15 08:00"),
        (Often.DAILY, "2026-03-14 07:50", "2026-03-14 08:00"),
        (Often.DAILY, "2026-03-14 07:58", "2026-03-15 08:00"),
        (Often.WEEKLY, "2026-03-14 12:00", "2026-03-16 08:00"),
        (Often.WEEKLY, "2026-03-16 07:00", "2026-03-16 08:00"),
        (Often.WEEKLY, "2026-03-16 08:00", "2026-03-23 08:00"),
        # The night in which the clock goes forward.
        (Often.DAILY, "2026-03-28 12:00", "2026-03-29 08:00"),
    ],
)
def test_mails_go_out_after_five_minutes_in_the_morning_or_on_monday(often: Often, now: str, due: str) -> None:
    assert due_at(Rhythm(often, OSLO), now=local(now)) == local(due)


def test_who_wants_none_gets_none() -> None:
    assert due_at(Rhythm(Often.OFF), now=local("2026-03-14 12:00")) is None


@pytest.mark.parametrize(
    ("quiet", "now", "due"),
    [
        ((22, 7), "2026-03-14 21:54", "2026-03-14 21:59"),
        ((22, 7), "2026-03-14 21:56", "2026-03-15 07:00"),
        ((22, 7), "2026-03-15 03:00", "2026-03-15 07:00"),
        ((13, 15), "2026-03-14 13:30", "2026-03-14 15:00"),
        ((0, 0), "2026-03-14 00:00", "2026-03-14 00:05"),
        ((0, 6), "2026-03-14 23:58", "2026-03-15 06:00"),
        # 02:00 to 03:00 does not exist in that night.
        ((23, 2), "2026-03-29 01:00", "2026-03-29 03:00"),
    ],
)
def test_in_quiet_hours_a_mail_waits_for_their_end(quiet: tuple[int, int], now: str, due: str) -> None:
    rhythm = Rhythm(Often.NOW, OSLO, *quiet)
    assert due_at(rhythm, now=local(now)) == local(due)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.sampled_from(["UTC", OSLO, "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Africa/Cairo"]),
    st.sampled_from([Often.NOW, Often.DAILY, Often.WEEKLY]),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_no_mail_is_early_nor_later_than_a_week_and_none_is_in_a_quiet_hour(
    now: datetime, zone: str, often: Often, start: int, end: int
) -> None:
    at = now.replace(tzinfo=UTC)
    due = due_at(Rhythm(often, zone, start, end), now=at)
    assert due is not None
    assert GRACE <= due - at <= timedelta(days=7, hours=2)
    hour = due.astimezone(ZoneInfo(zone)).hour
    if often is Often.NOW and start != end:
        quiet = range(start, end) if start < end else [*range(start, 24), *range(end)]
        assert hour not in quiet
