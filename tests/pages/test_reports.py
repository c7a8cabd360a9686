"""Reporting a comment: open to everybody, read by the moderators alone, kept when it does not go through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from tests.support.cast import NOON, Cast, make_reader, posted
from tests.support.desk import (
    Browser,
    Story,
    errors,
    fields,
    make_member,
    make_staff,
    page,
    publish,
    reader_of,
    soup,
    words,
)

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment, Report
from belowline.domain.moderating import UNDO_FOR
from belowline.mail.models import Letter
from belowline.moderation import receipts
from belowline.moderation.models import Act, Case
from belowline.pages import statement_letters
from belowline.pages.views import reports

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story_database")]


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


@pytest.fixture
def moderator(story: Story) -> Browser:
    return Browser(make_staff("Mona", "moderator"))


def form(comment: int) -> str:
    return f"/_d/comment/{comment}/report"


def queue(moderator: Browser, which: str = "reported", **query: int) -> str:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return words(moderator.get(f"/_staff/comments?queue={which}{more}").content.decode())


def test_anybody_reports_a_comment_and_only_the_moderators_see_it(story: Story, cast: Cast, moderator: Browser) -> None:
    comment = posted(cast.bob, "You are a heron.", thread=story.thread)
    public = page(f"/d/{story.thread}").body
    answer = Browser().press(form(comment), reason="insult", note="He calls me a heron.")
    assert answer.status_code == 200
    assert "Your report is with the moderators." in words(answer.content.decode())
    seen = queue(moderator)
    assert "You are a heron." in seen
    assert "“He calls me a heron.”" in seen
    assert "Insults a person" in seen
    assert "Reported by 1 reader" in seen
    assert page(f"/d/{story.thread}").body == public


def test_a_decision_settles_the_reports_whichever_it_is(story: Story, cast: Cast, moderator: Browser) -> None:
    kept, removed = (posted(cast.bob, text, thread=story.thread) for text in ("Kept words.", "Removed words."))
    for comment in (kept, removed):
        Browser().press(form(comment), reason="spam")
    token = moderator.token()
    for comment, decision in ((kept, "leave"), (removed, "remove")):
        answer = moderator.post(
            "/_staff/comments",
            {"csrfmiddlewaretoken": token, "comment": comment, "decision": decision, "reason": "spam"},
        )
        assert answer.status_code == 303
    assert [one.state for one in Comment.objects.filter(pk__in=[kept, removed]).order_by("pk")] == [
        "published", "removed",
    ]  # fmt: skip
    assert not Report.objects.filter(settled_at=None).exists()
    assert "Nothing waits." in queue(moderator)


def test_who_is_followed_shows_the_moderators_all_replies_at_once(story: Story, cast: Cast, moderator: Browser) -> None:
    member = make_member("Alma")
    alma = reader_of(member)
    mine = posted(alma, "Mine, here.", thread=story.thread)
    elsewhere = posted(alma, "Mine, elsewhere.", thread=cast.other_thread)
    first = posted(cast.bob, "Attack in one discussion.", thread=story.thread, parent=mine)
    posted(cast.bob, "Attack in another.", thread=cast.other_thread, parent=elsewhere)
    others = posted(cast.charlie, "Somebody's words.", thread=story.thread)
    posted(cast.bob, "An answer to somebody else.", thread=story.thread, parent=others)
    assert Browser(member).press(form(first), reason="follows").status_code == 200
    links = soup(moderator.get("/_staff/comments?queue=reported").content.decode()).select("a[href*='queue=replies']")
    assert [one["href"] for one in links] == [f"/_staff/comments?queue=replies&find={first}"]
    seen = queue(moderator, "replies", find=first)
    assert "Attack in one discussion." in seen
    assert "Attack in another." in seen
    assert "An answer to somebody else." not in seen


def test_a_stranger_cannot_say_to_be_followed_and_keeps_the_note(story: Story, cast: Cast) -> None:
    comment = posted(cast.bob, "You are a heron.", thread=story.thread)
    answer = Browser().press(form(comment), reason="follows", note="Every day.")
    assert answer.status_code == 403
    assert "cannot see who follows whom without a name" in errors(answer)[0]
    assert fields(answer)["note"] == "Every day."
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({"reason": ""}, 422, "Choose what is wrong"),
        ({"reason": "ugly"}, 422, "Choose what is wrong"),
        ({"reason": "spam", "note": "x" * 1001}, 422, "at most 1,000 characters"),
        ({"reason": "spam", "csrfmiddlewaretoken": "wrong", "note": "Kept."}, 403, "open for too long"),
    ],
)
def test_a_report_that_does_not_go_through_says_why(
    story: Story, cast: Cast, sent: dict[str, str], status: int, sentence: str
) -> None:
    comment = posted(cast.bob, "You are a heron.", thread=story.thread)
    answer = Browser().press(form(comment), **sent)
    assert answer.status_code == status
    assert sentence in errors(answer)[0]
    assert fields(answer)["note"] == sent.get("note", "")[:2000]
    assert not Report.objects.exists()


def test_the_same_reader_reports_a_comment_once_and_may_change_the_reason(story: Story, cast: Cast) -> None:
    comment = posted(cast.bob, "You are a heron.", thread=story.thread)
    browser = Browser(make_member("Alma"))
    for reason in ("insult", "hate"):
        assert browser.press(form(comment), reason=reason).status_code == 200
    assert [one.reason for one in Report.objects.all()] == ["hate"]


def test_one_network_does_not_report_without_end(story: Story, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = posted(cast.bob, "You are a heron.", thread=story.thread)
    monkeypatch.setattr(reports, "RATE", reports.Rate("report", 1, reports.timedelta(hours=1)))
    answers = [Browser().press(form(comment), reason="spam", note="Mine.") for _ in range(11)]
    # Those without a known network share ten times as many.
    assert [one.status_code for one in answers] == [200] * 10 + [429]
    assert "Many reports came from your network" in errors(answers[-1])[0]
    assert fields(answers[-1])["note"] == "Mine."


def test_what_is_not_public_cannot_be_reported(story: Story, cast: Cast) -> None:
    held = posted(make_reader("Gretchen", kind="guest"), "Held", thread=story.thread)
    gone = posted(cast.bob, "Gone.", thread=story.thread)
    actions.delete_comment(cast.bob, comment_id=gone, now=NOON)
    for comment in (held, gone, 987_654):
        assert Browser().get(form(comment)).status_code == 404


def test_an_urgent_report_stands_in_the_queue_with_what_the_reader_says(
    story: Story, cast: Cast, moderator: Browser
) -> None:
    comment = posted(cast.bob, "She lives at number nine.", thread=story.thread)
    member = make_member("Walter")
    walter = reader_of(member)
    Reader.objects.filter(pk=walter).update(joined_at=NOON - timedelta(days=9))
    for n in range(3):
        posted(walter, f"Number {n}", thread=story.thread, minutes=-60 * 24 * 8 + n)
    EmailAddress.objects.update_or_create(user=member, email=member.email, defaults={"verified": True})
    answer = Browser(member).press(form(comment), reason="private", note="That is my mother.")
    assert answer.status_code == 200
    assert "She lives at number nine." not in page(f"/d/{story.thread}").body
    seen = queue(moderator, "held")
    for part in (
        "She lives at number nine.",
        "Hidden at once by an urgent report",
        "Names private facts about a person",
        "“That is my mother.”",
        "Approve",
    ):
        assert part in seen
    sent = {"csrfmiddlewaretoken": moderator.token(), "comment": comment, "decision": "approve"}
    assert moderator.post("/_staff/comments", sent).status_code == 303
    assert "She lives at number nine." in page(f"/d/{story.thread}").body
    assert not Report.objects.filter(settled_at=None).exists()


def letters() -> list[Letter]:
    return list(Letter.objects.filter(kind="receipt").order_by("pk"))


def said(letter: Letter) -> str | None:
    composed = statement_letters.receipt(letter.payload, "en")
    return None if composed is None else composed.subject + composed.text


def test_whoever_leaves_an_address_hears_that_it_came_and_what_came_of_it(
    story: Story, cast: Cast, moderator: Browser
) -> None:
    comment = posted(cast.bob, "You are a heron.", thread=story.thread)
    Browser().press(form(comment), reason="private", concern="about_me", email="ada@example.org")
    assert "I am the person whom it is about" in queue(moderator)
    [receipt] = letters()
    assert receipt.email == "ada@example.org"
    told = said(receipt)
    assert told is not None
    assert "Your report is with the moderators" in told
    assert "heron" not in told
    moderator.post(
        "/_staff/comments",
        {"csrfmiddlewaretoken": moderator.token(), "comment": comment, "decision": "remove", "reason": "private"},
    )
    answer = letters()[1]
    assert answer.due_at > receipt.due_at + UNDO_FOR - timedelta(minutes=1)
    told = said(answer)
    assert told is not None
    assert "not public any more" in told
    receipts.forget(answer.due_at + timedelta(days=1))
    assert Report.objects.get().email == ""


def test_a_decision_that_is_undone_answers_nobody(story: Story, cast: Cast, moderator: Browser) -> None:
    comment = posted(cast.bob, "You are a heron.", thread=story.thread)
    Browser().press(form(comment), reason="insult", email="ada@example.org")
    token = moderator.token()
    moderator.post("/_staff/comments", {"csrfmiddlewaretoken": token, "comment": comment, "decision": "leave"})
    act = Act.objects.get().pk
    moderator.post("/_staff/comments", {"csrfmiddlewaretoken": token, "act": act, "decision": "undo"})
    assert said(letters()[1]) is None


def test_what_is_about_the_reporter_or_a_child_does_not_wait_behind_the_others(
    story: Story, cast: Cast, moderator: Browser
) -> None:
    for n, concern in enumerate(["", "", "about_child"]):
        comment = posted(cast.bob, f"Words {n}.", thread=story.thread, minutes=n)
        Browser().press(form(comment), reason="other", concern=concern)
    assert next(one.comment_id for one in Case.objects.order_by("place")) == comment


def test_an_address_or_a_concern_that_is_none_is_refused_with_everything_kept(story: Story, cast: Cast) -> None:
    comment = posted(cast.bob, "You are a heron.", thread=story.thread)
    answer = Browser().press(form(comment), reason="spam", note="Kept.", email="nobody")
    assert answer.status_code == 422
    assert fields(answer)["note"] == "Kept."
    assert fields(answer)["email"] == "nobody"
    assert Browser().press(form(comment), reason="spam", concern="about_him").status_code == 400
    assert not Report.objects.exists()
    assert letters() == []
