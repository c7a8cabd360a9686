"""Words that would be held: their author is asked once, reads why they wait, and never how to get past it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from tests.support.cast import NOON, Cast
from tests.support.desk import (
    Browser,
    Story,
    errors,
    fields,
    main_form,
    make_member,
    make_staff,
    publish,
    reader_of,
    soup,
    words,
    write_standing,
)

from belowline.accounts.models import Reader
from belowline.discussion import actions, ports
from belowline.discussion.models import Comment, Revision
from belowline.domain.commenting import ThreadMode
from belowline.domain.markup import Text
from belowline.domain.moderating import ActKind
from belowline.domain.readers import Standing
from belowline.domain.screening import Match, Opinion, Wording
from belowline.moderation import acts
from belowline.moderation.models import Raid, ThreadRules
from belowline.moderation.standings import set_standing
from belowline.newsroom.actions.standing import ensure_standing_pages
from belowline.pages.personal import Personal

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("story_database")]

POST_ANYWAY, SAVE_ANYWAY = "Post it anyway: a moderator reads it first", "Save it anyway: a moderator reads it first"
ENTRY, LISTS = "scoundrel-secret-entry", "en 7"


class Clock:
    now = NOON + timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(Personal, "now", property(lambda _self: clock.now))
    return clock


def with_lists(text: Text, _language: str, _now_us: int) -> Wording:
    """A list with one word, and a pattern for one kind of number; "menacing" is what an assistant doubts."""
    found = tuple(Match(*one.span(), "insult", ENTRY) for one in re.finditer("scoundrel", text.source))
    personal = tuple(Match(*one.span(), "phone") for one in re.finditer(r"\+[0-9]{6,}", text.source))
    opinion = Opinion(True, ("threat",), "m1") if "menacing" in text.source else None
    return Wording(text.characters, text.links, words=found, personal=personal, lists=LISTS, opinion=opinion)


@pytest.fixture
def story(served: None, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(ports, "read_wording", with_lists)
    return publish()


@pytest.fixture
def alma(story: Story, clock: Clock) -> Browser:
    return Browser(make_member("Alma"))


def post_form(story: Story) -> str:
    return f"/_d/{story.thread}/reply"


def latest() -> Comment:
    return Comment.objects.order_by("-pk")[0]


def box(html: str) -> Any:
    return soup(html).select_one(".warned")


def button(html: str) -> str:
    return str(main_form(html).select_one(".buttons button").get_text())


def test_an_author_is_asked_once_with_the_words_marked_and_everything_kept(story: Story, alma: Browser) -> None:
    form = alma.form(post_form(story)) | {"text": "You <b>old</b> scoundrel,\nI say."}
    asked = alma.post(post_form(story), form)
    html = asked.content.decode()
    assert (asked.status_code, errors(asked), Comment.objects.count()) == (422, [], 0)
    assert [mark.get_text() for mark in box(html).select("mark")] == ["scoundrel"]
    assert box(html).q.get_text() == "You <b>old</b> scoundrel, I say."
    assert box(html).b is None, "what was typed is text"
    assert button(html) == POST_ANYWAY
    again = fields(asked)
    assert (again["text"], again["key"]) == ("You <b>old</b> scoundrel,\nI say.", form["key"])
    assert alma.post(post_form(story), again).status_code == 303
    assert (latest().state, Comment.objects.count()) == ("held", 1)
    # The same press again is the same comment.
    assert alma.post(post_form(story), again)["Location"] == f"/_d/comment/{latest().pk}"
    assert Comment.objects.count() == 1


def test_other_words_are_published_and_not_asked_about_again(story: Story, alma: Browser) -> None:
    asked = fields(alma.press(post_form(story), text="You scoundrel"))
    assert alma.post(post_form(story), asked | {"text": "You gentleman"}).status_code == 303
    assert latest().state == "published"
    asked = fields(alma.press(post_form(story), text="You scoundrel again"))
    assert alma.post(post_form(story), asked | {"text": "What a scoundrel"}).status_code == 303
    assert latest().state == "held", "once for each form is enough"


def test_a_preview_and_a_mistake_on_the_way_do_not_make_it_ask_twice(story: Story, clock: Clock) -> None:
    browser = Browser()
    given = {"text": "You scoundrel", "name": "Gretchen", "email": "g@example.org"}
    asked = fields(browser.press(post_form(story), **given))
    seen = browser.post(post_form(story), asked | {"preview": "yes"})
    wrong = browser.post(post_form(story), fields(seen) | {"email": "nowhere"})
    assert box(wrong.content.decode()) is None
    assert button(wrong.content.decode()) == "Post the comment"
    assert browser.post(post_form(story), fields(wrong) | {"email": "g@example.org"}).status_code == 303
    assert latest().state == "held"


def test_private_things_alone_are_asked_about_in_other_words(story: Story, alma: Browser) -> None:
    private = words(str(box(alma.press(post_form(story), text="Call +4512345678").content.decode())))
    assert "This may tell something private" in private
    both = words(str(box(alma.press(post_form(story), text="Call +4512345678, scoundrel").content.decode())))
    assert "Read your words once more" in both


def test_an_edit_is_asked_about_like_a_new_comment(story: Story, alma: Browser) -> None:
    alma.press(post_form(story), text="You gentleman")
    path = f"/_d/comment/{latest().pk}/edit"
    asked = alma.press(path, text="You scoundrel")
    assert (asked.status_code, button(asked.content.decode())) == (422, SAVE_ANYWAY)
    assert Revision.objects.filter(comment=latest()).count() == 1
    assert alma.post(path, fields(asked)).status_code == 303
    assert latest().state == "held"


def test_scripts_get_the_same_box_and_the_buttons_words(story: Story, alma: Browser) -> None:
    status, told = alma.json(post_form(story), {"text": "You scoundrel", "key": "k1"})
    assert (status, told["code"], told["button"]) == (422, "think_again", POST_ANYWAY)
    assert box(told["html"]).mark.get_text() == "scoundrel"
    status, told = alma.json(post_form(story), {"text": "You scoundrel", "key": "k1", "anyway": "1"})
    assert (status, told["state"]) == (200, "held")
    assert "on a list of the newsroom's" in told["says"]


def test_the_author_reads_every_reason_and_the_words_but_never_how_it_was_found(story: Story, alma: Browser) -> None:
    actions.keep_mode(story.thread, ThreadMode.PREMODERATED, reason="Heated.")
    alma.press(post_form(story), text="Menacing +4512345678, you scoundrel, menacing", anyway="1")
    for path in (f"/_d/comment/{latest().pk}", f"/_d/comment/{latest().pk}?fragment=1"):
        html = alma.get(path).content.decode()
        said = [words(str(one)) for one in soup(html).select("article .reasons li")]
        assert [one.partition(".")[0].partition(":")[0] for one in said] == [
            "These words are on a list of the newsroom's",
            "It may tell something private, like an address, a telephone or an account number",
            "A program of the newsroom is in doubt about it, so a person reads it",
            "Every comment in this discussion is read before it appears",
        ]
        assert [one.get_text() for one in soup(html).select(".reasons mark")] == ["scoundrel", "+4512345678"]
        assert not [secret for secret in (ENTRY, LISTS, "threat", "insult") if secret in html]
    actions.change_state("approve", comment_id=latest().pk, actor_id=None, reason="other", now=NOON)
    assert soup(alma.get(f"/_d/comment/{latest().pk}").content.decode()).select(".reasons") == []


def test_outside_the_opening_hours_the_author_reads_when(story: Story, alma: Browser, clock: Clock) -> None:
    ThreadRules.objects.create(thread_id=story.thread, opens=1020, closes=1140)
    alma.press(post_form(story), text="Good night")
    said = words(alma.get(f"/_d/comment/{latest().pk}").content.decode())
    assert re.search(r"They are read from .*\d\d:00 on\.", said), said


def test_the_same_answer_many_times_is_a_hint_beside_what_is_published(story: Story, alma: Browser, cast: Cast) -> None:
    alma.press(post_form(story), text="First of all")
    first = latest().pk
    alma.press(post_form(story), text="Read the minutes")
    alma.press(f"/_d/{story.thread}/reply/{first}", text="Read the minutes")
    second = latest().pk
    alma.press(f"/_d/{story.thread}/reply/{second}", text="Read the minutes")
    assert latest().state == "published"
    assert "Once is enough" in words(alma.get(f"/_d/comment/{latest().pk}").content.decode())
    assert "Once is enough" not in words(alma.get(f"/_d/comment/{second}").content.decode())


def test_a_moderator_reads_what_was_found_where_and_how_much_of_it(story: Story, alma: Browser) -> None:
    text = "You scoundrel +4512345678 " + " ".join(f"https://example.org/{n}" for n in range(5))
    alma.press(post_form(story), text=text, anyway="1")
    queue = soup(Browser(make_staff("Mona Second", "moderator")).get("/_staff/comments").content.decode())
    said = [words(str(one)) for one in queue.select(".why li")]
    assert said[0] == "Many links. Links: 5; of this author at most 2 pass."
    assert said[1].startswith(f"Words of a list. Entries: {ENTRY}. Lists: {LISTS}.")
    assert said[2].startswith("Perhaps personal data. Kinds: telephone number.")
    assert [one.get_text() for one in queue.select(".why mark")] == ["scoundrel", "+4512345678"]


def test_a_moderator_is_led_to_the_comment_that_it_is_like(story: Story, alma: Browser) -> None:
    alma.press(post_form(story), text="You scoundrel", anyway="1")
    found = [
        {"phase": "near_duplicates", "outcome": 1, "code": "shared_text", "evidence": {"copies": 3, "comment": 41}}
    ]
    Revision.objects.filter(comment=latest()).update(findings=found)
    queue = soup(Browser(make_staff("Mona Second", "moderator")).get("/_staff/comments").content.decode())
    assert "Copies: 3." in words(str(queue.select_one(".why li")))
    assert queue.select_one(".why li a")["href"] == "/_staff/comments?find=41"


def test_a_finding_of_another_version_is_still_a_reason(story: Story, alma: Browser) -> None:
    alma.press(post_form(story), text="You scoundrel", anyway="1")
    found = [{"phase": "links", "outcome": 1, "code": "many_links"}, {"phase": "new", "outcome": 1, "code": "newer"}]
    Revision.objects.filter(comment=latest()).update(findings=found)
    mine = soup(alma.get(f"/_d/comment/{latest().pk}").content.decode()).select(".reasons li")
    assert [words(str(one)) for one in mine] == ["It has many links.", "A moderator looks at it."]
    queue = soup(Browser(make_staff("Mona Second", "moderator")).get("/_staff/comments").content.decode())
    assert [words(str(one)) for one in queue.select(".why li")] == ["Many links.", "newer"]


# What is refused says until when, and where to turn to


def test_a_slow_discussion_says_when_and_keeps_the_text(story: Story, alma: Browser, clock: Clock) -> None:
    ThreadRules.objects.create(thread_id=story.thread, slow_seconds=120)
    alma.press(post_form(story), text="First")
    clock.now += timedelta(seconds=40)
    again = alma.press(post_form(story), text="Second, and long")
    assert (again.status_code, again["Retry-After"]) == (429, "80")
    assert errors(again)[0].startswith("This discussion is slow")
    assert fields(again)["text"] == "Second, and long"
    told = alma.post(post_form(story), fields(again), accept="application/json")
    assert (told["Retry-After"], json.loads(told.content)["code"]) == ("80", "thread_slow")


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        (Standing.TIMED_OUT, "You do not write here until"),
        (Standing.SUSPENDED, "neither write nor vote here until"),
        (Standing.BANNED, "write and vote here no more"),
    ],
)
def test_who_may_not_write_is_told_until_when_and_to_whom_to_write(
    story: Story, alma: Browser, clock: Clock, standing: Standing, says: str
) -> None:
    ensure_standing_pages()
    write_standing("contact")
    until = None if standing is Standing.BANNED else clock.now + timedelta(days=3)
    mona = reader_of(make_staff("Mona Second", "moderator"))
    alma_id = Reader.objects.get(name="Alma").pk
    assert set_standing(alma_id, standing, actor_id=mona, rule="insult", cause="", until=until, now=clock.now) is None
    answer = alma.press(post_form(story), text="Let me speak")
    assert answer.status_code == 403
    assert says in errors(answer)[0]
    assert "%(" not in errors(answer)[0]
    assert fields(answer)["text"] == "Let me speak"
    link = soup(answer.content.decode()).select_one(".errors a")
    assert link is not None
    assert link["href"] == "/contact"
    status, told = alma.json(post_form(story), {"text": "Let me speak"})
    assert (status, told["code"], told["url"]) == (403, f"reader_{standing}", "/contact")


def test_during_a_raid_a_newcomers_link_is_refused_with_the_text(story: Story, alma: Browser, clock: Clock) -> None:
    begun = acts.record(ActKind.RAID_BEGIN, actor_id=None, now=NOON)
    Raid.objects.create(thread_id=story.thread, began_at=NOON, until=NOON + timedelta(hours=1), act=begun)
    answer = alma.press(post_form(story), text="Look: https://example.org")
    assert answer.status_code == 403
    assert errors(answer)[0].startswith("Very much is written here just now")
    assert fields(answer)["text"] == "Look: https://example.org"
