"""Whoever wants to know of a comment is told once, in the words it has then, and not when it is gone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.notifying import About, Often
from belowline.mail import mailer
from belowline.mail.mailer import send_due
from belowline.mail.models import Letter
from belowline.mail.smtp import MailServer
from belowline.notifications import matrix, sending, telling
from belowline.notifications.matrix import Hours, Line
from belowline.notifications.models import Notice
from belowline.notifications.sending import MAILS_A_DAY, lines_of, queue_due, stop_mails
from tests.mail.conftest import box
from tests.support.cast import NOON, Cast, make_reader, posted
from tests.support.mail_readers import READERS, by_python
from tests.support.mailbox import Mailbox

__all__ = ["box"]


@pytest.fixture
def people(cast: Cast, settings: Any, box: Mailbox) -> Cast:
    for name in ("alice", "bob", "charlie", "mona"):
        Reader.objects.filter(name=name).update(email=f"{name}@example.org")
    return cast


def follow(reader: int, about: About, target: int = 0, often: Often = Often.NOW, *, on_site: bool = True) -> None:
    line = Line(about, target, often, on_site)
    assert matrix.follow(reader, [line], language="en", now=NOON) is None


def say(reader: int, text: str, cast: Cast, *, parent: int | None = None, minutes: float = 0) -> int:
    """Post, and let the worker deliver the event (twice: it may come again)."""
    comment = posted(reader, text, thread=cast.thread, parent=parent, minutes=minutes)
    for _ in range(2):
        telling.tell_comment(comment, now=at(minutes))
    return comment


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def send(minutes: float) -> int:
    """What the worker's clock does at that minute; how many letters went out."""
    queue_due(at(minutes))
    # Letters are queued by the real clock.
    Letter.objects.filter(state="waiting", due_at__gt=at(minutes) + timedelta(days=30)).update(due_at=at(minutes))
    return send_due(now=at(minutes))


def told(box: Mailbox) -> list[tuple[str, str]]:
    return [(str(mail["To"]).split("@")[0], str(mail["Subject"])) for mail in box.mails]


