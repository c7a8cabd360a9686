"""The page of a reader's choices about a comment, and what the personal answer says of them."""

from __future__ import annotations

import json

import pytest
from tests.support.cast import Cast, posted
from tests.support.desk import Browser, Story, errors, make_member, page, publish, reader_of, soup, words

from belowline.discussion import actions
from belowline.discussion.models import Comment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


def press(browser: Browser, comment: int, button: str) -> str:
    """Press a button of the page; the words of the page that comes after it."""
    path = f"/_d/comment/{comment}/choices"
    shown = soup(browser.get(path).content.decode())
    value = next(one["value"] for one in shown.select("button[name=act]") if words(str(one)) == button)
    answer = browser.press(path, act=value)
    assert (answer.status_code, answer["Location"]) == (303, path)
    return words(browser.get(path).content.decode())


def test_ignoring_is_a_button_and_its_undoing_another(story: Story, cast: Cast) -> None:
    comment = posted(cast.bob, "The river rose.", thread=story.thread)
    member = make_member("Alma")
    browser = Browser(member)
    public = page(f"/d/{story.thread}").body
    assert "No longer ignore bob" in press(browser, comment, "Ignore bob")
    assert comment < 36  # the address has it in base 36
    me = json.loads(
        browser.get(f"/_me/thread/{story.thread}?c={'0123456789abcdefghijklmnopqrstuvwxyz'[comment]}").content
    )
    assert me["ignored"] == [comment]
    assert page(f"/d/{story.thread}").body == public
    assert "Hear of this branch again" in press(browser, comment, "Mute this branch")
    assert "Mute this branch" in press(browser, comment, "Hear of this branch again")
    assert "Ignore bob" in press(browser, comment, "No longer ignore bob")


def test_replies_that_are_stopped_have_no_link_and_everybody_is_told(story: Story, cast: Cast) -> None:
    member = make_member("Alma")
    comment = posted(reader_of(member), "Enough said.", thread=story.thread)
    browser = Browser(member)
    assert "Take replies again" in press(browser, comment, "Take no more replies")
    shown = soup(page(f"/d/{story.thread}").body).select_one(f"#c-{comment}")
    assert "Takes no more replies" in shown.text
    assert not shown.select(f"a[href$='/reply/{comment}']")
    other = Browser(make_member("Bruno"))
    token = other.token()
    answer = other.post(
        f"/_d/{story.thread}/reply/{comment}", {"csrfmiddlewaretoken": token, "text": "My words.", "key": "k"}
    )
    assert answer.status_code == 403
    assert "takes no more replies" in errors(answer)[0]
    assert "My words." in answer.content.decode()


def test_who_has_no_name_here_is_led_to_signing_in_and_comes_back(story: Story, cast: Cast) -> None:
    comment = posted(cast.bob, "The river rose.", thread=story.thread)
    path = f"/_d/comment/{comment}/choices"
    answer = Browser().get(path)
    assert answer.status_code == 403
    assert any(path in one["href"].replace("%2F", "/") for one in soup(answer.content.decode()).select("main a"))


def test_a_choice_that_does_not_exist_changes_nothing(story: Story, cast: Cast) -> None:
    comment = posted(cast.bob, "The river rose.", thread=story.thread)
    answer = Browser(make_member("Alma")).press(f"/_d/comment/{comment}/choices", act="delete")
    assert answer.status_code == 400
    assert "This choice does not exist" in errors(answer)[0]
    assert actions.stop_replies(cast.alice, comment_id=comment, is_stopped=True) is not None
    assert not Comment.objects.get(pk=comment).is_branch_closed


def test_each_permalink_leads_to_the_choices_about_its_comment(story: Story, cast: Cast) -> None:
    comment = posted(cast.bob, "The river rose.", thread=story.thread)
    found = soup(page(f"/d/{story.thread}/c/{comment}").body)
    assert [one["href"] for one in found.select("a[href$='/choices']")] == [f"/_d/comment/{comment}/choices"]
