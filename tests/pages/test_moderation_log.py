"""What everybody may read of moderation: each act without names, and a year of them in numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.cast import Cast, make_reader, posted
from tests.support.desk import Story, make_member, make_staff, page, publish, reader_of, soup, words

from belowline.discussion import actions
from belowline.discussion.models import Thread
from belowline.domain.commenting import Refused
from belowline.domain.readers import Standing
from belowline.moderation import appeals, deciding, standings
from belowline.moderation.models import UrgentReport

if TYPE_CHECKING:
    from bs4 import Tag

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]

THEN = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LATER = THEN + timedelta(hours=3)


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


@pytest.fixture
def mona(story: Story) -> int:
    return reader_of(make_staff("Mona", "moderator"))


@pytest.fixture
def alma(story: Story) -> int:
    return reader_of(make_member("Alma"))


def decide(decision: str, comment: int, by: int, *, at: datetime = THEN) -> int:
    answer = deciding.decide(decision, comment_id=comment, moderator_id=by, rule="insult", now=at)
    assert not isinstance(answer, Refused), answer
    return answer.act_id


def lines(*, at: datetime = LATER, path: str = "/moderation") -> list[str]:
    answer = page(path, now=at)
    assert answer.status == 200
    return [words(str(one)) for one in soup(answer.body).select("main .acts li")]


def table(title: str, *, at: datetime = LATER) -> dict[str, list[str]]:
    """The counts of each line."""
    found: list[Tag] = [
        one for one in soup(page("/moderation/2026", now=at).body).select("table") if title in one.caption.text
    ]
    rows = found[0].select("tbody tr") if found else []
    return {row.th.text: [cell.text for cell in row.select("td")] for row in rows}


def test_an_act_is_listed_with_rule_and_discussion_and_without_a_name(story: Story, alma: int, mona: int) -> None:
    decide("remove", posted(alma, "You are a mole.", thread=story.thread), mona)
    [line] = lines()
    for part in ("Removed (Insults a person)", "The gauge that moved", "a person"):
        assert part in line
    whole = page("/moderation", now=LATER).body
    for name in ("Alma", "Mona", "mole"):
        assert name not in whole


def test_what_can_still_be_undone_is_not_public_yet_and_what_was_undone_never_is(
    story: Story, alma: int, mona: int
) -> None:
    act = decide("remove", posted(alma, "Words.", thread=story.thread), mona)
    assert lines(at=THEN + timedelta(minutes=9)) == ["Nothing yet."]
    deciding.undo(act, moderator_id=mona, now=THEN + timedelta(minutes=5))
    assert lines() == ["Nothing yet."]
    assert table("What was done") == {}


def test_what_is_let_through_is_counted_and_not_listed(story: Story, alma: int, mona: int) -> None:
    comment = posted(alma, "Words.", thread=story.thread)
    decide("remove", comment, mona)
    decide("restore", comment, mona, at=THEN + timedelta(minutes=1))
    decide("leave", comment, mona, at=THEN + timedelta(minutes=2))
    assert len(lines()) == 2
    assert table("What was done") == {"Removed": ["1", "0"], "Restored": ["1", "0"], "Left as it is": ["1", "0"]}


def test_a_discussion_that_is_not_public_is_not_named(story: Story, alma: int, mona: int) -> None:
    decide("remove", posted(alma, "Words.", thread=story.thread), mona)
    Thread.objects.filter(pk=story.thread).update(is_hidden=True)
    [line] = lines()
    assert "The gauge" not in line
    assert "Removed" in line


def test_a_year_counts_what_was_done_reported_and_objected_to(story: Story, cast: Cast, alma: int, mona: int) -> None:
    osei = reader_of(make_staff("Osei", "moderator"))
    for n in range(3):
        comment = posted(alma, f"Words {n}.", thread=story.thread, minutes=n)
        actions.report_comment(cast.bob, comment_id=comment, reason="insult", note="", now=THEN - timedelta(hours=2))
        act = decide("remove", comment, mona)
    asked = appeals.appeal(act, reader_id=alma, text="Please.", now=THEN)
    assert isinstance(asked, int)
    appeals.answer(asked, is_overturned=True, text="Yes.", moderator_id=osei, now=THEN + timedelta(hours=2))
    UrgentReport.objects.create(comment_id=comment, reason="threat", at=THEN, was_right=False)
    standings.set_standing(make_reader("Lou"), Standing.BANNED, actor_id=mona, rule="spam", cause="", now=THEN)
    assert table("What was done") == {"Removed": ["3", "0"], "Decided about a reader": ["1", "0"]}
    assert table("by rule") == {"Insults a person": ["3"]}
    assert table("Decided about readers") == {"banned": ["1"]}
    assert table("What readers reported") == {"It insults somebody": ["3"]}
    assert table("Hidden at once") == {"A person let it stand": ["1"]}
    assert table("Appeals") == {"Taken back": ["1"]}
    said = words(page("/moderation/2026", now=LATER).body)
    assert "Half of them were settled within 2 hours." in said
    assert "Half of them were answered within 2 hours." in said


def test_there_is_a_report_of_every_year_since_the_first_act_and_of_no_other(
    story: Story, alma: int, mona: int
) -> None:
    assert page("/moderation/2026", now=LATER).status == 404
    decide("remove", posted(alma, "Words.", thread=story.thread), mona)
    assert page("/moderation/2025", now=LATER).status == 404
    assert page("/moderation/2026", now=LATER).status == 200
    next_year = datetime(2027, 1, 2, tzinfo=UTC)
    assert page("/moderation/2027", now=next_year).status == 200
    found = soup(page("/moderation", now=next_year).body).select('a[href^="/moderation/"]')
    assert [one.text.strip() for one in found] == ["2027", "2026"]
    assert table("What was done", at=next_year) == {"Removed": ["1", "0"]}


def test_the_log_goes_on_page_after_page_and_a_damaged_link_says_so(story: Story, alma: int, mona: int) -> None:
    comment = posted(alma, "Words.", thread=story.thread)
    for n in range(26):
        decide("remove", comment, mona, at=THEN + timedelta(minutes=2 * n))
        decide("restore", comment, mona, at=THEN + timedelta(minutes=2 * n + 1))
    first = soup(page("/moderation", now=LATER).body)
    assert len(first.select("main .acts li")) == 50
    older = first.select_one('main a[href^="/moderation?after="]')
    assert older is not None
    assert len(lines(path=str(older["href"]))) == 2
    assert page("/moderation?after=x", now=LATER).status == 400
