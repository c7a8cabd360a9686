"""What moderators know of a reader, and decide about them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.cast import Cast, make_reader, posted
from tests.support.desk import Browser, Story, make_staff, publish, reader_of, soup, words

from belowline.accounts.models import User
from belowline.moderation.models import Act, ReaderStanding

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]

LINKS = "https://one.example/ https://two.example/ https://three.example/"


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


@pytest.fixture
def mona(story: Story) -> Browser:
    return Browser(make_staff("Mona", "moderator"))


def about(reader: int) -> str:
    return f"/_staff/readers/{reader}"


def decide(browser: Browser, reader: int, **fields: str) -> HttpResponse:
    return browser.post(about(reader), {"csrfmiddlewaretoken": browser.token(), "reason": "insult"} | fields)


def read(browser: Browser, reader: int) -> str:
    return words(browser.get(about(reader)).content.decode())


def test_the_queue_leads_to_what_is_known_of_an_author(story: Story, mona: Browser) -> None:
    reader = make_reader("Ludwig")
    posted(reader, LINKS, thread=story.thread)
    link = soup(mona.get("/_staff/comments").content.decode()).select_one(".author a")
    assert (link.get_text(), link["href"]) == ("Ludwig", about(reader))
    page = read(mona, reader)
    assert "Nothing was decided about this reader." in page
    assert "Published: 0 · refused or removed: 0" in page


@pytest.mark.parametrize(
    ("standing", "hours", "says"),
    [
        ("trusted", "1", "trusted"),
        ("premoderated", "1", "everything is held"),
        ("timed_out", "24", "timed out, until"),
        ("suspended", "720", "suspended, until"),
        ("banned", "1", "banned"),
    ],
)
def test_a_decision_holds_and_is_read_with_its_cause(
    story: Story, cast: Cast, mona: Browser, standing: str, hours: str, says: str
) -> None:
    answer = decide(mona, cast.alice, standing=standing, hours=hours, cause="For the third time.")
    assert (answer.status_code, answer["Location"]) == (303, about(cast.alice))
    page = read(mona, cast.alice)
    assert says in page
    assert "For the third time." in page
    assert "Insults a person" in page
    found = ReaderStanding.objects.get(reader=cast.alice)
    assert found.standing == standing
    wanted = timedelta(hours=int(hours)) if "until" in says else None
    assert (None if found.until is None else found.until - found.since) == wanted
    act = Act.objects.get()
    assert act.actor_id == reader_of(User.objects.get(email="mona@example.org"))
    assert decide(mona, cast.alice, standing="nothing").status_code == 303
    page = read(mona, cast.alice)
    assert "Nothing was decided about this reader." in page
    assert "Taken back" in page
    assert Act.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"standing": "banned", "reason": ""}, 422, "Choose the rule that was broken"),
        ({"standing": "timed_out", "hours": "720"}, 422, "Say until when"),
        ({"standing": "timed_out", "hours": "-1"}, 422, "Say until when"),
        ({"standing": "suspended", "hours": "99999999"}, 422, "Say until when"),
        ({"standing": "headless"}, 400, "This choice does not exist."),
        ({}, 400, "This choice does not exist."),
    ],
)
def test_what_cannot_hold_is_refused_with_everything_that_was_written(
    story: Story, cast: Cast, mona: Browser, fields: dict[str, str], status: int, says: str
) -> None:
    answer = decide(mona, cast.alice, cause="For the third time.", **fields)
    assert answer.status_code == status
    assert says in words(answer.content.decode())
    assert soup(answer.content.decode()).select_one("textarea").get_text() == "For the third time."
    assert not ReaderStanding.objects.exists()


def test_nobody_decides_about_themselves_or_silences_a_colleague(story: Story, mona: Browser) -> None:
    nora = reader_of(make_staff("Nora", "editor"))
    own = reader_of(User.objects.get(email="mona@example.org"))
    for reader, says in ((own, "Nobody decides about themselves."), (nora, "holds a role in the newsroom")):
        answer = decide(mona, reader, standing="banned")
        assert (answer.status_code, says in words(answer.content.decode())) == (409, True)
    assert not ReaderStanding.objects.exists()


def test_a_reader_who_is_not_there_has_no_page(story: Story, mona: Browser) -> None:
    assert mona.get(about(10**9)).status_code == 404
    assert decide(mona, 10**9, standing="banned").status_code == 404


def test_decisions_about_comments_stand_in_the_record(story: Story, cast: Cast, mona: Browser) -> None:
    comment = posted(cast.alice, "Words", thread=story.thread)
    form = {"csrfmiddlewaretoken": mona.token(), "comment": str(comment), "decision": "remove", "reason": "spam"}
    assert mona.post("/_staff/comments", form).status_code == 303
    page = soup(mona.get(about(cast.alice)).content.decode())
    assert "Removed (Advertising)" in words(str(page))
    assert page.select_one(".acts a")["href"] == f"/_staff/comments?find={comment}"
