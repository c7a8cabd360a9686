"""What the newsroom decides about a reader, and what that does to what they write."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.cast import NOON, Cast, make_reader, post, posted

from belowline.accounts.actions import ensure_role
from belowline.accounts.models import Reader, User
from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.commenting import Refused
from belowline.domain.readers import Standing
from belowline.moderation import standings
from belowline.moderation.models import Act, ReaderStanding

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def put(reader: int, standing: Standing | None, *, by: int | None, hours: int | None = None) -> Refused | None:
    until = None if hours is None else NOON + hours * HOUR
    return standings.set_standing(
        reader, standing, actor_id=by, rule="insult", cause="three times", now=NOON, until=until
    )


def code(answer: object) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


@pytest.fixture
def staff(cast: Cast) -> int:
    reader = make_reader("Staff")
    user = User.objects.create_user("staff@news.example")
    user.groups.add(ensure_role("administrator"))
    Reader.objects.filter(pk=reader).update(user=user)
    return reader


@pytest.mark.parametrize(
    ("standing", "hours", "refused"),
    [
        (Standing.TIMED_OUT, 2, "reader_timed_out"),
        (Standing.SUSPENDED, 48, "reader_suspended"),
        (Standing.BANNED, None, "reader_banned"),
    ],
)
def test_who_is_silenced_is_told_so_and_until_when(
    cast: Cast, staff: int, standing: Standing, hours: int | None, refused: str
) -> None:
    assert put(cast.alice, standing, by=staff, hours=hours) is None
    answer = post(cast.alice, "Once more", thread=cast.thread, minutes=1)
    assert code(answer) == refused
    assert answer.until == (None if hours is None else NOON + hours * HOUR)


@pytest.mark.parametrize(
    ("standing", "hours", "refused"),
    [
        (Standing.TIMED_OUT, 2, None),
        (Standing.SUSPENDED, 2, "reader_suspended"),
        (Standing.BANNED, None, "reader_banned"),
    ],
)
def test_who_is_suspended_or_banned_does_not_vote_either(
    cast: Cast, staff: int, standing: Standing, hours: int | None, refused: str | None
) -> None:
    comment = posted(cast.bob, "Worth a vote", thread=cast.thread)
    put(cast.alice, standing, by=staff, hours=hours)
    answer = actions.cast_vote(cast.alice, comment_id=comment, value=1, now=NOON + HOUR)
    assert (answer.code if isinstance(answer, Refused) else None) == refused
    assert Comment.objects.get(pk=comment).up == (0 if refused else 1)
    if hours is not None:
        assert not isinstance(actions.cast_vote(cast.alice, comment_id=comment, value=1, now=NOON + 2 * HOUR), Refused)


def test_what_ends_is_over_by_itself(cast: Cast, staff: int) -> None:
    put(cast.alice, Standing.TIMED_OUT, by=staff, hours=2)
    assert code(post(cast.alice, "Still", thread=cast.thread, minutes=119)) == "reader_timed_out"
    assert posted(cast.alice, "Back again", thread=cast.thread, minutes=120)


def test_what_a_premoderated_reader_writes_waits_and_what_a_trusted_one_links_does_not(cast: Cast, staff: int) -> None:
    put(cast.alice, Standing.PREMODERATED, by=staff)
    put(cast.bob, Standing.TRUSTED, by=staff)
    links = " ".join(f"https://source{n}.example/" for n in range(5))
    waits, stands = posted(cast.alice, "Plain", thread=cast.thread), posted(cast.bob, links, thread=cast.thread)
    states = dict(Comment.objects.filter(pk__in=[waits, stands]).values_list("pk", "state"))
    assert states == {waits: "held", stands: "published"}


def test_an_edit_passes_the_same_door(cast: Cast, staff: int) -> None:
    comment = posted(cast.alice, "Before", thread=cast.thread)
    put(cast.alice, Standing.BANNED, by=staff)
    answer = actions.edit_comment(cast.alice, comment_id=comment, markdown="After", now=NOON + HOUR / 60)
    assert code(answer) == "reader_banned"


@pytest.mark.parametrize(
    ("standing", "hours", "refused"),
    [
        (Standing.TIMED_OUT, None, "standing_until"),
        (Standing.TIMED_OUT, 0, "standing_until"),
        (Standing.TIMED_OUT, 24 * 8, "standing_until"),
        (Standing.SUSPENDED, 24 * 367, "standing_until"),
    ],
)
def test_a_standing_that_ends_ends_within_its_bounds(
    cast: Cast, staff: int, standing: Standing, hours: int | None, refused: str
) -> None:
    assert code(put(cast.alice, standing, by=staff, hours=hours)) == refused
    assert not ReaderStanding.objects.exists()


def test_nobody_is_silenced_without_a_rule(cast: Cast, staff: int) -> None:
    answer = standings.set_standing(cast.alice, Standing.BANNED, actor_id=staff, rule="", cause="", now=NOON)
    assert code(answer) == "rule_missing"


def test_nobody_decides_about_themselves_and_the_last_administrator_stays(cast: Cast, staff: int) -> None:
    assert code(put(staff, Standing.TRUSTED, by=staff)) == "standing_own"
    assert code(put(staff, Standing.BANNED, by=cast.alice)) == "standing_last_administrator"
    User.objects.create_user("second@news.example").groups.add(ensure_role("administrator"))
    assert code(put(staff, Standing.BANNED, by=cast.alice)) == "standing_staff"


def test_every_decision_is_kept_with_who_and_why_and_what_was_before(cast: Cast, staff: int) -> None:
    put(cast.alice, Standing.TIMED_OUT, by=staff, hours=2)
    put(cast.alice, None, by=staff)
    first, second = Act.objects.order_by("pk")
    assert (first.actor_id, first.reader_id, first.rule, first.cause) == (staff, cast.alice, "insult", "three times")
    assert [(one.detail["before"], one.detail["after"]) for one in (first, second)] == [
        ("", "timed_out"),
        ("timed_out", ""),
    ]
    assert posted(cast.alice, "Free", thread=cast.thread)


@pytest.mark.parametrize(
    ("guest", "account", "stays"),
    [
        (Standing.BANNED, None, Standing.BANNED),
        (Standing.BANNED, Standing.TRUSTED, Standing.BANNED),
        (Standing.PREMODERATED, Standing.BANNED, Standing.BANNED),
        (None, Standing.PREMODERATED, Standing.PREMODERATED),
    ],
)
def test_nobody_leaves_a_ban_behind_by_signing_up(
    cast: Cast, staff: int, guest: Standing | None, account: Standing | None, stays: Standing
) -> None:
    anonymous = make_reader("Rover", kind="guest")
    for reader, standing in ((anonymous, guest), (cast.bob, account)):
        if standing is not None:
            put(reader, standing, by=staff)
    actions.merge_reader(anonymous, into=cast.bob)
    assert dict(ReaderStanding.objects.values_list("reader_id", "standing")) == {cast.bob: stays.value}


def test_who_leaves_for_good_leaves_no_standing_and_the_act_names_nobody_any_more(cast: Cast, staff: int) -> None:
    put(cast.alice, Standing.PREMODERATED, by=staff)
    actions.erase_reader(cast.alice, texts=actions.Texts.KEEP, now=NOON + HOUR)
    assert not ReaderStanding.objects.exists()
    assert Reader.objects.get(pk=Act.objects.get().reader_id).name == ""
