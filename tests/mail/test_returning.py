"""A mail that came back closes an address, or counts against it, or ends what its owner called unwanted. Once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from belowline.domain.notifying import About, Often
from belowline.mail import ports, queries
from belowline.mail.actions import bounced, forget_old, open_address
from belowline.mail.mailer import send_due
from belowline.mail.models import Letter, LetterState, ReturnCount
from belowline.mail.returning import Outcome, take_back
from belowline.notifications.matrix import ALWAYS, lines
from belowline.notifications.models import Notice, Subscription
from belowline.project.config import Mail
from tests.mail.test_letters import ANN, letter, now, queue
from tests.mail.test_returned import MESSAGE_ID, TOKEN, of_file
from tests.support.cast import Cast, make_reader
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(settings: Any, box: Mailbox) -> None:
    mail = Mail(
        url=box.url,
        sender="The Weir <desk@news.example>",
        bounces="bounce@news.example",
        unsubscribes="unsub@news.example",
    )
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail": mail, "demo": False})


def sent(key: str = "hello", **changes: Any) -> Letter:
    queue(key, **changes)
    send_due(now=now())
    return letter(key)


def about(name: str, one: Letter) -> bytes:
    """The file, as if this letter were the one that came back."""
    named = of_file(name).replace(MESSAGE_ID.encode(), one.message_id.encode())
    return named.replace(TOKEN.encode(), one.token.encode()).replace(TOKEN.upper().encode(), one.token.upper().encode())


def back(name: str, one: Letter, *, days: float = 0) -> Outcome:
    return take_back(about(name, one), now=now() + timedelta(days=days))


def test_no_such_user_closes_the_address_at_once_and_the_same_report_counts_once() -> None:
    queue("later", due_at=now() + timedelta(hours=1))
    one = sent()
    assert back("postfix_no_such_user", one) is Outcome.HARD
    assert back("postfix_no_such_user", one) is Outcome.AGAIN
    assert queries.closed_because(ANN) == "bounced"
    assert (letter().state, letter().why) == (LetterState.RETURNED, "5.1.1")
    assert letter("later").why == "bounced"
    assert queries.returned_since(now().date()) == {"again": 1, "hard": 1}


@pytest.mark.parametrize(("name", "most"), [("exchange_policy_in_german", 3), ("gmail_mailbox_full", 5)])
def test_others_count_to_three_and_those_for_now_to_five(name: str, most: int) -> None:
    letters = [sent(f"n{number}") for number in range(most)]
    for one in letters[:-1]:
        back(name, one)
    assert queries.closed_because(ANN) == ""
    back(name, letters[-1])
    assert queries.closed_because(ANN) == "bounced"


def test_for_now_may_become_for_good_but_not_the_other_way() -> None:
    one = sent()
    assert back("gmail_mailbox_full", one) is Outcome.SOFT
    assert back("gmail_no_such_user", one, days=5) is Outcome.HARD
    assert back("gmail_mailbox_full", one) is Outcome.AGAIN
    assert letter().why == "5.1.1"


def test_a_report_that_lost_the_token_names_its_letter_by_the_message_id() -> None:
    assert back("without_verp_to_the_sender", sent()) is Outcome.HARD
    assert queries.closed_because(ANN) == "bounced"


@pytest.mark.parametrize(
    "name", ["postfix_no_such_user", "without_verp_to_the_sender", "complaint_abuse", "unsubscribe_by_mail"]
)
def test_a_forged_report_does_nothing_and_is_counted(name: str) -> None:
    one = sent()
    assert take_back(of_file(name), now=now()) is Outcome.UNKNOWN
    guessed = about(name, one).replace(one.token.encode(), b"f" * 32)
    guessed = guessed.replace(one.message_id.encode(), b"<hello." + b"0" * 16 + b"@127.0.0.1>")
    assert take_back(guessed, now=now()) is Outcome.UNKNOWN
    assert queries.closed_because(ANN) == ""
    assert letter().state == LetterState.SENT
    assert queries.returned_since(now().date()) == {"unknown": 2}


def test_what_was_never_handed_over_cannot_come_back() -> None:
    queue(due_at=now() + timedelta(hours=1))
    assert back("postfix_no_such_user", letter()) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "name",
    [
        "holiday_answer",
        "postfix_still_trying",
        "postfix_has_delivered",
        "somebody_writes_by_hand",
        "complaint_taken_back",
    ],
)
def test_answers_of_machines_and_news_of_the_way_count_against_nobody(name: str) -> None:
    back(name, sent())
    assert letter().state == LetterState.SENT
    assert queries.closed_because(ANN) == ""


def test_a_letter_in_doubt_that_comes_back_was_taken() -> None:
    one = sent()
    Letter.objects.update(state=LetterState.ENDING)
    back("postfix_no_such_user", one)
    assert queries.doubtful_letters(now=now() + timedelta(hours=1)) == []


def test_a_report_about_an_erased_account_closes_nothing() -> None:
    one = sent()
    Letter.objects.update(email="")
    assert back("postfix_no_such_user", one) is Outcome.HARD
    assert queries.stopped("") is None
    assert queries.closed_because(ANN) == ""


def test_a_complaint_ends_everything_that_is_sent_unasked_until_the_owner_opens_it_again(cast: Cast) -> None:
    ann = make_reader("ann")
    cast_lines = [Subscription(reader_id=ann, about="thread", target=cast.thread, language="en", made_at=now())]
    Subscription.objects.bulk_create(cast_lines)
    Subscription.objects.model._meta.get_field("reader").related_model.objects.filter(pk=ann).update(email=ANN.upper())
    one = sent(kind="account")
    for name in ("complaint_abuse", "complaint_redacted"):
        back(name, one)
    found = lines(ann)
    assert {(About.THREAD, cast.thread), *((about, 0) for about in ALWAYS)} == set(found)
    assert {line.by_mail for line in found.values()} == {Often.OFF}
    assert queries.closed_because(ANN) == "complained"
    assert sent("news").why == "complained"
    assert sent("code", kind="account").state == LetterState.SENT
    assert queries.returned_since(now().date()) == {"again": 1, "complaint": 1}
    open_address(ANN)
    assert sent("more").state == LetterState.SENT


def test_a_mail_to_the_address_in_the_header_ends_the_mails_that_the_letter_was_one_of(
    cast: Cast, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from belowline.mail.message import Composed

    link = "<https://news.example/_u/x>"
    monkeypatch.setitem(
        ports.composes, "notice", lambda *_: Composed("News", "Words.", headers={"List-Unsubscribe": link})
    )
    mine, other = (
        Subscription.objects.create(reader_id=cast.alice, about=about, target=1, language="en", made_at=now())
        for about in ("thread", "topic")
    )
    Notice.objects.create(reader_id=cast.alice, subscription=mine, comment_id=1, made_at=now(), letter="told")
    one = sent("told", subject="", body="")
    assert box.mails[0]["List-Unsubscribe"] == f"{link}, <mailto:unsub+{one.token}@news.example?subject=unsubscribe>"
    assert back("unsubscribe_delivered_to_another_name", one) is Outcome.UNSUBSCRIBED
    assert back("unsubscribe_by_mail", one) is Outcome.UNSUBSCRIBED, "once more does no harm"
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.by_mail, other.by_mail) == ("off", "now")
    assert back("unsubscribe_by_mail", sent("code", kind="account")) is Outcome.OTHER, "nothing was subscribed to"


def test_counts_are_forgotten_after_a_month() -> None:
    take_back(b"noise", now=now())
    forget_old(now() + timedelta(days=29))
    assert ReturnCount.objects.exists()
    forget_old(now() + timedelta(days=32))
    assert not ReturnCount.objects.exists()


def test_soft_bounces_are_forgotten_after_two_weeks() -> None:
    for day in range(0, 60, 4):
        bounced("slow@example.org", code="4.4.1", now=now() + timedelta(days=day))
    assert queries.stopped("slow@example.org") is None
