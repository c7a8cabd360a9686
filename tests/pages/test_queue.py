"""The moderators' queue: narrowed down, decided one by one or all at once, undone, and never by two at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.cast import Cast, make_reader, posted
from tests.support.desk import Browser, Story, make_staff, publish, reader_of, soup, words

from belowline.accounts.models import User
from belowline.discussion.models import Comment
from belowline.moderation.models import Case

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]

QUEUE = "/_staff/comments"
LINKS = "https://one.example/ https://two.example/ https://three.example/"


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


@pytest.fixture
def mona(story: Story) -> Browser:
    return Browser(make_staff("Mona", "moderator"))


@pytest.fixture
def nora(story: Story) -> Browser:
    return Browser(make_staff("Nora", "moderator"))


def held(reader: int, story: Story, number: int = 0) -> int:
    return posted(reader, f"{LINKS} {number}", thread=story.thread, minutes=number)


def press(browser: Browser, decision: str, *, at: str = QUEUE, **fields: object) -> HttpResponse:
    token = soup(browser.get(QUEUE).content.decode()).select_one("input[name=csrfmiddlewaretoken]")
    sent = {name: str(value) for name, value in fields.items()}
    key = str(token["value"]) if token else browser.token()
    return browser.post(at, sent | {"csrfmiddlewaretoken": key, "decision": decision})


def state(comment: int) -> str:
    return Comment.objects.get(pk=comment).state


def shown(browser: Browser, path: str = QUEUE) -> list[int]:
    return [int(str(one["data-case"])) for one in soup(browser.get(path).content.decode()).select("[data-case]")]


def test_a_decision_is_undone_from_the_page_that_follows_it(story: Story, cast: Cast, mona: Browser) -> None:
    comment = held(cast.alice, story)
    answer = press(mona, "reject", comment=comment, reason="spam")
    after = mona.get(answer["Location"]).content.decode()
    assert "Rejected: 1 comment" in words(after)
    act = soup(after).select_one("form[data-form=undo] input[name=act]")["value"]
    assert (state(comment), shown(mona)) == ("rejected", [])
    assert press(mona, "undo", act=act).status_code == 303
    assert (state(comment), shown(mona)) == ("held", [comment])
    again = press(mona, "undo", act=act)
    assert (again.status_code, state(comment)) == (409, "held")
    # Nobody is offered what cannot be done.
    assert soup(mona.get(answer["Location"]).content.decode()).select_one("form[data-form=undo]") is None


def test_nobody_is_offered_to_undo_what_another_did(story: Story, cast: Cast, mona: Browser, nora: Browser) -> None:
    answer = press(mona, "approve", comment=held(cast.alice, story))
    assert soup(nora.get(answer["Location"]).content.decode()).select_one("form[data-form=undo]") is None
    act = answer["Location"].rpartition("=")[2]
    assert press(nora, "undo", act=act).status_code == 403


def test_the_queue_is_narrowed_down_by_author_place_and_reason(story: Story, cast: Cast, mona: Browser) -> None:
    here = [held(cast.alice, story, n) for n in range(2)]
    there = posted(cast.alice, f"{LINKS} there", thread=cast.thread, minutes=3)
    other = posted(cast.bob, "Write to jan.kowalski@example.org", thread=story.thread, minutes=4)
    case = soup(mona.get(QUEUE).content.decode()).select_one(f"[data-case='{here[0]}']")
    links = {one.get_text(): str(one["href"]) for one in case.select(".narrower a")}
    assert {text: set(shown(mona, href)) for text, href in links.items()} == {
        "All that waits of this author": {*here, there},
        "All that waits in this discussion": {*here, other},
        "All that waits for this reason": {*here, there},
    }
    alone = mona.get(links["All that waits of this author"]).content.decode()
    assert "Of alice" in words(alone)
    assert soup(alone).select_one(".narrowed a")["href"] == QUEUE
    for bad in ("author=x", "thread=-1", "author=99999999999999999999", "code=%27", "after=²"):
        assert mona.get(f"{QUEUE}?{bad}").status_code == 200


def test_all_of_one_author_are_decided_with_a_typed_number_and_undone_as_one(
    story: Story, cast: Cast, mona: Browser
) -> None:
    mine = [held(cast.alice, story, n) for n in range(3)]
    other = held(cast.bob, story, 4)
    at = f"{QUEUE}?author={cast.alice}"
    for wrong in ("2", "33", "yes", "³"):
        answer = press(mona, "reject", at=at, typed=wrong, reason="spam")
        assert (answer.status_code, {state(one) for one in mine}) == (422, {"held"})
    # Never the whole queue.
    assert press(mona, "reject", at=QUEUE, typed=4, reason="spam").status_code == 422
    answer = press(mona, "reject", at=at, typed=3, reason="spam")
    assert answer.status_code == 303
    assert ({state(one) for one in mine}, state(other)) == ({"rejected"}, "held")
    after = mona.get(answer["Location"]).content.decode()
    assert "Rejected: 3 comments" in words(after)
    press(mona, "undo", act=soup(after).select_one("form[data-form=undo] input[name=act]")["value"])
    assert shown(mona) == [*mine, other]


def test_in_arabic_the_number_is_typed_in_arabic_digits(story: Story, cast: Cast, mona: Browser) -> None:
    mine = [held(cast.alice, story, n) for n in range(3)]
    assert press(mona, "approve", at=f"{QUEUE}?author={cast.alice}", typed="٣").status_code == 303
    assert {state(one) for one in mine} == {"published"}


def test_two_moderators_never_decide_about_one_comment(story: Story, cast: Cast, mona: Browser, nora: Browser) -> None:
    comment = held(cast.alice, story)
    assert press(mona, "take", comment=comment).status_code == 303
    late = press(nora, "approve", comment=comment)
    assert (late.status_code, state(comment)) == (409, "held")
    assert "A colleague has this in hand until" in words(late.content.decode())
    case = soup(nora.get(QUEUE).content.decode()).select_one(".in-hand")
    assert "A colleague has this in hand" in case.get_text()
    assert not soup(mona.get(QUEUE).content.decode()).select_one(".in-hand").get_text()
    assert press(mona, "approve", comment=comment).status_code == 303
    assert state(comment) == "published"


def test_looking_at_the_queue_takes_nothing_in_hand(story: Story, cast: Cast, mona: Browser) -> None:
    comment = held(cast.alice, story)
    mona.get(QUEUE)
    assert Case.objects.get(comment_id=comment).in_hand_of_id is None


def test_a_moderator_does_not_decide_about_their_own_comment(story: Story, cast: Cast, mona: Browser) -> None:
    own = posted(reader_of(User.objects.get(email="mona@example.org")), "Mine", thread=story.thread)
    answer = press(mona, "remove", comment=own, reason="other")
    assert (answer.status_code, state(own)) == (403, "published")
    assert "This is your own comment." in words(answer.content.decode())


def test_what_is_known_of_an_author_stands_beside_the_case(story: Story, cast: Cast, mona: Browser) -> None:
    reader = make_reader("Ludwig")
    posted(reader, "First", thread=story.thread, minutes=-5)
    removed = posted(reader, "Second", thread=story.thread, minutes=-4)
    press(mona, "remove", comment=removed, reason="insult")
    held(reader, story)
    line = soup(mona.get(QUEUE).content.decode()).select_one(".author").get_text()
    assert line == "Ludwig: Published: 1 · refused or removed: 1"
