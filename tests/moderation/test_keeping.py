"""How moderators keep a discussion, and what that does to those who write there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.cast import NOON, Cast, make_reader, post, posted

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment, Thread
from belowline.domain.commenting import Refused, ThreadMode
from belowline.domain.keeping import Keeping
from belowline.domain.moderating import ActKind
from belowline.moderation import keeping, raids
from belowline.moderation.models import Act, Raid, ThreadRules
from belowline.outbox.models import Event

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SITE = "http://127.0.0.1:8000"


def keep(cast: Cast, wanted: Keeping) -> Refused | None:
    return keeping.keep(cast.thread, wanted, actor_id=cast.mona, cause="heated", now=NOON)


def publish_again(cast: Cast, mode: str) -> None:
    """As every time that its article is published."""
    actions.ensure_thread(actions.ensure_site(SITE, now=NOON), subject_key="river", now=NOON, mode=mode)


def told(cast: Cast) -> tuple[str, str]:
    thread = Thread.objects.get(pk=cast.thread)
    return thread.mode, thread.mode_reason


def test_what_moderators_set_holds_until_they_give_it_back(cast: Cast) -> None:
    assert keep(cast, Keeping(ThreadMode.CLOSED, "The trial has begun.")) is None
    refused = post(cast.alice, "One more thing", thread=cast.thread)
    assert isinstance(refused, Refused)
    assert refused.code == "thread_closed"
    publish_again(cast, "members")
    assert told(cast) == ("closed", "The trial has begun.")
    assert keep(cast, Keeping()) is None
    assert told(cast) == ("members", "")


def test_an_article_that_is_withdrawn_closes_it_all_the_same(cast: Cast) -> None:
    keep(cast, Keeping(ThreadMode.MEMBERS, "Guests come later."))
    actions.close_discussion("river", reason="The article was withdrawn.")
    assert told(cast) == ("closed", "The article was withdrawn.")
    publish_again(cast, "open")
    assert told(cast) == ("open", "")


def test_every_page_hears_of_it_and_the_record_says_who_and_what(cast: Cast) -> None:
    Event.objects.all().delete()
    wanted = Keeping(ThreadMode.MEMBERS, "Guests come later.", slow_seconds=60, ends_at=NOON + HOUR)
    assert keep(cast, wanted) is None
    assert [row.kind for row in Event.objects.all()] == ["ThreadChanged"]
    act = Act.objects.get()
    assert (act.kind, act.actor_id, act.thread_id, act.cause) == ("thread_rules", cast.mona, cast.thread, "heated")
    assert (act.detail["before"]["mode"], act.detail["after"]["mode"]) == ("", "members")
    assert act.detail["after"]["slow_seconds"] == 60
    assert keeping.keeping_of(cast.thread) == wanted
    # Pressed again nothing changes, and nothing is recorded.
    assert keep(cast, wanted) is None
    assert Act.objects.count() == 1
    assert Event.objects.count() == 1


def test_a_discussion_without_rules_has_no_row(cast: Cast) -> None:
    keep(cast, Keeping(slow_seconds=60, opens=0, closes=360))
    assert ThreadRules.objects.count() == 1
    keep(cast, Keeping())
    assert ThreadRules.objects.count() == 0
    assert keeping.keep(987654, Keeping(), actor_id=cast.mona, cause="", now=NOON) == Refused(
        "thread_missing", status=404
    )


def test_it_closes_by_itself_when_its_time_is_over(cast: Cast) -> None:
    keep(cast, Keeping(ends_at=NOON + HOUR))
    keeping.end_due(NOON + HOUR - timedelta(seconds=1))
    assert told(cast)[0] == "open"
    keeping.end_due(NOON + HOUR)
    assert told(cast) == ("closed", "Its time is over.")
    publish_again(cast, "open")
    assert told(cast)[0] == "closed"
    last = Act.objects.latest("pk")
    assert (last.kind, last.actor_id, last.thread_id) == ("thread_end", None, cast.thread)
    keeping.end_due(NOON + 2 * HOUR)
    assert Act.objects.filter(kind=ActKind.THREAD_END).count() == 1
    # Moderators open it again.
    assert keep(cast, Keeping(ThreadMode.OPEN)) is None
    keeping.end_due(NOON + 3 * HOUR)
    assert told(cast)[0] == "open"


def test_old_discussions_close_where_the_newsroom_wants_it_except_those_moderators_keep(
    cast: Cast, settings: SettingsWrapper
) -> None:
    old = NOON + timedelta(days=14)
    keep(cast, Keeping(ThreadMode.OPEN))
    keeping.end_due(old)
    assert Thread.objects.filter(mode="closed").count() == 0
    discussion = settings.CONFIG.discussion.model_copy(update={"close_after_days": 14})
    settings.CONFIG = settings.CONFIG.model_copy(update={"discussion": discussion})
    keeping.end_due(old - timedelta(seconds=1))
    assert Thread.objects.filter(mode="closed").count() == 0
    keeping.end_due(old)
    assert list(Thread.objects.filter(mode="closed").values_list("pk", flat=True)) == [cast.other_thread]


def test_more_of_them_than_one_transaction_holds_all_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    site = actions.ensure_site(SITE, now=NOON)
    threads = [actions.ensure_thread(site, subject_key=f"t{n}", now=NOON, title=f"{n}", url=f"/{n}") for n in range(5)]
    for pk in threads:
        ThreadRules.objects.create(thread_id=pk, ends_at=NOON)
    keeping.end_due(NOON)
    assert Thread.objects.filter(mode="closed").count() == 5


def newcomer() -> int:
    reader = make_reader(f"Newcomer {Reader.objects.count()}")
    Reader.objects.filter(pk=reader).update(joined_at=NOON)
    return reader


def state_of(pk: int) -> str:
    return Comment.objects.get(pk=pk).state


@pytest.mark.parametrize("is_everywhere", [True, False])
def test_raid_mode_holds_newcomers_until_it_ends(cast: Cast, is_everywhere: bool) -> None:
    where = None if is_everywhere else cast.thread
    until = NOON + HOUR
    assert raids.begin(where, until=until, actor_id=cast.mona, cause="flags", now=NOON) is None
    assert state_of(posted(newcomer(), "First", thread=cast.thread)) == "held"
    assert state_of(posted(newcomer(), "Next door", thread=cast.other_thread)) == (
        "held" if is_everywhere else "published"
    )
    assert [(one.thread_id, one.until, one.by) for one in raids.running(NOON)] == [(where, until, "mona")]
    assert state_of(posted(newcomer(), "Later", thread=cast.thread, minutes=60)) == "published"
    assert raids.running(until) == []


def test_raid_mode_is_prolonged_and_switched_off_once(cast: Cast) -> None:
    raids.begin(cast.thread, until=NOON + HOUR, actor_id=cast.mona, cause="", now=NOON)
    raids.begin(cast.thread, until=NOON + 3 * HOUR, actor_id=cast.mona, cause="", now=NOON + HOUR / 2)
    assert Raid.objects.count() == 1
    assert [one.until for one in raids.running(NOON + 2 * HOUR)] == [NOON + 3 * HOUR]
    assert raids.end(cast.thread, actor_id=cast.bob, now=NOON + 2 * HOUR) is None
    assert raids.running(NOON + 2 * HOUR) == []
    assert raids.end(cast.thread, actor_id=cast.bob, now=NOON + 2 * HOUR) == Refused("raid_over", status=409)
    assert state_of(posted(newcomer(), "After", thread=cast.thread, minutes=121)) == "published"
    assert list(Act.objects.order_by("pk").values_list("kind", flat=True)) == ["raid_begin", "raid_begin", "raid_end"]


def test_raid_mode_wants_an_end_and_a_discussion(cast: Cast) -> None:
    far = NOON + timedelta(days=8)
    assert raids.begin(None, until=far, actor_id=cast.mona, cause="", now=NOON) == Refused("raid_until", status=422)
    missing = raids.begin(987654, until=NOON + HOUR, actor_id=cast.mona, cause="", now=NOON)
    assert missing == Refused("thread_missing", status=404)
    assert Act.objects.count() == 0


def test_everything_that_is_kept_comes_back_as_it_was_set(cast: Cast) -> None:
    wanted = Keeping(ThreadMode.PREMODERATED, "Heated.", 300, 480, 1320, NOON + HOUR)
    keep(cast, wanted)
    assert keeping.keeping_of(cast.thread) == wanted
    keep(cast, replace(wanted, opens=None, closes=None))
    assert keeping.keeping_of(cast.thread) == replace(wanted, opens=None, closes=None)
