"""Raid mode is proposed where much more is written or reported than usual, and never switched on by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.support.cast import NOON, Cast, make_reader, posted

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Thread
from belowline.domain.commenting import Refused
from belowline.moderation import alarms, raids
from belowline.moderation.models import Act, Raid, RaidAlarm
from belowline.outbox.models import Event

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=20)
LONG_AGO = NOON - timedelta(days=400)


@pytest.fixture(autouse=True)
def _old_discussions(cast: Cast) -> None:
    Thread.objects.update(created_at=LONG_AGO)


def crowd(thread: int, count: int, *, joined: datetime = NOON, minutes: float = 1) -> list[int]:
    """So many readers, each with one comment."""
    comments = []
    for n in range(count):
        reader = make_reader(f"Reader {Reader.objects.count()}")
        Reader.objects.filter(pk=reader).update(joined_at=joined)
        comments.append(posted(reader, f"Words of number {n}, {reader}", thread=thread, minutes=minutes + n / 60))
    # The outbox knows the clock of the machine; the tests have their own.
    Event.objects.update(recorded_at=NOON + timedelta(minutes=minutes))
    return comments


def proposed(now: datetime = LATER) -> list[tuple[int, bool, int]]:
    alarms.look(now)
    return [(one.thread_id, one.is_posting, one.recent) for one in alarms.proposed(now)]


def test_many_newcomers_in_a_quiet_discussion_are_perhaps_a_raid(cast: Cast) -> None:
    crowd(cast.thread, 11)
    assert proposed() == []
    crowd(cast.thread, 1)
    assert proposed() == [(cast.thread, True, 12)]
    assert Raid.objects.count() == 0


def test_readers_with_a_history_make_no_raid_and_a_lively_discussion_needs_more(cast: Cast) -> None:
    crowd(cast.thread, 20, joined=LONG_AGO)
    assert proposed() == []
    # Eight in every half hour of the last two hours are its normal.
    Thread.objects.filter(pk=cast.other_thread).update(created_at=LATER - timedelta(minutes=150))
    crowd(cast.other_thread, 32, joined=LONG_AGO, minutes=-60)
    crowd(cast.other_thread, 14)
    assert proposed() == []
    crowd(cast.other_thread, 16)
    assert proposed() == [(cast.other_thread, True, 30)]


def test_many_reports_are_perhaps_a_raid_but_not_those_of_one_reader(cast: Cast) -> None:
    comments = crowd(cast.thread, 12, joined=LONG_AGO)
    for comment in comments:
        assert actions.report_comment(cast.bob, comment_id=comment, reason="insult", note="", now=NOON) is None
    assert proposed() == []
    for comment in comments[:11]:
        actions.report_comment(None, comment_id=comment, reason="insult", note="", now=NOON)
    assert proposed() == [(cast.thread, False, 12)]


def test_a_proposal_lapses_when_it_is_over_and_is_quiet_after_a_no(cast: Cast) -> None:
    crowd(cast.thread, 15)
    assert proposed() == [(cast.thread, True, 15)]
    assert alarms.proposed(LATER + timedelta(minutes=16)) == []
    assert alarms.decline(cast.thread, actor_id=cast.mona, now=LATER) is None
    assert alarms.decline(cast.thread, actor_id=cast.mona, now=LATER) == Refused("raid_over", status=409)
    assert proposed(LATER + timedelta(minutes=1)) == []
    assert [(act.kind, act.thread_id) for act in Act.objects.all()] == [("raid_decline", cast.thread)]
    alarms.look(LATER + timedelta(days=1))
    assert RaidAlarm.objects.count() == 0


@pytest.mark.parametrize("is_everywhere", [True, False])
def test_where_raid_mode_is_on_nothing_is_proposed(cast: Cast, is_everywhere: bool) -> None:
    crowd(cast.thread, 15)
    assert proposed() != []
    where = None if is_everywhere else cast.thread
    raids.begin(where, until=LATER + timedelta(hours=1), actor_id=cast.mona, cause="", now=LATER)
    assert alarms.proposed(LATER) == []
    assert proposed() == []
