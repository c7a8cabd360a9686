"""The moderators' pages about discussions: rules of one, raid mode in one or everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.support.cast import NOON, Cast, make_reader, posted
from tests.support.desk import Browser, Story, errors, fields_of, make_member, make_staff, page, publish, soup, words

from belowline.accounts.models import Reader
from belowline.discussion.models import Comment, Thread
from belowline.moderation.models import Act, Raid, RaidAlarm, ThreadRules

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]

ALL = "/_staff/discussions"


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


@pytest.fixture
def mona(story: Story) -> Browser:
    return Browser(make_staff("Mona", "moderator"))


def one(story: Story) -> str:
    return f"{ALL}/{story.thread}"


def send(browser: Browser, path: str, **fields: str) -> HttpResponse:
    return browser.post(path, {"csrfmiddlewaretoken": browser.token()} | fields)


def rules(story: Story, **changes: str) -> dict[str, str]:
    return {
        "act": "keep",
        "mode": "subject",
        "slow": "0",
        "public": "",
        "opens": "",
        "closes": "",
        "ends": "",
    } | changes


def notice(story: Story) -> str:
    found = soup(page(f"/d/{story.thread}").body).select_one(".notice")
    return found.get_text() if found is not None else ""


def test_a_moderator_closes_a_discussion_and_every_reader_sees_why(story: Story, mona: Browser) -> None:
    answer = send(mona, one(story), **rules(story, mode="closed", public="The trial has begun.", cause="As agreed."))
    assert (answer.status_code, answer["Location"]) == (303, one(story))
    assert notice(story) == "This discussion is closed. The trial has begun."
    shown = words(mona.get(one(story)).content.decode())
    assert "This discussion is closed. The trial has begun." in shown
    assert "Other rules" in shown
    assert "As agreed." in shown
    assert "Closed: nobody writes or votes" in words(mona.get(ALL).content.decode())
    assert send(mona, one(story), **rules(story)).status_code == 303
    assert notice(story) == ""


def test_the_form_shows_what_holds_and_sent_as_it_is_changes_nothing(
    story: Story, mona: Browser, settings: object
) -> None:
    wanted = rules(
        story,
        mode="members",
        slow="300",
        public="Guests come later.",
        opens="08:00",
        closes="22:30",
        ends="2036-03-14T13:00",
    )
    assert send(mona, one(story), **wanted).status_code == 303
    form = soup(mona.get(one(story)).content.decode()).select("main form")[-1]
    shown = fields_of(form) | {"slow": form.select_one("option[selected]")["value"]}
    assert {name: shown[name] for name in wanted} == wanted
    assert Act.objects.count() == 1
    assert mona.post(one(story), shown).status_code == 303
    assert Act.objects.count() == 1
    found = ThreadRules.objects.get()
    assert (found.slow_seconds, found.opens, found.closes) == (300, 480, 1350)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mode": "closed"}, "Say why: readers see it at the head of the discussion."),
        ({"mode": "closed", "public": "x" * 301}, "The reason may have at most 300 characters."),
        ({"slow": "86401"}, "Choose how long a reader waits between two comments, at most a day."),
        ({"opens": "25:00", "closes": "22:00"}, "Say from when until when it is open"),
        ({"opens": "08:00"}, "Say from when until when it is open"),
        ({"ends": "yesterday"}, "Choose a time that is still to come"),
        ({"ends": "2020-01-01T00:00"}, "Choose a time that is still to come"),
        ({"ends": "0001-01-01T00:00"}, "Choose a time that is still to come"),
        ({"ends": "9999-12-31T23:59"}, "Choose a time that is still to come"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_written_is_kept(
    story: Story, mona: Browser, changes: dict[str, str], says: str
) -> None:
    answer = send(mona, one(story), **rules(story, cause="Because.", **changes))
    assert answer.status_code == 422
    assert says in errors(answer)[0]
    assert "Because." in answer.content.decode()
    assert Act.objects.count() == 0


def test_unknown_words_of_a_form_are_refused(story: Story, mona: Browser) -> None:
    for wrong in ({"mode": "ask"}, {"act": "burn"}, {"act": ""}):
        assert send(mona, one(story), **rules(story, **wrong)).status_code == 400
    assert send(mona, one(story), act="raid_begin", hours="999").status_code == 422
    assert send(mona, ALL, act="keep", mode="closed").status_code == 400
    assert send(mona, f"{ALL}/987654", **rules(story)).status_code == 404
    assert mona.get(f"{ALL}?before=x").status_code == 200
    assert mona.get(f"{ALL}?before={'9' * 40}").status_code == 200
    assert Act.objects.count() == 0


@pytest.mark.parametrize("is_everywhere", [True, False])
def test_raid_mode_is_one_button_on_and_one_off(story: Story, mona: Browser, is_everywhere: bool) -> None:
    path = ALL if is_everywhere else one(story)
    assert send(mona, path, act="raid_begin", hours="3").status_code == 303
    assert "Raid mode is on until" in words(mona.get(path).content.decode())
    assert ("raid mode" in words(mona.get(ALL).content.decode())) != is_everywhere
    newcomer = make_reader("Newcomer")
    began = Raid.objects.get().began_at
    Reader.objects.filter(pk=newcomer).update(joined_at=began)
    minutes = (began - NOON).total_seconds() / 60 + 1
    assert Comment.objects.get(pk=posted(newcomer, "Hello", thread=story.thread, minutes=minutes)).state == "held"
    assert send(mona, path, act="raid_end").status_code == 303
    assert "Raid mode is on" not in words(mona.get(path).content.decode())
    late = send(mona, path, act="raid_end")
    assert (late.status_code, "Raid mode is off already" in words(late.content.decode())) == (409, True)


def test_the_queue_leads_to_the_discussions_and_each_of_them_to_its_page(story: Story, mona: Browser) -> None:
    queue = soup(mona.get("/_staff/comments").content.decode())
    assert ALL in [link["href"] for link in queue.select("main a[href]")]
    listed = [link["href"] for link in soup(mona.get(ALL).content.decode()).select(".kept a")]
    assert one(story) in listed
    assert len(listed) == len(set(listed)) == Thread.objects.count()


def test_nobody_else_sees_or_changes_how_a_discussion_is_kept(story: Story) -> None:
    alma = Browser(make_member("Alma"))
    for path in (ALL, one(story)):
        assert alma.get(path).status_code == 403
        assert send(alma, path, act="raid_begin", hours="3").status_code == 403
    assert Raid.objects.count() == 0


def test_a_proposal_stands_above_the_queue_and_is_answered_on_the_discussions_page(story: Story, mona: Browser) -> None:
    now = datetime.now(UTC)
    RaidAlarm.objects.create(thread_id=story.thread, kind=RaidAlarm.FLAGGING, recent=34, usual=2, at=now)
    for path in ("/_staff/comments", ALL, one(story)):
        assert "34 reports in half an hour; usual are 2." in words(mona.get(path).content.decode())
    assert send(mona, one(story), act="raid_decline").status_code == 303
    for path in ("/_staff/comments", ALL, one(story)):
        assert "Perhaps a raid" not in words(mona.get(path).content.decode())
    assert "No raid: the proposal was turned down" in words(mona.get(one(story)).content.decode())
    assert send(mona, one(story), act="raid_decline").status_code == 409
