"""What is new in a discussion: ids and counts for programs, a page for readers, and nothing that is not public."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.support.cast import NOON, Cast, make_reader, posted
from tests.support.desk import Story, comments_of, page, publish, soup

from belowline.discussion import actions
from belowline.discussion.models import Thread
from belowline.domain.commenting import CommentState, Refused
from belowline.outbox.models import Event
from belowline.pages import thread_news

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


def newest() -> int:
    return Event.objects.order_by("-id").values_list("id", flat=True)[0]


def news(story: Story, since: int, **more: Any) -> dict[str, Any]:
    answer = page(f"/d/{story.thread}/updates?since={since}", **more)
    assert (answer.status, answer.content_type, answer.is_indexed) == (200, "application/json", False)
    assert answer.tags == (f"thread:{story.thread}",)
    found: dict[str, Any] = json.loads(answer.body)
    return found


def say(reader: int, text: str, story: Story, **where: Any) -> int:
    return posted(reader, text, thread=story.thread, **where)


def vote(reader: int, comment: int, value: int = 1) -> None:
    answer = actions.cast_vote(reader, comment_id=comment, value=value, now=NOON)
    assert not isinstance(answer, Refused), answer


def decide(act: str, comment: int, cast: Cast) -> None:
    answer = actions.change_state(
        act, comment_id=comment, actor_id=cast.mona, reason="insult", now=NOON + timedelta(minutes=1)
    )
    assert isinstance(answer, CommentState), answer


def test_new_comments_are_told_by_their_ids_in_the_order_in_which_they_became_public(story: Story, cast: Cast) -> None:
    guest = make_reader("Gretchen", kind="guest")
    held = say(guest, "Held at first.", story)
    since = newest()
    first = say(cast.alice, "The river rose.", story)
    reply = say(cast.bob, "It did.", story, parent=first)
    decide("approve", held, cast)
    found = news(story, since)
    # The one with the lowest id became public last.
    assert found["comments"] == [[first, 0], [reply, first], [held, 0]]
    assert found["cursor"] == newest()
    assert held < first
    assert news(story, found["cursor"]) == {"cursor": found["cursor"], "comments": [], "votes": {}}


def test_what_is_not_public_is_not_told(story: Story, cast: Cast) -> None:
    since = newest()
    removed = say(cast.alice, "Soon gone.", story)
    decide("remove", removed, cast)
    say(make_reader("Gretchen", kind="guest"), "Held.", story)
    assert news(story, since) == {"cursor": since, "comments": [], "votes": {}}


def test_no_text_and_no_name_is_told(story: Story, cast: Cast) -> None:
    since = newest()
    say(cast.alice, "The weir gave way.", story)
    body = page(f"/d/{story.thread}/updates?since={since}").body
    assert "weir" not in body
    assert "Alice" not in body


def test_a_vote_whose_count_is_hidden_changes_no_byte(story: Story, cast: Cast) -> None:
    comment = say(cast.alice, "The river rose.", story)
    since = newest()
    before = page(f"/d/{story.thread}/updates?since={since}").body
    vote(cast.bob, comment)
    minute = timedelta(minutes=1)
    hidden = page(f"/d/{story.thread}/updates?since={since}", now=NOON + 59 * minute)
    assert hidden.body == before
    # The clock alone will change the answer then.
    assert hidden.fresh_until == NOON + 60 * minute
    shown = page(f"/d/{story.thread}/updates?since={since}", now=NOON + 61 * minute)
    assert json.loads(shown.body)["votes"] == {str(comment): [1, 0]}
    assert shown.fresh_until is None


def test_votes_elsewhere_and_before_are_not_told(story: Story, cast: Cast) -> None:
    here, other = say(cast.alice, "Here.", story), posted(cast.alice, "Elsewhere.", thread=cast.thread)
    vote(cast.bob, here)
    since = newest()
    vote(cast.bob, other)
    assert news(story, since, now=NOON + timedelta(days=1))["votes"] == {}


def test_a_discussion_that_is_hidden_merged_or_missing_has_no_news(story: Story, cast: Cast) -> None:
    address = f"/d/{story.thread}/updates?since=0"
    assert page(address).status == 200
    Thread.objects.filter(pk=story.thread).update(is_hidden=True)
    assert page(address).status == 404
    assert page(f"/d/{story.thread}?since=0").status == 404
    Thread.objects.filter(pk=story.thread).update(is_hidden=False, merged_into=cast.thread)
    assert page(address).status == 404
    assert page("/d/987654/updates?since=0").status == 404


@pytest.mark.parametrize("since", ["", "x", "-1", "1" * 19, "1.5", "٣"])
def test_a_place_that_means_nothing_is_refused(story: Story, since: str) -> None:
    for address in (f"/d/{story.thread}/updates?since={since}", f"/d/{story.thread}?since={since}"):
        found = page(address)
        if since or "updates" in address:
            assert (found.status, found.tags) == (400, ()), address


def test_a_place_of_another_past_or_too_far_back_means_the_page_anew(story: Story, cast: Cast) -> None:
    ahead = newest() + 5
    assert news(story, ahead) == {"cursor": newest(), "comments": [], "votes": {}, "isBehind": True}
    since = newest()
    for number in range(thread_news.ARRIVALS_MAX + 1):
        say(cast.alice, f"Number {number}.", story)
    assert news(story, since) == {"cursor": newest(), "comments": [], "votes": {}, "isBehind": True}
    listed = page(f"/d/{story.thread}?since={since}").body
    assert len(comments_of(listed)) == thread_news.ARRIVALS_MAX


def test_the_page_of_what_is_new_lists_it_with_what_it_answers(story: Story, cast: Cast) -> None:
    first = say(cast.alice, "The river rose.", story)
    since = newest()
    reply = say(cast.bob, "It did.", story, parent=first)
    other = say(cast.charlie, "It will fall.", story)
    found = page(f"/d/{story.thread}?since={since}")
    assert (found.status, found.is_indexed, found.is_admitted_late) == (200, False, True)
    html = soup(found.body)
    assert comments_of(found.body) == [reply, other]
    assert html.select_one("h2#discussion").text == "2 new comments"
    (line,) = html.select(".comment .to a")
    assert line["href"].endswith(f"/d/{story.thread}/c/{first}")
    again = page(html.select_one("[data-live] a")["href"])
    assert soup(again.body).select_one("h2#discussion").text == "No new comments"


def test_how_much_is_asked_of_the_database(story: Story, cast: Cast) -> None:
    since = newest()
    comments = [say(cast.alice, f"Number {number}.", story) for number in range(6)]
    for comment in comments:
        vote(cast.bob, comment)
    with CaptureQueriesContext(connection) as queries:
        news(story, since, now=NOON + timedelta(days=1))
    selects = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    assert len(selects) <= 6, selects
