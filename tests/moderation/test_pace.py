"""How much one reader may write, and the rules of one discussion: hours, slow mode, raids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from tests.support.cast import NOON, Cast, make_reader, post, posted

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment, Revision
from belowline.domain.commenting import Refused
from belowline.domain.moderating import ActKind, opens_at
from belowline.moderation import acts
from belowline.moderation.models import Raid, ThreadRules
from belowline.project.config import Moderation

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

LONG_AGO = NOON - timedelta(days=400)


@pytest.fixture
def limited(settings: SettingsWrapper) -> None:
    """The limits as a newsroom has them that never set any."""
    settings.CONFIG = settings.CONFIG.model_copy(update={"moderation": Moderation()})


def first_refusal(reader: int, thread: int, *, minutes: float = 0) -> tuple[int, Refused]:
    """How many comments went through in one go, and what the next one was told."""
    for count in range(40):
        answer = post(reader, f"Number {count} of {minutes}", thread=thread, minutes=minutes)
        if isinstance(answer, Refused):
            return count, answer
    raise AssertionError("no limit")


@pytest.mark.django_db
@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(
    ("kind", "joined", "most"), [("guest", NOON, 3), ("member", NOON, 5), ("member", LONG_AGO, 30)]
)
def test_a_reader_writes_so_much_in_ten_minutes(
    cast: Cast, kind: str, joined: datetime, most: int, settings: SettingsWrapper
) -> None:
    discussion = settings.CONFIG.discussion.model_copy(update={"guests": "publish"})
    settings.CONFIG = settings.CONFIG.model_copy(update={"discussion": discussion})
    reader = make_reader("Talker", kind=kind)
    Reader.objects.filter(pk=reader).update(joined_at=joined)
    if joined == LONG_AGO:
        for n in range(3):
            posted(reader, f"Long ago {n}", thread=cast.thread, minutes=-60 * 24 * 9 + n)
    count, refused = first_refusal(reader, cast.thread)
    assert (count, refused.code, refused.status) == (most, "posts_often", 429)
    assert refused.until is not None
    assert timedelta(minutes=9) < refused.until - NOON <= timedelta(minutes=10)
    later = (refused.until - NOON) / timedelta(minutes=1) + 0.001
    assert not isinstance(post(reader, "Later", thread=cast.thread, minutes=later), Refused)


@pytest.mark.django_db
@pytest.mark.usefixtures("limited")
def test_a_new_account_writes_twenty_comments_in_its_first_day(cast: Cast) -> None:
    reader = make_reader("Newcomer")
    Reader.objects.filter(pk=reader).update(joined_at=NOON)
    counts = [first_refusal(reader, cast.thread, minutes=20 * n)[0] for n in range(6)]
    assert counts == [5, 5, 5, 5, 0, 0]


@pytest.mark.django_db
@pytest.mark.usefixtures("limited")
def test_correcting_what_was_written_is_not_writing_more(cast: Cast) -> None:
    reader = make_reader("Talker")
    comment = posted(reader, "One", thread=cast.thread)
    first_refusal(reader, cast.thread)
    answer = actions.edit_comment(reader, comment_id=comment, markdown="Won", now=NOON + timedelta(minutes=1))
    assert not isinstance(answer, Refused)


@pytest.mark.django_db
def test_in_slow_mode_a_reader_waits_between_two_comments_here_and_nowhere_else(cast: Cast) -> None:
    ThreadRules.objects.create(thread_id=cast.thread, slow_seconds=300)
    posted(cast.alice, "First", thread=cast.thread)
    refused = post(cast.alice, "Second", thread=cast.thread, minutes=2)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.status, refused.until) == ("thread_slow", 429, NOON + timedelta(minutes=5))
    assert posted(cast.bob, "Somebody else", thread=cast.thread, minutes=2)
    assert posted(cast.alice, "Elsewhere", thread=cast.other_thread, minutes=2)
    assert posted(cast.alice, "Second", thread=cast.thread, minutes=5)


@pytest.mark.django_db
def test_outside_the_opening_hours_a_comment_waits_and_says_until_when(cast: Cast) -> None:
    ThreadRules.objects.create(thread_id=cast.thread, opens=8 * 60, closes=11 * 60)
    comment = posted(cast.alice, "At noon", thread=cast.thread)
    assert Comment.objects.get(pk=comment).state == "held"
    (finding,) = Revision.objects.get(comment_id=comment).findings
    assert (finding["code"], finding["until"]) == ("outside_hours", "2026-03-15T08:00:00+00:00")
    assert Comment.objects.get(pk=posted(cast.bob, "At ten", thread=cast.thread, minutes=-120)).state == "published"


@pytest.mark.django_db
@pytest.mark.parametrize("is_everywhere", [True, False])
def test_in_a_raid_newcomers_wait_and_those_who_were_here_go_on(cast: Cast, is_everywhere: bool) -> None:
    old = make_reader("Regular")
    Reader.objects.filter(pk=old).update(joined_at=LONG_AGO)
    for n in range(3):
        posted(old, f"Long ago {n}", thread=cast.thread, minutes=-60 * 24 * 9 + n)
    newcomer = make_reader("Newcomer")
    Reader.objects.filter(pk=newcomer).update(joined_at=NOON)
    Raid.objects.create(
        thread_id=None if is_everywhere else cast.thread,
        began_at=NOON,
        until=NOON + timedelta(hours=1),
        act=acts.record(ActKind.RAID_BEGIN, actor_id=None, now=NOON),
    )

    def states(minutes: int) -> list[str]:
        made = [
            posted(reader, f"At {minutes} by {reader}", thread=thread, minutes=minutes)
            for reader, thread in ((newcomer, cast.thread), (old, cast.thread), (newcomer, cast.other_thread))
        ]
        return [Comment.objects.get(pk=one).state for one in made]

    assert states(1) == ["held", "published", "held" if is_everywhere else "published"]
    linked = post(newcomer, "See https://elsewhere.example/", thread=cast.thread, minutes=2)
    assert isinstance(linked, Refused)
    assert linked.code == "raid_links"
    assert states(60) == ["published"] * 3, "it ends by itself"
    Raid.objects.update(until=NOON + timedelta(hours=9), ended_at=NOON + timedelta(minutes=61))
    assert states(62) == ["published"] * 3, "and when somebody ends it"


ZURICH = ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        ((None, None), "2026-03-02T03:00+01:00", None),
        ((480, 480), "2026-03-02T03:00+01:00", None),
        ((480, 1320), "2026-03-02T08:00+01:00", None),
        ((480, 1320), "2026-03-02T21:59+01:00", None),
        ((480, 1320), "2026-03-02T07:59+01:00", "2026-03-02T08:00+01:00"),
        ((480, 1320), "2026-03-02T22:00+01:00", "2026-03-03T08:00+01:00"),
        ((1320, 120), "2026-03-02T01:59+01:00", None),
        ((1320, 120), "2026-03-02T02:00+01:00", "2026-03-02T22:00+01:00"),
        # In the night in which the clocks go forward (29 March 2026), eight o'clock is an hour nearer.
        ((480, 1320), "2026-03-28T23:00+01:00", "2026-03-29T08:00+02:00"),
    ],
)
def test_opening_hours_are_those_of_the_newsrooms_zone(
    hours: tuple[int | None, int | None], now: str, opens: str | None
) -> None:
    found = opens_at(opens=hours[0], closes=hours[1], now=datetime.fromisoformat(now).astimezone(UTC), zone=ZURICH)
    assert found == (None if opens is None else datetime.fromisoformat(opens))
