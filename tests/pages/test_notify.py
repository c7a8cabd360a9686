"""Following and ending it, without scripts: forms, links in letters, the bell."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.pages.test_forms import Clock, clock, latest, post_form
from tests.pages.test_guests import GERDA, confirm, letters, link_in, with_mail
from tests.support.cast import Cast, posted
from tests.support.desk import Browser, Story, errors, make_member, page, publish, reader_of, soup, words

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.domain.notifying import About, Often
from belowline.mail.mailer import composed
from belowline.mail.models import Letter
from belowline.notifications import matrix, telling
from belowline.notifications.models import Notice, Subscription
from belowline.notifications.sending import queue_due, unsubscribe_token

pytestmark = pytest.mark.once

__all__ = ["clock"]


@pytest.fixture
def story(story_database: None, served: None, cast: Cast, settings: Any, clock: Clock) -> Story:
    with_mail(settings)
    return publish()


def lines(reader: int) -> set[tuple[str, int, str, bool]]:
    rows = Subscription.objects.filter(reader=reader).values_list("about", "target", "by_mail", "on_site")
    return set(rows)


def submit(browser: Browser, path: str, **values: str) -> Any:
    """The form as the page gives it, with these fields filled in."""
    html = browser.get(path).content.decode()
    form = {"csrfmiddlewaretoken": browser.token()}
    for one in soup(html).select("main select"):
        chosen = one.select_one("option[selected]")
        form[str(one["name"])] = str((chosen or one.select_one("option"))["value"])
    for one in soup(html).select("main input[checked]"):
        form[str(one["name"])] = "yes"
    for one in soup(html).select("main input[list]"):
        form[str(one["name"])] = str(one["value"])
    sent = {name: value for name, value in (form | values).items() if value}
    return browser.post(path, sent)


def test_the_discussion_leads_to_its_form_and_a_member_follows_it_line_by_line(story: Story, cast: Cast) -> None:
    (link,) = [one["href"] for one in soup(page(f"/d/{story.thread}").body).select("a") if one.text == "Notify me"]
    alma = make_member("Alma")
    browser = Browser(alma)
    html = words(browser.get(link).content.decode())
    for line in ("All comments", "What the newsroom says there", "Answers to me, everywhere"):
        assert line in html
    answer = submit(browser, link, **{f"mail-thread-{story.thread}": "daily", f"site-staff-{story.thread}": "yes"})
    assert "Saved." in words(answer.content.decode())
    assert lines(reader_of(alma)) == {
        ("thread", story.thread, "daily", False),
        ("staff", story.thread, "off", True),
        ("replies", 0, "now", True),
    }
    submit(browser, link, **{f"mail-thread-{story.thread}": "off"})
    assert ("thread", story.thread, "off", False) not in lines(reader_of(alma))


def test_a_branch_a_topic_and_an_author_are_followed_from_their_pages(story: Story, cast: Cast) -> None:
    root = posted(cast.bob, "Who pays?", thread=story.thread)
    browser = Browser(alma := make_member("Alma"))
    html = page(f"/d/{story.thread}/c/{root}").body
    (branch,) = [one["href"] for one in soup(html).select("a") if one.text == "Notify me of this branch"]
    submit(browser, branch, **{f"mail-branch-{root}": "now"})
    topic = soup(page(f"/t/{story.article.get_parent().slug}").body)
    (link,) = [one["href"] for one in topic.select("main a") if one.text == "Notify me of new articles"]
    submit(browser, link)
    assert ("branch", root, "now", False) in lines(reader_of(alma))
    assert [about for about, *_rest in lines(reader_of(alma)) if about == "topic"] == ["topic"]


@pytest.mark.parametrize(
    "path", ["/_d/{thread}/notify?branch=999", "/_d/{thread}/notify?branch=x", "/_d/999/notify", "/_notify/topic/999",
             "/_notify/thread/1", "/_notify/author/999"],
)  # fmt: skip
def test_what_does_not_exist_cannot_be_followed(story: Story, path: str) -> None:
    assert Browser(make_member("Alma")).get(path.format(thread=story.thread)).status_code == 404


def test_an_address_without_a_name_is_asked_before_it_gets_anything_else(
    story: Story, cast: Cast, clock: Clock
) -> None:
    browser, path = Browser(), f"/_d/{story.thread}/notify"
    field = {f"mail-thread-{story.thread}": "now"}
    assert "Choose what you want" in errors(submit(browser, path, email="gerda@example.org"))[0]
    assert "not an e-mail address" in errors(submit(browser, path, email="%", **field))[0]
    answer = submit(browser, path, email="gerda@example.org", **field)
    assert "it is asked in a moment" in words(answer.content.decode())
    (letter,) = letters()
    comment = posted(cast.bob, "First.", thread=story.thread)
    telling.tell_comment(comment, now=clock.now)
    assert not Notice.objects.exists(), "nothing before the address has said yes"
    html = words(Browser().get(link_in(letter)).content.decode())
    assert "Mails were asked for:" in html
    assert "All comments" in html
    phone = Browser()
    token = phone.token()
    ticked = {"s": [str(one.pk) for one in Subscription.objects.all()]}
    phone.post(link_in(letter), {"csrfmiddlewaretoken": token, "answer": "yes"} | ticked)
    telling.tell_comment(posted(cast.bob, "Second.", thread=story.thread, minutes=2), now=clock.now)
    assert Notice.objects.count() == 1
    assert "name" in phone.form(post_form(story)), "an address alone is no guest's name"


def test_a_line_that_its_owner_does_not_want_is_forgotten_with_the_stranger_who_asked(story: Story) -> None:
    submit(Browser(), f"/_d/{story.thread}/notify", email="gerda@example.org", **{f"mail-thread-{story.thread}": "now"})
    browser = Browser()
    browser.post(link_in(letters()[0]), {"csrfmiddlewaretoken": browser.token(), "answer": "yes"})
    assert not Subscription.objects.exists()


def test_the_answer_is_the_same_for_an_address_that_is_known_and_one_that_is_not(story: Story, cast: Cast) -> None:
    Reader.objects.filter(pk=cast.alice).update(email="alice@example.org")
    pages = []
    for address in ("alice@example.org", "stranger@example.org", "alice@example.org"):
        answer = submit(
            Browser(), f"/_d/{story.thread}/notify", email=address, **{f"mail-thread-{story.thread}": "now"}
        )
        pages.append((answer.status_code, words(answer.content.decode())))
    assert len(set(pages)) == 1


def test_a_guest_ticks_a_box_and_hears_of_answers_once_the_address_is_confirmed(
    story: Story, cast: Cast, clock: Clock
) -> None:
    browser = Browser()
    browser.press(post_form(story), text="Who pays?", notify="yes", **GERDA)
    root = latest().pk
    confirm(link_in(letters()[0]), browser=browser)
    reply = posted(cast.bob, "All of us.", thread=story.thread, parent=root, minutes=2)
    telling.tell_comment(reply, now=clock.now)
    clock.advance(6)
    queue_due(clock.now)
    (letter,) = Letter.objects.filter(kind="notice")
    said = composed(letter)
    assert said is not None
    assert said.subject == "bob answered you: The gauge that moved"
    bell = browser.get("/_notices").content.decode()
    assert "Notices" in words(bell)
    assert "My page" not in words(bell), "a guest has none"


def test_a_guest_who_ticks_nothing_hears_nothing(story: Story, cast: Cast, clock: Clock) -> None:
    Browser().press(post_form(story), text="Who pays?", **GERDA)
    root = latest().pk
    confirm(link_in(letters()[0]))
    telling.tell_comment(posted(cast.bob, "Us.", thread=story.thread, parent=root, minutes=2), now=clock.now)
    assert not Notice.objects.exists()


@pytest.fixture
def followed(story: Story, cast: Cast) -> Subscription:
    matrix.follow(cast.alice, [matrix.Line(About.THREAD, story.thread, Often.NOW, True)], language="en", now=soon())
    return Subscription.objects.get()


def soon() -> Any:
    from tests.support.cast import NOON

    return NOON


def test_a_mail_program_ends_it_with_one_post_without_cookie_origin_or_form(followed: Subscription) -> None:
    path = f"/_u/{unsubscribe_token([followed.pk])}"
    assert Browser().get(path).status_code == 200
    assert Subscription.objects.get().by_mail == "now", "opening the link changes nothing"
    client = Browser().client
    for headers in ({}, {"origin": "https://mail.example", "sec-fetch-site": "cross-site"}):
        Subscription.objects.update(by_mail="now")
        answer = client.post(path, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded", headers=headers)
        assert answer.status_code == 200
        assert not answer.cookies
        assert Subscription.objects.get().by_mail == "off"
    assert Subscription.objects.get().on_site, "the bell goes on"


def test_a_reader_ends_all_mails_from_the_same_page(followed: Subscription, cast: Cast) -> None:
    telling.ensure_replies_line(cast.alice, language="en", now=soon())
    browser = Browser()
    browser.post(f"/_u/{unsubscribe_token([followed.pk])}", {"all": "yes"})
    assert set(Subscription.objects.values_list("by_mail", flat=True)) == {"off"}


@pytest.mark.parametrize(
    "token", ["x", "WzFd", "WzFd:1xVTDk:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "%F0%9F%98%80"]
)
def test_a_made_up_link_ends_nothing_and_leads_on(followed: Subscription, token: str) -> None:
    for answer in (Browser().get(f"/_u/{token}"), Browser().post(f"/_u/{token}", {})):
        assert answer.status_code == 404
    assert Subscription.objects.get().by_mail == "now"


def test_everything_that_is_followed_stands_on_one_page_with_the_quiet_hours(story: Story, cast: Cast) -> None:
    alma = make_member("Alma")
    browser, reader = Browser(alma), reader_of(alma)
    matrix.follow(reader, [matrix.Line(About.THREAD, story.thread, Often.NOW, True)], language="en", now=soon())
    answer = submit(
        browser, "/_notify", zone="Asia/Kathmandu", quiet_from="22", quiet_until="7", **{"mail-replies-0": "weekly"}
    )
    assert answer.status_code == 303
    # What the page showed is what holds from now on, also where nobody had said anything.
    unsaid = {("mention", 0, "off", True), ("source", 0, "now", True), ("answers", 0, "now", True)}
    assert lines(reader) == {("thread", story.thread, "now", True), ("replies", 0, "weekly", True)} | unsaid
    assert matrix.hours(reader, zone="UTC") == matrix.Hours("Asia/Kathmandu", 22, 7, no_mail=False)
    for wrong in ({"zone": "Mars/Olympus"}, {"quiet_from": "24"}, {"quiet_until": "-1"}):
        assert submit(browser, "/_notify", **wrong).status_code == 422
    assert Browser().get("/_notify")["Location"].startswith("/_account/sign-in")


def test_the_bell_counts_what_is_new_leads_there_and_changes_only_by_a_press(
    story: Story, cast: Cast, clock: Clock
) -> None:
    alma = make_member("Alma")
    browser = Browser(alma)
    root = posted(reader_of(alma), "Who pays?", thread=story.thread)
    reply = posted(cast.bob, "All of us.", thread=story.thread, parent=root, minutes=1)
    telling.tell_comment(reply, now=clock.now)
    assert browser.json_of("/_me")["notices"] == {"url": "/_notices", "new": 1}
    html = browser.get("/_notices").content.decode()
    assert "bob answered you: The gauge that moved" in words(html)
    assert browser.json_of("/_me")["notices"]["new"] == 1
    notice = Notice.objects.get()
    answer = browser.post("/_notices", {"csrfmiddlewaretoken": browser.token(), "open": str(notice.pk)})
    assert answer["Location"] == f"/d/{story.thread}/c/{reply}"
    assert browser.json_of("/_me")["notices"]["new"] == 0
    clock.advance(6)
    assert queue_due(clock.now + timedelta(minutes=10)) == 0, "what was seen here is not mailed as well"


def test_the_bell_does_not_count_what_is_gone(story: Story, cast: Cast, clock: Clock) -> None:
    alma = make_member("Alma")
    browser = Browser(alma)
    root = posted(reader_of(alma), "Who pays?", thread=story.thread)
    reply = posted(cast.bob, "All of us.", thread=story.thread, parent=root, minutes=1)
    telling.tell_comment(reply, now=clock.now)
    assert browser.json_of("/_me")["notices"]["new"] == 1
    actions.delete_comment(cast.bob, comment_id=reply, now=clock.now)
    assert browser.json_of("/_me")["notices"]["new"] == 0
    page = browser.get("/_notices").content.decode()
    assert "Nothing yet." in words(page)
    assert "Mark all as seen" not in words(page)


def test_nobody_opens_or_sees_the_notices_of_another(story: Story, cast: Cast, clock: Clock) -> None:
    alma = make_member("Alma")
    root = posted(reader_of(alma), "Who pays?", thread=story.thread)
    telling.tell_comment(posted(cast.bob, "Us.", thread=story.thread, parent=root, minutes=1), now=clock.now)
    other = Browser(make_member("Bruno"))
    assert "bob" not in words(other.get("/_notices").content.decode())
    other.post("/_notices", {"csrfmiddlewaretoken": other.token(), "open": str(Notice.objects.get().pk)})
    assert Notice.objects.get().seen_at is None
