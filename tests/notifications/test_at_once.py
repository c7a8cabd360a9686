"""S22: what is pressed twice, or delivered by two ways, at the same moment has one effect and as many good answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from belowline.accounts import confirming
from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import MutedBranch, Report
from belowline.domain.notifying import About, Often
from belowline.mail.models import Letter, LetterState
from belowline.mail.queries import returned_since
from belowline.mail.returning import take_back
from belowline.notifications import matrix, telling
from belowline.notifications.models import Notice, Subscription
from belowline.notifications.sending import queue_due
from tests.mail.test_returned import TOKEN, of_file
from tests.support.cast import NOON, invite_cast, make_reader, posted

AT_ONCE = 6


def at_once(act: Callable[[], Any]) -> list[Any]:
    """What each of six threads got that act at the same moment; raises what one of them raised."""
    found: list[Any] = []
    barrier = threading.Barrier(AT_ONCE)

    def run() -> None:
        try:
            barrier.wait(10)
            found.append(act())
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(found) == AT_ONCE
    faults = [one for one in found if isinstance(one, Exception)]
    assert faults == []
    return found


@pytest.mark.usefixtures("real_database")
def test_what_comes_six_times_at_the_same_moment_has_one_effect(settings: Any) -> None:
    mail = settings.CONFIG.mail.model_copy(
        update={"bounces": "bounce@news.example", "url": "smtp://mail.example", "sender": "desk@news.example"}
    )
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail": mail, "demo": False})
    cast = invite_cast()
    Reader.objects.filter(pk=cast.alice).update(email="ann@example.org")
    root = posted(cast.bob, "Who pays?", thread=cast.thread)

    line = matrix.Line(About.THREAD, cast.thread, Often.NOW, True)
    assert at_once(lambda: matrix.follow(cast.alice, [line], language="en", now=NOON)) == [None] * AT_ONCE
    assert Subscription.objects.count() == 1
    at_once(lambda: actions.mute_branch(cast.charlie, comment_id=root, is_muted=True, now=NOON))
    assert MutedBranch.objects.count() == 1
    at_once(lambda: actions.report_comment(cast.mona, comment_id=root, reason="spam", note="", now=NOON))
    assert Report.objects.count() == 1

    told = posted(cast.charlie, "All of us.", thread=cast.thread, parent=root)
    at_once(lambda: telling.tell_comment(told, now=NOON))
    assert Notice.objects.filter(comment_id=told, reader_id=cast.alice).count() == 1
    at_once(lambda: queue_due(NOON + timedelta(minutes=6)))
    assert Letter.objects.filter(kind="notice", email="ann@example.org").count() == 1

    Letter.objects.update(state=LetterState.SENT, token=TOKEN)
    now = datetime.now(UTC)
    outcomes = at_once(lambda: take_back(of_file("gmail_mailbox_full"), now=now))
    assert sorted(outcomes) == ["again"] * (AT_ONCE - 1) + ["soft"]
    assert returned_since(now.date()) == {"again": AT_ONCE - 1, "soft": 1}

    guest = make_reader("gerda", kind="guest")
    Reader.objects.filter(pk=guest).update(email="gerda@example.org")
    waiting = posted(guest, "Me.", thread=cast.thread)
    at_once(lambda: confirming.ask_again(guest, language="en", now=NOON))
    (letter,) = Letter.objects.filter(kind="confirm")
    token = letter.payload["token"]
    at_once(lambda: actions.confirm_guest(token, publish={waiting}, now=NOON))
    assert Reader.objects.get(pk=guest).confirmed_at == NOON