def text_of(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def test_a_member_hears_of_an_answer_after_five_minutes_and_once(people: Cast, box: Mailbox) -> None:
    root = say(people.alice, "Who pays?", people)
    say(people.bob, "All of **us**.", people, parent=root, minutes=1)
    assert send(5) == 0
    assert send(6) == 1
    assert send(60) == 0
    assert told(box) == [("alice", "bob answered you: Thread river")]
    text = text_of(box.mails[0])
    assert "> Who pays?" in text
    assert "All of us." in text
    assert f"/d/{people.thread}/c/" in text
    assert Notice.objects.count() == 1


def test_what_is_edited_within_the_grace_is_told_in_its_new_words(people: Cast, box: Mailbox) -> None:
    root = say(people.alice, "Who pays?", people)
    reply = say(people.bob, "All of yuo.", people, parent=root)
    actions.edit_comment(people.bob, comment_id=reply, markdown="All of you.", now=at(1))
    send(6)
    assert "All of you." in text_of(box.mails[0])
    assert "yuo" not in text_of(box.mails[0])


@pytest.mark.parametrize("how", ["deleted", "removed", "seen", "unsubscribed"])
def test_what_is_gone_seen_or_not_wanted_any_more_is_not_told_even_when_its_letter_waits(
    people: Cast, box: Mailbox, how: str
) -> None:
    root = say(people.alice, "Who pays?", people)
    reply = say(people.bob, "All of us.", people, parent=root)
    queue_due(at(6))
    assert Letter.objects.filter(state="waiting").count() == 1
    if how == "deleted":
        actions.delete_comment(people.bob, comment_id=reply, now=at(6))
    elif how == "removed":
        actions.change_state("remove", comment_id=reply, actor_id=people.mona, reason="spam", now=at(6))
    elif how == "seen":
        matrix.mark_seen(people.alice, now=at(6))
    else:
        stop_mails(telling.Subscription.objects.filter(reader=people.alice))
    send(7)
    assert box.mails == []
    assert Letter.objects.get().why == "nothing_to_say"


class SlowServer(MailServer):
    """Takes its time with every letter; meanwhile things happen."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def deliver(self, message: bytes, **how: Any) -> None:
        type(self).meanwhile()
        super().deliver(message, **how)


@pytest.fixture
def slow_server(monkeypatch: pytest.MonkeyPatch) -> type[SlowServer]:
    monkeypatch.setattr(mailer, "MailServer", SlowServer)
    monkeypatch.setattr(mailer, "SLOW_SECONDS", 0.0)
    return SlowServer


@pytest.mark.parametrize("how", ["deleted", "edited", "as it was"])
def test_what_goes_while_a_slow_server_has_its_letter_does_not_go_out_in_its_old_words(
    people: Cast, box: Mailbox, slow_server: type[SlowServer], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    root = say(people.alice, "Who pays?", people)
    reply = say(people.bob, "All of yuo.", people, parent=root)
    change = {
        "deleted": lambda: actions.delete_comment(people.bob, comment_id=reply, now=at(6)),
        "edited": lambda: actions.edit_comment(people.bob, comment_id=reply, markdown="All of you.", now=at(6)),
        # The same letter, made again later, is the same: a slow server gets it in the end.
        "as it was": lambda: monkeypatch.setattr("django.core.signing.time.time", lambda: time.monotonic() + 1e9),
    }[how]
    monkeypatch.setattr(slow_server, "meanwhile", staticmethod(change))
    send(6)
    if how == "as it was":
        assert "All of yuo." in text_of(box.mails[0])
        return
    assert box.mails == []
    Letter.objects.filter(state="waiting").update(due_at=at(6))
    send(7)
    assert [text_of(mail).count("All of you.") for mail in box.mails] == ([] if how == "deleted" else [1])


def test_what_stays_of_somebody_who_has_left_is_told_without_a_gap_for_the_name(people: Cast, box: Mailbox) -> None:
    root = say(people.alice, "Who pays?", people)
    say(people.bob, "All of us.", people, parent=root)
    actions.erase_reader(people.bob, texts=actions.Texts.KEEP, now=at(1))
    send(6)
    assert told(box) == [("alice", "Deleted reader answered you: Thread river")]
    assert "Deleted reader answered you in the discussion" in text_of(box.mails[0])


def test_one_comment_is_told_once_to_who_follows_it_in_four_ways(people: Cast, box: Mailbox) -> None:
    root = say(people.alice, "Who pays?", people)
    for about, target in ((About.THREAD, people.thread), (About.BRANCH, root), (About.STAFF, people.thread)):
        follow(people.alice, about, target)
    say(people.mona, "The newsroom asked.", people, parent=root)
    send(6)
    assert told(box) == [("alice", "mona answered you: Thread river")]


def test_each_line_of_the_matrix_tells_what_it_says_and_nothing_else(people: Cast, box: Mailbox) -> None:
    root = say(people.alice, "Who pays?", people)
    other = say(people.alice, "And when?", people)
    charlie, dora = people.charlie, make_reader("dora")
    Reader.objects.filter(pk=dora).update(email="dora@example.org")
    follow(charlie, About.BRANCH, root)
    follow(dora, About.STAFF, people.thread)
    deep = say(people.bob, "Us.", people, parent=root)
    deeper = say(people.bob, "All of us.", people, parent=deep)
    say(people.bob, "Soon.", people, parent=other)
    say(people.mona, "In May.", people, parent=other, minutes=1)
    rows = Notice.objects.exclude(about="replies").values_list("reader__name", "about", "comment_id")
    staff = Comment.objects.get(author_id=people.mona).pk
    assert set(rows) == {("charlie", "branch", deep), ("charlie", "branch", deeper), ("dora", "staff", staff)}


def test_nobody_hears_of_their_own_words_nor_a_guest_before_the_address_is_confirmed(
    people: Cast, box: Mailbox
) -> None:
    guest = make_reader("gerda", kind="guest")
    Reader.objects.filter(pk=guest).update(email="gerda@example.org")
    for reader in (people.bob, guest):
        follow(reader, About.THREAD, people.thread)
    say(people.bob, "One.", people)
    assert not Notice.objects.exists()
    Reader.objects.filter(pk=guest).update(confirmed_at=NOON)
    say(people.bob, "Two.", people, minutes=1)
    assert list(Notice.objects.values_list("reader_id", flat=True)) == [guest]


def test_a_guest_who_did_not_ask_hears_nothing(people: Cast, box: Mailbox) -> None:
    guest = make_reader("gerda", kind="guest")
    Reader.objects.filter(pk=guest).update(email="gerda@example.org", confirmed_at=NOON)
    root = posted(guest, "Hello", thread=people.thread)
    Comment.objects.filter(pk=root).update(state="published", is_listed=True)
    say(people.bob, "Welcome.", people, parent=root)
    assert not Notice.objects.exists()


def test_several_comments_of_one_discussion_are_one_letter_and_of_two_are_two(people: Cast, box: Mailbox) -> None:
    follow(people.alice, About.THREAD, people.thread)
    follow(people.alice, About.THREAD, people.other_thread)
    for number in range(3):
        say(people.bob, f"Here {number}.", people, minutes=number / 10)
    there = posted(people.bob, "There.", thread=people.other_thread)
    telling.tell_comment(there, now=NOON)
    send(6)
    assert sorted(subject for _to, subject in told(box)) == [
        "3 new things: Thread river",
        "bob commented: Thread harbour",
    ]


def test_daily_ones_come_together_in_the_morning(people: Cast, box: Mailbox, settings: Any) -> None:
    follow(people.alice, About.THREAD, people.thread, Often.DAILY)
    follow(people.alice, About.THREAD, people.other_thread, Often.DAILY)
    say(people.bob, "Here.", people)
    telling.tell_comment(posted(people.bob, "There.", thread=people.other_thread), now=NOON)
    assert send(19 * 60) == 0
    assert send(20 * 60) == 1
    assert "Here." in text_of(box.mails[0])
    assert "There." in text_of(box.mails[0])


def test_the_bell_alone_makes_no_mail_and_a_line_that_is_off_no_notice(people: Cast, box: Mailbox) -> None:
    follow(people.alice, About.THREAD, people.thread, Often.OFF)
    follow(people.charlie, About.THREAD, people.thread)
    follow(people.charlie, About.THREAD, people.thread, Often.OFF, on_site=False)
    say(people.bob, "Here.", people)
    assert list(Notice.objects.values_list("reader_id", "due_at")) == [(people.alice, None)]
    assert matrix.unseen(people.alice) == 1
    matrix.mark_seen(people.alice, now=NOON)
    assert matrix.unseen(people.alice) == 0


def test_no_mail_at_all_and_quiet_hours_hold_for_every_line(people: Cast, box: Mailbox) -> None:
    for reader, hours in ((people.alice, Hours("UTC", 0, 0, True)), (people.charlie, Hours("UTC", 12, 14, False))):
        follow(reader, About.THREAD, people.thread)
        matrix.set_hours(reader, hours)
    say(people.bob, "Here.", people)
    send(119)
    assert box.mails == []
    send(120)
    assert [to for to, _subject in told(box)] == ["charlie"]


def test_after_twenty_letters_a_day_the_rest_is_one_letter_in_the_morning(
    people: Cast, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAILS_A_DAY == 20
    monkeypatch.setattr(sending, "MAILS_A_DAY", 3)
    follow(people.alice, About.THREAD, people.thread)
    for number in range(8):
        say(people.bob, f"Number {number}.", people, minutes=number * 10)
        send(number * 10 + 6)
    assert len(box.mails) == 3
    send(20 * 60)
    assert len(box.mails) == 4
    assert "5 new things" in told(box)[-1][1]
    assert "Number 7." in text_of(box.mails[-1])


def test_every_mail_program_threads_the_letter_ends_it_and_finds_its_words(
    people: Cast, box: Mailbox, settings: Any
) -> None:
    mail = settings.CONFIG.mail.model_copy(update={"unsubscribes": "unsub@weir.example"})
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail": mail})
    follow(people.alice, About.THREAD, people.thread)
    above = root = posted(people.bob, "Root.", thread=people.thread)
    for number in range(12):
        above = posted(people.charlie if number % 2 else people.bob, "Level.", thread=people.thread, parent=above)
    for number, name in enumerate(("bob", "charlie")):
        above = say(getattr(people, name), f"ردّ {number} & more.", people, parent=above)
        send(6 + number)
    first, last = (raw for raw, told in zip(box.raw, box.recipients, strict=True) if told.startswith("alice"))
    answered = by_python(first).headers["message-id"]
    for program, read in READERS.items():
        one = read(last)
        assert one.headers["in-reply-to"] == answered, f"{program}: the answer stands below what it answers"
        assert one.headers["message-id"] != answered
        assert len(one.references) == 11, program
        assert one.references[0].startswith(f"<c-{root}.u{people.alice}."), program
        assert one.references[-1] == answered, program
        assert one.headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        link, address = one.headers["list-unsubscribe"].split(", ")
        assert re.fullmatch(r"<http://127\.0\.0\.1:8000/_u/\S+>", link), program
        assert re.fullmatch(r"<mailto:unsub\+[0-9a-f]{32}@weir\.example\?subject=unsubscribe>", address), program
        assert one.headers["list-id"] == f"<discussion-{people.thread}.127.0.0.1>"
        assert one.headers["auto-submitted"] == "auto-generated"
        assert one.headers["subject"] == "charlie commented: Thread river"
        assert one.to == ["alice@example.org"], program
        assert "ردّ 1 & more." in one.text, program
        assert "ردّ 1 &amp; more." in one.html, program
        assert not re.search(r"<(img|script|style|link)", one.html), "nothing is fetched, nobody is counted"


def test_a_hostile_name_or_text_stays_text_in_the_letter(people: Cast, box: Mailbox) -> None:
    Reader.objects.filter(pk=people.bob).update(name="bob\r\nBcc: eve@evil.example <script>")
    follow(people.alice, About.THREAD, people.thread)
    say(people.bob, '<img src=x onerror=alert(1)> [x](javascript:alert(1)) "><script>alert(1)</script>', people)
    send(6)
    (mail,) = box.mails
    assert mail["Bcc"] is None
    assert box.recipients == ["alice@example.org"]
    html = mail.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_the_token_of_a_letter_stands_for_its_lines_and_for_no_other(people: Cast, box: Mailbox) -> None:
    follow(people.alice, About.THREAD, people.thread)
    say(people.bob, "Here.", people)
    send(6)
    (token,) = re.findall(r"/_u/([^>]+)>", str(box.mails[0]["List-Unsubscribe"]))
    lines = lines_of(token)
    assert lines is not None
    assert [(one.reader_id, one.about) for one in lines] == [(people.alice, "thread")]
    for place in range(0, len(token), 5):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert lines_of(changed) is None, place


def test_merged_readers_keep_one_line_of_each_and_are_told_once(people: Cast, box: Mailbox) -> None:
    follow(people.alice, About.THREAD, people.thread, Often.DAILY)
    follow(people.charlie, About.THREAD, people.thread)
    follow(people.charlie, About.STAFF, people.thread)
    say(people.bob, "Here.", people)
    actions.merge_reader(people.charlie, into=people.alice)
    telling.merge_subscriptions(people.charlie, into=people.alice)
    rows = telling.Subscription.objects.order_by("about").values_list("reader_id", "about", "by_mail")
    assert list(rows) == [(people.alice, "staff", "now"), (people.alice, "thread", "daily")]
    assert Notice.objects.count() == 1


def test_a_subscription_to_something_that_is_gone_tells_nothing_and_breaks_nothing(people: Cast, box: Mailbox) -> None:
    root = say(people.alice, "Who pays?", people)
    follow(people.charlie, About.BRANCH, root)
    follow(people.charlie, About.BRANCH, 987_654)
    actions.delete_comment(people.alice, comment_id=root, now=at(1))
    telling.tell_comment(root, now=at(2))
    telling.tell_comment(987_654, now=at(2))
    assert not Notice.objects.exists()


def test_many_subscribers_are_told_in_chunks_and_mailed_in_rounds(people: Cast, box: Mailbox) -> None:
    crowd = Reader.objects.bulk_create(
        Reader(kind="member", name=f"r{n}", skeleton=f"r{n}", email=f"r{n}@example.org", joined_at=NOON)
        for n in range(600)
    )
    telling.Subscription.objects.bulk_create(
        telling.Subscription(reader=one, about="thread", target=people.thread, language="en", made_at=NOON)
        for one in crowd
    )
    say(people.bob, "Here.", people)
    assert Notice.objects.count() == 600
    assert queue_due(at(6)) == 200, "a round is bounded"


def test_who_ignores_the_author_or_has_muted_the_branch_hears_nothing(people: Cast, box: Mailbox) -> None:
    root = say(people.alice, "Who pays?", people)
    middle = say(people.charlie, "Not me.", people, parent=root)
    for reader in (people.alice, people.charlie, people.mona):
        follow(reader, About.THREAD, people.thread)
    Notice.objects.all().delete()
    other = say(people.bob, "Elsewhere.", people)
    assert Notice.objects.filter(comment_id=other).count() == 3
    actions.ignore_author(people.mona, comment_id=other, is_ignored=True, now=NOON)
    actions.mute_branch(people.alice, comment_id=middle, is_muted=True, now=NOON)
    deep = say(people.bob, "All of us.", people, parent=middle, minutes=1)
    assert list(Notice.objects.filter(comment_id=deep).values_list("reader_id", flat=True)) == [people.charlie]
