"""A letter is queued with what it tells about, sent once, and never sent a second time, whatever breaks."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import send_mail
from django.db import connections, transaction

from belowline.mail import actions, ports, queries
from belowline.mail.actions import bounced, complained, drop_mail_to, forget_old, open_address, queue_mail
from belowline.mail.mailer import message_id, send_due
from belowline.mail.message import Composed
from belowline.mail.models import Letter, LetterState, MailHealth
from belowline.mail.smtp import ServerAway
from tests.mail.conftest import point_at
from tests.support.mailbox import Mailbox

ANN = "ann@example.org"


def now() -> datetime:
    return datetime.now(UTC)


def queue(key: str = "hello", **changes: Any) -> bool:
    values = {"to": ANN, "language": "en", "kind": "notice", "subject": "Hello", "body": "Words.\n.dot\n"}
    return queue_mail(key, **(values | changes))


def letter(key: str = "hello") -> Letter:
    return Letter.objects.get(key=key)


@pytest.mark.django_db
def test_a_letter_is_queued_once_sent_once_and_then_forgets_what_it_said(box: Mailbox) -> None:
    assert queue()
    assert not queue()
    assert [send_due(now=now()), send_due(now=now())] == [1, 0]
    (mail,) = box.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (ANN, "The Weir <desk@weir.example>", "Hello")
    assert mail["Message-ID"] == message_id("hello")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == ["Words.", ".dot"]
    assert (letter().state, letter().subject, letter().text) == (LetterState.SENT, "", "")


@pytest.mark.django_db
def test_what_is_taken_back_queues_nothing(box: Mailbox) -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert send_due(now=now()) == 0
    assert not Letter.objects.exists()


@pytest.mark.django_db
def test_what_django_sends_is_a_letter_to_each_recipient(settings: Any, box: Mailbox) -> None:
    settings.EMAIL_BACKEND = "belowline.mail.backend.QueueBackend"  # the test runner puts another in its place
    send_mail("A\nsubject".replace("\n", " "), "Words.", None, [ANN, "bob@example.org"])
    assert box.mails == []
    assert send_due(now=now()) == 2
    assert sorted(box.recipients) == [ANN, "bob@example.org"]


@pytest.mark.django_db
def test_a_letter_that_is_composed_when_it_is_sent_says_what_is_true_then(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, Composed | None] = {"1": Composed("Now", "As it is now.", headers={"List-Id": "<x.weir.example>"})}
    monkeypatch.setitem(ports.composes, "news", lambda payload, _language: said[payload["about"]])
    queue("one", kind="news", subject="", body="", payload={"about": "1"})
    queue("two", kind="news", subject="", body="", payload={"about": "2"})
    said["2"] = None
    assert send_due(now=now()) == 2
    (mail,) = box.mails
    assert (mail["Subject"], mail["List-Id"]) == ("Now", "<x.weir.example>")
    assert (letter("two").state, letter("two").why) == (LetterState.DROPPED, "nothing_to_say")


@pytest.mark.django_db
def test_a_letter_is_not_sent_before_its_time_and_not_when_it_is_too_late(box: Mailbox) -> None:
    queue("later", due_at=now() + timedelta(minutes=5))
    queue("late", expires_at=now() - timedelta(seconds=1))
    send_due(now=now())
    assert box.mails == []
    assert letter("late").why == "too_late"
    send_due(now=now() + timedelta(minutes=6))
    assert len(box.mails) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("place", [ANN, ""])
def test_a_server_that_says_later_is_asked_again_later(box: Mailbox, place: str) -> None:
    box.refusals[place] = "451 4.7.1 come back"
    queue()
    send_due(now=now())
    assert (letter().state, letter().why, letter().tries) == (LetterState.WAITING, "451 4.7.1", 1)
    assert send_due(now=now()) == 0
    box.refusals.clear()
    send_due(now=now() + timedelta(minutes=2))
    assert len(box.mails) == 1


@pytest.mark.django_db
def test_an_address_that_does_not_exist_gets_nothing_more_until_its_owner_confirms_it(box: Mailbox) -> None:
    box.refusals[ANN] = "550 5.1.1 no such user"
    queue("one")
    queue("two", due_at=now() + timedelta(hours=1))
    send_due(now=now())
    assert (letter("one").state, letter("one").why) == (LetterState.REFUSED, "550 5.1.1")
    assert (letter("two").state, letter("two").why, letter("two").email) == (LetterState.DROPPED, "bounced", "")
    assert queries.closed_because(ANN.upper()) == "bounced"
    box.refusals.clear()
    queue("three")
    queue("four", kind="confirm")
    send_due(now=now())
    assert letter("three").why == "bounced"
    assert letter("four").state == LetterState.SENT, "what its owner asked for goes out"
    open_address(ANN)
    assert queries.closed_because(ANN) == ""


@pytest.mark.django_db
def test_other_bounces_count_to_three_and_soft_ones_to_five_in_two_weeks() -> None:
    for times, code in ((2, "550 5.7.1"), (4, "4.2.2")):
        for _ in range(times):
            bounced(f"{times}@example.org", code=code, now=now())
        assert queries.closed_because(f"{times}@example.org") == ""
        bounced(f"{times}@example.org", code=code, now=now())
        assert queries.closed_because(f"{times}@example.org") == "bounced"
    for day in range(0, 60, 4):
        bounced("slow@example.org", code="4.4.1", now=now() + timedelta(days=day))
    assert queries.closed_because("slow@example.org") == "", "four in any two weeks"


@pytest.mark.django_db
def test_a_complaint_ends_all_mail_at_once(box: Mailbox) -> None:
    queue()
    complained(ANN, now=now())
    queue("another")
    send_due(now=now())
    assert box.mails == []
    assert letter().why == "complained"


@pytest.mark.django_db
def test_what_waits_for_an_erased_address_is_dropped_with_the_address(box: Mailbox) -> None:
    queue()
    assert drop_mail_to(ANN.upper(), why="erased", now=now()) == 1
    assert send_due(now=now()) == 0
    assert (letter().email, letter().subject) == ("", "")


@pytest.mark.django_db
def test_a_server_that_is_away_costs_nothing_and_is_told_to_the_operator(settings: Any, box: Mailbox) -> None:
    url = box.url
    box.url = "smtp://127.0.0.1:1"
    point_at(settings, box)
    queue()
    with pytest.raises(ServerAway):
        send_due(now=now())
    assert letter().state == LetterState.WAITING
    assert queries.is_working(now=now())
    assert not queries.is_working(now=now() + timedelta(hours=2)), "an hour of it changes what readers are told"
    assert queries.waiting_since(now=now() + timedelta(hours=1)) is not None
    box.url = url
    point_at(settings, box)
    send_due(now=now())
    assert len(box.mails) == 1
    assert MailHealth.objects.get().failing_since is None
    assert queries.is_working(now=now() + timedelta(hours=2))


@pytest.mark.django_db
def test_without_a_mail_server_letters_wait_and_the_site_knows_it(settings: Any, box: Mailbox) -> None:
    box.url = ""
    point_at(settings, box)
    queue()
    assert send_due(now=now()) == 0
    assert letter().state == LetterState.WAITING
    assert not queries.is_working(now=now())


@pytest.mark.django_db
def test_a_mail_that_comes_back_names_its_letter_and_nobody(settings: Any, box: Mailbox) -> None:
    queue()
    send_due(now=now())
    point_at(settings, box, bounces="bounce@weir.example")
    queue("two")
    send_due(now=now())
    assert box.senders == ["desk@weir.example", f"bounce+{letter('two').token}@weir.example"]


@pytest.mark.django_db
def test_letters_are_forgotten_after_a_month_but_for_those_in_doubt(box: Mailbox) -> None:
    queue()
    send_due(now=now())
    queue("doubtful")
    Letter.objects.filter(key="doubtful").update(state=LetterState.ENDING, ended_at=now())
    forget_old(now() + timedelta(days=29))
    assert Letter.objects.count() == 2
    forget_old(now() + timedelta(days=31))
    assert list(Letter.objects.values_list("key", flat=True)) == ["doubtful"]
    assert queries.doubtful_letters(now=now() + timedelta(hours=1)) == ["doubtful"]


KILLS = [
    ("before_end", 0, LetterState.WAITING),
    ("in_end", 0, LetterState.ENDING),
    ("after_end", 1, LetterState.ENDING),
]


def send_and_be_killed(moment: str) -> None:
    """In a process of its own that sends what is due. Forked: a fresh one would only load Django for two seconds."""
    connections.close_all()
    child = os.fork()
    if child:
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        return
    try:

        def dies(*_: object, **__: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        real = actions.begin_to_end

        def ends_and_dies(*given: Any, **named: Any) -> None:
            real(*given, **named)
            dies()

        name, instead = {
            "before_end": ("begin_to_end", dies),
            "in_end": ("begin_to_end", ends_and_dies),
            "after_end": ("note_taken", dies),
        }[moment]
        setattr(actions, name, instead)
        send_due(now=now())
    finally:
        os._exit(1)


@pytest.mark.usefixtures("real_database")
def test_a_killed_sender_never_makes_two_of_one_and_what_may_be_lost_is_known(box: Mailbox) -> None:
    for moment, came, state in KILLS:
        before = len(box.mails)
        queue(moment)
        send_and_be_killed(moment)
        assert len(box.mails) == before + came, moment
        assert letter(moment).state == state, moment
        send_due(now=now() + timedelta(minutes=11))
        assert len(box.mails) == before + 1 if state == LetterState.WAITING else before + came, moment
    in_doubt = queries.doubtful_letters(now=now() + timedelta(hours=1))
    assert sorted(in_doubt) == ["after_end", "in_end"]
