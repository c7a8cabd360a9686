"""Requests for a source, what came of them, and names: each is told once, to nobody who does not want to hear of it."""

from __future__ import annotations

from typing import Any

import pytest

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.names import skeleton
from belowline.domain.notifying import About, Often
from belowline.mail.models import Letter
from belowline.notifications import matrix, telling
from belowline.notifications.models import Notice
from tests.mail.conftest import box
from tests.notifications.test_telling import at, follow, people, say, send, text_of, told
from tests.support.cast import NOON, Cast, make_reader
from tests.support.mailbox import Mailbox

__all__ = ["box", "people"]


@pytest.fixture(autouse=True)
def skeletons(people: Cast) -> None:
    """As signing up makes them: names are looked for by them."""
    for reader in Reader.objects.all():
        Reader.objects.filter(pk=reader.pk).update(skeleton=skeleton(reader.name))


HER_CLAIM = "It was paid twice."


def ask(reader: int, comment: int, *, minutes: float = 0) -> None:
    """Press, and let the worker deliver the event (twice: it may come again)."""
    assert actions.ask_for_source(reader, comment_id=comment, is_asking=True, now=at(minutes))
    for _ in range(2):
        telling.tell_of_request(comment, reader_id=reader, now=at(minutes))


def give(comment: int, url: str, people: Cast, *, minutes: float) -> None:
    actions.give_source(people.alice, comment_id=comment, url=url, now=at(minutes))
    telling.tell_of_source(comment, now=at(minutes))


def bell(reader: int) -> list[tuple[str, int | None]]:
    return [(one.about, one.comment_id) for one in matrix.newest(reader, at_most=9)]


def test_the_author_is_told_once_however_many_ask_and_they_are_told_once_of_the_answer(
    people: Cast, box: Mailbox
) -> None:
    follow(people.charlie, About.THREAD, people.thread)
    claim = say(people.alice, HER_CLAIM, people)
    ask(people.bob, claim)
    ask(people.charlie, claim, minutes=1)
    send(6)
    hers = [mail for mail in box.mails if mail["To"] == "alice@example.org"]
    assert [str(mail["Subject"]) for mail in hers] == ["2 readers ask you for a source: Thread river"]
    assert f"/_d/comment/{claim}/source" in text_of(hers[0])
    ask(people.mona, claim, minutes=60)
    give(claim, "https://example.org/minutes.pdf", people, minutes=61)
    give(claim, "https://example.org/other.pdf", people, minutes=62)
    send(70)
    assert len([mail for mail in box.mails if mail["To"] == "alice@example.org"]) == 1
    answers = [mail for mail in box.mails if "gave a source" in str(mail["Subject"])]
    assert sorted(str(mail["To"]) for mail in answers) == [
        "bob@example.org", "charlie@example.org", "mona@example.org",
    ]  # fmt: skip
    assert "Source given: example.org" in text_of(answers[0])
    # Charlie was told of the comment, too: two letters of two Message-IDs.
    ids = [str(mail["Message-ID"]) for mail in box.mails if mail["To"] == "charlie@example.org"]
    assert len(ids) == len(set(ids)) == 2
    assert bell(people.charlie) == [("source", claim), ("thread", claim)]


@pytest.mark.parametrize("how", ["ignored", "muted", "taken back", "switched off"])
def test_who_does_not_want_to_be_asked_is_not_told(people: Cast, box: Mailbox, how: str) -> None:
    claim = say(people.alice, HER_CLAIM, people)
    theirs = say(people.bob, "Really?", people)
    if how == "ignored":
        actions.ignore_author(people.alice, comment_id=theirs, is_ignored=True, now=NOON)
    elif how == "muted":
        actions.mute_branch(people.alice, comment_id=claim, is_muted=True, now=NOON)
    elif how == "switched off":
        follow(people.alice, About.SOURCE, often=Often.OFF, on_site=False)
    ask(people.bob, claim)
    if how == "taken back":
        actions.ask_for_source(people.bob, comment_id=claim, is_asking=False, now=NOON)
    send(6)
    assert box.mails == []
    assert Comment.objects.get(pk=claim).source_asks == (how != "taken back"), "what others see is another matter"


def test_a_source_that_was_withdrawn_before_the_letter_is_not_told(people: Cast, box: Mailbox) -> None:
    claim = say(people.alice, HER_CLAIM, people)
    ask(people.bob, claim)
    send(6)
    give(claim, "https://example.org/", people, minutes=7)
    actions.give_source(people.alice, comment_id=claim, url="", now=at(8))
    send(20)
    assert [to for to, _subject in told(box)] == ["alice"]


def test_who_is_named_finds_it_under_the_bell_and_by_mail_when_they_say_so(people: Cast, box: Mailbox) -> None:
    follow(people.charlie, About.MENTION)
    comment = say(people.alice, "Ask @bob and @charlie.", people)
    assert bell(people.bob) == bell(people.charlie) == [("mention", comment)]
    send(6)
    assert told(box) == [("charlie", "alice named you: Thread river")]


