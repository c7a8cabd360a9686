"""The pages of an appeal: what was decided, the form that objects, and the moderators' answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.support.cast import Cast, posted
from tests.support.desk import Browser, Story, errors, make_member, make_staff, publish, reader_of, soup, words

from belowline.domain.commenting import Refused
from belowline.domain.readers import Standing
from belowline.moderation import deciding, standings
from belowline.moderation.models import Act, Appeal

if TYPE_CHECKING:
    from django.http import HttpResponse

    from belowline.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]

ALL = "/_staff/appeals"


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


@pytest.fixture
def alma(story: Story) -> User:
    return make_member("Alma")


@pytest.fixture
def mona(story: Story) -> User:
    return make_staff("Mona", "moderator")


@pytest.fixture
def osei(story: Story) -> User:
    return make_staff("Osei", "moderator")


@pytest.fixture
def act(story: Story, alma: User, mona: User) -> int:
    comment = posted(reader_of(alma), "It was a quotation.", thread=story.thread)
    answer = deciding.decide(
        "remove", comment_id=comment, moderator_id=reader_of(mona), rule="insult", now=datetime.now(UTC)
    )
    assert not isinstance(answer, Refused), answer
    return answer.act_id


def send(browser: Browser, path: str, **fields: str) -> HttpResponse:
    return browser.post(path, {"csrfmiddlewaretoken": browser.token()} | fields)


def read(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return words(answer.content.decode())


def test_the_author_finds_the_way_from_the_comment_and_from_my_page(act: int, alma: User) -> None:
    browser, comment = Browser(alma), Act.objects.get(pk=act).comment_id
    for path in (f"/_d/comment/{comment}", "/_account/decisions"):
        found = soup(browser.get(path).content.decode()).select(f'main a[href="/_decision/{act}"]')
        assert len(found) == 1, path
    said = read(browser, f"/_decision/{act}")
    for part in ("We removed what you wrote", "The rule: Insults a person.", "A person of the newsroom decided this"):
        assert part in said
    assert "quotation" not in said
    assert "Mona" not in said


def test_an_appeal_is_sent_once_answered_by_a_colleague_and_read(act: int, alma: User, mona: User, osei: User) -> None:
    author, first, second = Browser(alma), Browser(mona), Browser(osei)
    path = f"/_decision/{act}"
    assert send(author, path, text="I quoted the mayor.").status_code == 303
    said = read(author, path)
    assert "I quoted the mayor." in said
    assert "will look at it" in said
    assert errors(send(author, path, text="And another thing.")) == [
        "You have objected to this already. The answer will stand on this page."
    ]
    assert "Appeals: 1" in read(second, "/_staff/comments")
    one = f"{ALL}/{Appeal.objects.get().pk}"
    assert one in second.get(ALL).content.decode()
    said = read(first, one)
    assert "a colleague answers the appeal" in said
    assert not soup(first.get(one).content.decode()).select('form[data-form="answer"]')
    assert send(first, one, act="overturn", text="No.").status_code == 409
    for fields, code in (({"act": "overturn", "text": " "}, 422), ({"act": "shred", "text": "No."}, 400)):
        assert send(second, one, **fields).status_code == code
    assert Appeal.objects.get().state == "open"
    answer = send(second, one, act="overturn", text="You quoted her word for word.")
    assert (answer.status_code, answer["Location"]) == (303, ALL)
    said = read(author, path)
    for part in ("you were right", "You quoted her word for word.", "Another person than the one who decided"):
        assert part in said
    assert "taken back" in read(author, "/_account/decisions")
    assert send(second, one, act="uphold", text="After all.").status_code == 409


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \n", "Say in a few words why you think that it is wrong."),
        ("x" * 1_001, "Say it in at most 1,000 characters."),
    ],
)
def test_bad_appeals_are_refused_with_the_words_kept(act: int, alma: User, text: str, sentence: str) -> None:
    answer = send(Browser(alma), f"/_decision/{act}", text=text)
    assert answer.status_code == 422
    assert errors(answer) == [sentence]
    assert not Appeal.objects.exists()


def test_nobody_else_learns_of_a_decision(act: int, story: Story) -> None:
    for browser in (Browser(), Browser(make_member("Bruno"))):
        assert browser.get(f"/_decision/{act}").status_code == 404
        assert send(browser, f"/_decision/{act}", text="Me, too.").status_code == 404
    assert Browser(make_member("Carla")).get(ALL).status_code == 403


def test_who_is_banned_can_object(alma: User, mona: User) -> None:
    now = datetime.now(UTC) - timedelta(hours=1)
    standings.set_standing(reader_of(alma), Standing.BANNED, actor_id=reader_of(mona), rule="spam", cause="", now=now)
    path = f"/_decision/{Act.objects.get().pk}"
    assert send(Browser(alma), path, text="That was my brother.").status_code == 303
    assert Appeal.objects.get().text == "That was my brother."
