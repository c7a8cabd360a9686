"""A guest confirms an address once, by a press of a button, and is known by it from then on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.pages.test_forms import Clock, clock, latest, post_form, with_rules
from tests.support.cast import NOON, Cast, make_reader, posted
from tests.support.desk import Browser, Story, errors, make_staff, page, publish, words

from belowline.accounts.models import AskedAddress, Confirmation, Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment, Vote
from belowline.domain.commenting import CommentState
from belowline.mail.actions import bounced, complained
from belowline.mail.mailer import composed
from belowline.mail.models import Letter, MailHealth
from belowline.project.config import Mail

pytestmark = pytest.mark.once

__all__ = ["clock"]

GERDA = {"name": "Gerda", "email": "gerda@example.org"}


@pytest.fixture
def story(story_database: None, served: None, cast: Cast, settings: Any, clock: Clock) -> Story:
    with_mail(settings)
    return publish()


def with_mail(settings: Any, url: str = "smtp://mail.example") -> None:
    mail = Mail(url=url, sender="The Weir <desk@weir.example>")
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail": mail})


def write(browser: Browser, story: Story, text: str = "The river rose.", **values: str) -> str:
    """Post as a guest; where the answer leads."""
    answer = browser.press(post_form(story), text=text, **({} if browser_is_known(browser) else GERDA | values))
    assert answer.status_code == 303, errors(answer)
    return str(answer["Location"])


def browser_is_known(browser: Browser) -> bool:
    return "bl_guest" in browser.client.cookies


def letters() -> list[Letter]:
    return list(Letter.objects.filter(kind="confirm").order_by("pk"))


def link_in(letter: Letter) -> str:
    said = composed(letter)
    assert said is not None
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(/(?:ar/)?_confirm/\S+)", said.text)
    return str(path)


def public(story: Story) -> str:
    return words(page(f"/d/{story.thread}").body)


def confirm(path: str, *, browser: Browser | None = None, answer: str = "yes", without: int = 0) -> Any:
    browser = browser or Browser()
    html = browser.get(path).content.decode()
    ticked = [int(one) for one in re.findall(r'name="c" value="(\d+)"', html)]
    chosen = [one for one in ticked if one != without]
    lines = re.findall(r'name="s" value="(\d+)"', html)
    form = {"csrfmiddlewaretoken": browser.token(), "answer": answer, "c": chosen, "s": lines}
    return browser.post(path, form)


def test_a_guests_first_comment_waits_for_the_press_of_a_button_and_the_next_ones_do_not(
    story: Story, clock: Clock
) -> None:
    browser = Browser()
    own = words(browser.get(write(browser, story)).content.decode())
    assert "Sent to g…@example.org: open the link in that mail, on any device." in own
    assert "The river rose." not in public(story)
    (letter,) = letters()
    assert letter.email == "gerda@example.org"
    phone = Browser()
    assert phone.get(link_in(letter)).status_code == 200
    assert "The river rose." not in public(story), "mail programs open links by themselves"
    answer = confirm(link_in(letter), browser=phone)
    assert answer.status_code == 303
    assert "The river rose." in public(story)
    assert "Your comment is published." in words(phone.get(answer["Location"]).content.decode())
    for number, device in enumerate((browser, phone)):
        clock.advance(1)
        write(device, story, f"Once more, from device {number}")
        assert f"from device {number}" in public(story)
    assert len(letters()) == 1
    assert Reader.objects.filter(kind="guest").count() == 1


def test_the_letter_holds_nothing_that_its_sender_chose(story: Story) -> None:
    browser = Browser()
    write(browser, story, "Buy https://pills.example now", name="Cheap Pills")
    said = composed(letters()[0])
    assert said is not None
    assert "pills" not in (said.subject + said.text).lower()
    assert "Buy" not in said.text


def test_the_letter_and_the_page_speak_the_language_that_was_written_in(story: Story) -> None:
    browser = Browser()
    form = browser.form(f"/ar{post_form(story)}")
    browser.post(f"/ar{post_form(story)}", form | GERDA | {"text": "ارتفع النهر", "name": "منى"})
    (letter,) = letters()
    assert letter.language == "ar"
    assert link_in(letter).startswith("/ar/_confirm/")
    html = Browser().get(link_in(letter)).content.decode()
    assert 'dir="rtl"' in html
    assert "ارتفع النهر" in html


def test_whoever_owns_the_address_sees_everything_that_waits_under_it_and_keeps_what_is_theirs(
    story: Story, clock: Clock
) -> None:
    gerda, stranger = Browser(), Browser()
    write(gerda, story, "Mine.")
    clock.advance(1)
    write(stranger, story, "In her name.", name="Gerda B")
    theirs = latest().pk
    assert len(letters()) == 1, "one letter for each address and day"
    html = words(Browser().get(link_in(letters()[0])).content.decode())
    assert "Mine." in html
    assert "In her name." in html
    confirm(link_in(letters()[0]), without=theirs)
    assert "Mine." in public(story)
    assert "In her name." not in public(story)
    assert Comment.objects.get(pk=theirs).state == CommentState.DELETED
    assert Reader.objects.get(comments=theirs).merged_into is None
    assert not Reader.objects.get(comments=theirs).confirmed_at, "the stranger is not Gerda"


def test_another_device_becomes_the_same_guest_when_its_letter_is_answered(story: Story, clock: Clock) -> None:
    write(first := Browser(), story, "At home.")
    confirm(link_in(letters()[0]), browser=first)
    clock.advance(24 * 60)
    write(second := Browser(), story, "At work.", name="Gerda K")
    assert "At work." not in public(story), "anybody can type an address"
    confirm(link_in(letters()[1]))
    assert "At work." in public(story)
    (stays,) = Reader.objects.filter(kind="guest", merged_into=None)
    assert Comment.objects.filter(author=stays).count() == 2
    assert "You write as Gerda." in words(second.get(post_form(story)).content.decode())
    assert "Gerda K" not in public(story)


def test_who_wrote_nothing_says_so_and_is_never_asked_again(story: Story, clock: Clock) -> None:
    write(Browser(), story)
    answer = confirm(link_in(letters()[0]), answer="no")
    assert "is deleted, and was never published" in words(answer.content.decode())
    again = Browser()
    for said, status in (("no", 200), ("yes", 410)):
        form = {"csrfmiddlewaretoken": again.token(), "answer": said}
        assert again.post(link_in(letters()[0]), form).status_code == status
    assert latest().state == CommentState.DELETED
    assert Reader.objects.get(kind="guest").email == ""
    clock.advance(60 * 48)
    write(Browser(), story, "Again in her name")
    assert len(letters()) == 1
    assert latest().state == CommentState.HELD
    assert moderators_see() == ["Again in her name"]


def at_guest_page(browser: Browser, **values: str) -> Any:
    return browser.post("/_guest", {"csrfmiddlewaretoken": browser.token()} | values)


def moderators_see() -> list[str]:
    html = Browser(make_staff(f"Mona {Reader.objects.count()}", "moderator")).get("/_staff/comments").content.decode()
    return [one.strip() for one in re.findall(r'<div class="text"[^>]*>\s*<p>(.*?)</p>', html)]


def test_moderators_see_what_waits_for_its_author_only_when_no_mail_goes_out(story: Story, clock: Clock) -> None:
    write(Browser(), story)
    assert moderators_see() == []
    MailHealth.objects.create(pk=1, failing_since=clock.now - timedelta(hours=2))
    MailHealth.objects.filter(pk=1).update(failing_since=datetime(2020, 1, 1, tzinfo=clock.now.tzinfo))
    assert moderators_see() == ["The river rose."]


def test_without_mail_a_guest_waits_for_a_moderator_and_is_told_so(story: Story, settings: Any) -> None:
    with_mail(settings, url="")
    browser = Browser()
    own = words(browser.get(write(browser, story)).content.decode())
    assert "Your comment waits for a moderator." in own
    assert letters() == []
    assert moderators_see() == ["The river rose."]


def test_what_another_phase_found_waits_for_a_moderator_after_the_press(story: Story) -> None:
    browser = Browser()
    links = " ".join(f"https://{number}.example" for number in range(3))
    write(browser, story, f"Look: {links}")
    assert moderators_see() == []
    answer = confirm(link_in(letters()[0]))
    assert "waits for a moderator" in words(browser.get(answer["Location"]).content.decode())
    assert Comment.objects.get().state == CommentState.HELD
    assert len(moderators_see()) == 1


def test_an_edit_of_what_waits_for_its_author_goes_on_waiting_for_its_author(story: Story) -> None:
    browser = Browser()
    own = write(browser, story)
    browser.press(f"{own}/edit", text="The river fell.")
    assert moderators_see() == []
    confirm(link_in(letters()[0]))
    assert "The river fell." in public(story)


@pytest.mark.parametrize("days", [0, 6])
def test_a_link_works_twice_and_for_seven_days(story: Story, clock: Clock, days: int) -> None:
    write(Browser(), story)
    clock.advance(60 * 24 * days)
    path = link_in(letters()[0])
    browser = Browser()
    form = {"csrfmiddlewaretoken": browser.token(), "answer": "yes", "c": [latest().pk]}
    answers = [browser.post(path, form) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert len({one["Location"] for one in answers}) == 1, "a second press says the same"
    assert confirm(path).status_code == 303
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("path", ["/_confirm/" + "x" * 43, ""])
def test_a_link_that_is_too_old_or_guessed_changes_nothing_and_says_so(story: Story, clock: Clock, path: str) -> None:
    write(Browser(), story)
    if not path:
        path = link_in(letters()[0])
        clock.advance(60 * 24 * 7 + 1)
    browser = Browser()
    for answer in (browser.get(path), browser.post(path, {"csrfmiddlewaretoken": browser.token(), "answer": "yes"})):
        assert answer.status_code == 410
        assert "This link is older than a week" in words(answer.content.decode())
    assert Comment.objects.get().state == CommentState.HELD


def test_what_nobody_confirms_within_a_week_is_deleted_with_the_address(story: Story, clock: Clock) -> None:
    write(Browser(), story)
    joined = Reader.objects.get(kind="guest").joined_at
    actions.forget_unconfirmed(joined + timedelta(days=6, hours=23))
    assert Reader.objects.get(kind="guest").email
    actions.forget_unconfirmed(joined + timedelta(days=7, minutes=1))
    assert Comment.objects.get().state == CommentState.DELETED
    assert Reader.objects.get(kind="guest").email == ""


def test_a_guest_asks_for_the_letter_again_and_hears_when(story: Story, clock: Clock) -> None:
    browser = Browser()
    write(browser, story)
    early = at_guest_page(browser, act="again")
    assert (early.status_code, len(letters())) == (429, 1)
    assert re.search(r"again at \d\d:\d\d\.", words(early.content.decode()))
    for _ in range(2):
        clock.advance(3)
        assert at_guest_page(browser, act="again").status_code == 303
    clock.advance(3)
    last = at_guest_page(browser, act="again")
    assert (last.status_code, len(letters())) == (429, 3)
    assert "Three mails went to this address" in words(last.content.decode())
    confirm(link_in(letters()[0]))
    assert "The river rose." in public(story), "the first of three letters works, too"
    assert not AskedAddress.objects.exists()


def test_a_slip_in_the_address_is_mended_and_the_first_letter_loses_its_effect(story: Story, clock: Clock) -> None:
    browser = Browser()
    write(browser, story, email="gerda@exmaple.org")
    wrong = at_guest_page(browser, act="change", email="no address")
    assert wrong.status_code == 422
    assert at_guest_page(browser, act="change", email="gerda@example.org").status_code == 303
    first, second = letters()
    assert Browser().get(link_in(first)).status_code == 410
    assert at_guest_page(browser, act="change", email="gerda@example.org").status_code == 303
    assert len(letters()) == 2, "the same once more spoils no letter"
    confirm(link_in(second))
    assert "The river rose." in public(story)
    late = at_guest_page(browser, act="again")
    assert late.status_code == 409
    at_guest_page(browser, act="forget")
    assert "name" in browser.form(post_form(story))


@pytest.mark.parametrize("address", ["%", "_@x", "%@example.org", "_erda@example.org"])
def test_an_address_that_looks_like_a_pattern_meets_nobody_else(story: Story, clock: Clock, address: str) -> None:
    write(Browser(), story)
    clock.advance(1)
    answer = Browser().press(post_form(story), text="Hello", name="Percy", email=address)
    if answer.status_code == 422:
        return
    html = words(Browser().get(link_in(letters()[-1])).content.decode())
    assert "The river rose." not in html
    confirm(link_in(letters()[-1]))
    assert "The river rose." not in public(story)


def test_five_hundred_addresses_from_one_network_get_ten_letters_and_the_rest_a_moderator(
    story: Story, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("belowline.domain.rates.SHARED", 1)  # a test client has no address, and would share more
    with_rules(settings, guests="confirm")
    with_mail(settings)
    for number in range(12):
        browser = Browser()
        write(browser, story, f"Text {number}", name=f"Percy {'abcdefghijkl'[number]}", email=f"g{number}@example.org")
    assert len(letters()) == 10
    assert len(moderators_see()) == 2
    assert Confirmation.objects.count() == 10


def test_votes_of_two_guests_who_are_one_count_once_and_none_on_what_is_now_their_own(cast: Cast) -> None:
    one, two = make_reader("gerda", kind="guest"), make_reader("gerda k", kind="guest")
    Reader.objects.filter(pk__in=[one, two]).update(confirmed_at=NOON)
    theirs, other = posted(one, "Mine", thread=cast.thread), posted(cast.bob, "His", thread=cast.thread)
    Comment.objects.filter(pk=theirs).update(state="published")
    for reader, comment, value in ((one, other, 1), (two, other, -1), (two, theirs, 1)):
        cast_as(reader, comment, value)
    actions.merge_reader(two, into=one)
    rows = Vote.objects.order_by("comment_id").values_list("comment_id", "reader_id", "value", "weight_milli")
    assert list(rows) == [
        (theirs, one, 1, 0),
        (other, one, 1, 1000),
    ]
    counts = Comment.objects.order_by("pk").values_list("up", "down", "up_milli", "down_milli")
    assert list(counts) == [(1, 0, 0, 0), (1, 0, 1000, 0)]
    merged = Reader.objects.get(pk=two)
    assert (merged.merged_into_id, merged.name, merged.email) == (one, "", "")


def cast_as(reader: int, comment: int, value: int) -> None:
    """A guest's vote, whatever the site's rules say."""
    Reader.objects.filter(pk=reader).update(kind="member")
    assert actions.cast_vote(reader, comment_id=comment, value=value, now=NOON)
    Reader.objects.filter(pk=reader).update(kind="guest")


def test_an_account_takes_over_what_its_owner_wrote_as_a_guest_and_in_an_older_system(
    story: Story, cast: Cast, clock: Clock
) -> None:
    write(Browser(), story, "As a guest.")
    confirm(link_in(letters()[0]))
    Reader.objects.create(kind="imported", name="gerda", skeleton="gerda", email="Gerda@Example.org", joined_at=NOON)
    clock.advance(1)
    write(Browser(), story, "By somebody who typed her address.", name="Not Gerda")
    assert actions.adopt_guests(cast.alice, email="gerda@example.org") == 2
    assert list(Comment.objects.filter(author=cast.alice).values_list("revisions__source", flat=True)) == [
        "As a guest."
    ]
    assert "alice" in public(story)


def test_a_guest_whose_mails_came_back_is_told_and_asked_once_more(story: Story) -> None:
    browser = Browser()
    write(browser, story)
    confirm(link_in(letters()[0]))
    refused = browser.post("/_guest", {"csrfmiddlewaretoken": browser.token(), "act": "again"})
    assert refused.status_code == 409, "nothing to ask"
    bounced(GERDA["email"], code="5.1.1", now=NOON)
    for path in ("/_guest", f"/_d/{story.thread}/notify"):
        assert "Mails to your address came back" in words(browser.get(path).content.decode())
    browser.post("/_guest", {"csrfmiddlewaretoken": browser.token(), "act": "again"})
    confirm(link_in(letters()[1]))
    assert "came back" not in words(browser.get("/_guest").content.decode())
    complained(GERDA["email"], now=NOON)
    assert "reported as unwanted" in words(browser.get("/_guest").content.decode())
    refused = browser.post("/_guest", {"csrfmiddlewaretoken": browser.token(), "act": "again"})
    assert (refused.status_code, len(letters())) == (409, 2)