def test_who_is_answered_and_named_is_told_once(people: Cast, box: Mailbox) -> None:
    root = say(people.bob, "Who knows?", people)
    reply = say(people.alice, "You do, @bob.", people, parent=root)
    assert bell(people.bob) == [("replies", reply)]


def test_an_edit_tells_whom_it_names_anew_and_nobody_twice(people: Cast, box: Mailbox) -> None:
    follow(people.bob, About.MENTION)
    follow(people.charlie, About.MENTION)
    comment = say(people.alice, "@bob knows.", people)
    for text in ("@bob knows it.", "@charlie knows.", "@charlie and @bob know."):
        actions.edit_comment(people.alice, comment_id=comment, markdown=text, now=at(1))
        for _ in range(2):
            telling.tell_named(comment, now=at(1))
    send(20)
    assert sorted(told(box)) == [
        ("bob", "alice named you: Thread river"),
        ("charlie", "alice named you: Thread river"),
    ]
    assert Notice.objects.count() == 2


def test_who_is_named_no_more_need_not_know(people: Cast, box: Mailbox) -> None:
    follow(people.bob, About.MENTION)
    comment = say(people.alice, "@bob knows.", people)
    actions.edit_comment(people.alice, comment_id=comment, markdown="Somebody knows.", now=at(1))
    telling.tell_named(comment, now=at(1))
    send(20)
    assert box.mails == []
    assert bell(people.bob) == []


@pytest.mark.parametrize("about", list(About))
def test_of_an_ignored_reader_nothing_is_told_by_any_line(people: Cast, box: Mailbox, about: About) -> None:
    """Answers, names, branches, threads, staff: whatever follows, the ignored reader does not come through it."""
    Reader.objects.filter(pk=people.alice).update(badge="moderator")
    hers = say(people.alice, "Hello.", people)
    his = say(people.bob, "Mine.", people)
    actions.ignore_author(people.bob, comment_id=hers, is_ignored=True, now=NOON)
    target = {About.THREAD: people.thread, About.STAFF: people.thread, About.BRANCH: his}.get(about, 0)
    follow(people.bob, about, target)
    say(people.alice, "I mean you, @bob.", people, parent=his, minutes=1)
    ask(people.alice, his, minutes=1)
    claim = say(people.alice, HER_CLAIM, people, minutes=2)
    ask(people.bob, claim, minutes=3)
    give(claim, "https://example.org/", people, minutes=4)
    send(30)
    assert [one for one in told(box) if one[0] == "bob"] == []
    assert bell(people.bob) == []


def test_what_was_not_seen_yet_goes_when_its_author_is_ignored(people: Cast, box: Mailbox) -> None:
    root = say(people.bob, "Mine.", people)
    say(people.alice, "Yours.", people, parent=root)
    other = say(people.charlie, "Ours.", people, parent=root)
    matrix.silence(people.bob, author_id=people.alice)
    send(6)
    assert told(box) == [("bob", "charlie answered you: Thread river")]
    assert bell(people.bob) == [("replies", other)]


def test_guests_are_told_when_they_asked_to_be(people: Cast, box: Mailbox) -> None:
    guests = {name: make_reader(name, kind="guest") for name in ("gerda", "gunther")}
    Reader.objects.filter(pk__in=guests.values()).update(confirmed_at=NOON)
    for name in guests:
        Reader.objects.filter(name=name).update(email=f"{name}@example.org")
    follow(guests["gerda"], About.REPLIES)
    claim = say(people.alice, HER_CLAIM, people)
    for guest in guests.values():
        ask(guest, claim)
    give(claim, "https://example.org/", people, minutes=1)
    send(10)
    assert sorted(to for to, _subject in told(box)) == ["alice", "gerda"]


def test_two_readers_who_are_one_keep_the_notice_of_a_comment_and_that_of_its_source(
    people: Cast, box: Mailbox
) -> None:
    follow(people.charlie, About.THREAD, people.thread)
    claim = say(people.alice, HER_CLAIM, people)
    for reader in (people.charlie, people.bob):
        ask(reader, claim)
    give(claim, "https://example.org/", people, minutes=1)
    telling.merge_subscriptions(people.bob, into=people.charlie)
    assert bell(people.charlie) == [("source", claim), ("thread", claim)]
    assert not Notice.objects.filter(reader=people.bob).exists()


def test_the_matrix_of_a_member_shows_what_holds_without_a_word(people: Cast, settings: Any) -> None:
    lines = matrix.lines(people.alice)
    assert {key[0]: (line.by_mail, line.on_site) for key, line in lines.items()} == {
        About.REPLIES: (Often.NOW, True),
        About.MENTION: (Often.OFF, True),
        About.SOURCE: (Often.NOW, True),
        About.ANSWERS: (Often.NOW, True),
    }
    assert not Letter.objects.exists()
