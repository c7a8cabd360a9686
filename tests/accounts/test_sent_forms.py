"""S22: a form that went through is known for a day, and what it did is not done again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from belowline.accounts.models import Reader, SentForm
from belowline.accounts.sent_forms import forget_old, once
from belowline.domain.commenting import Refused
from belowline.domain.feedback import Kind
from belowline.feedback.actions import asking
from belowline.feedback.models import Asker, Request
from tests.accounts.conftest import served
from tests.notifications.test_at_once import AT_ONCE, at_once
from tests.support.cast import make_reader
from tests.support.desk import publish
from tests.support.passages import wanted

__all__ = ["served"]

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
FORM = "f" * 64


class Act:
    """Counts how often it was done; refuses when told to."""

    def __init__(self) -> None:
        self.times = 0
        self.refusal: Refused | None = None

    def __call__(self) -> str | Refused:
        if self.refusal is not None:
            return self.refusal
        self.times += 1
        return f"answer {self.times}"


@pytest.mark.django_db
def test_the_same_form_is_told_the_same_for_a_day() -> None:
    act = Act()
    told = [once(FORM, act, now=NOON + timedelta(hours=hours)) for hours in (0, 1, 23.99, 24.01)]
    assert told == ["answer 1"] * 3 + ["answer 2"]
    assert once("e" * 64, act, now=NOON) == "answer 3", "another form is another one"


@pytest.mark.django_db
def test_whoever_was_refused_may_press_again() -> None:
    act = Act()
    act.refusal = Refused("errors_often", status=429)
    assert once(FORM, act, now=NOON) == act.refusal
    act.refusal = None
    assert once(FORM, act, now=NOON) == "answer 1"


@pytest.mark.django_db
def test_a_form_without_a_key_is_done_each_time() -> None:
    act = Act()
    assert [once("", act, now=NOON) for _ in range(2)] == ["answer 1", "answer 2"]
    assert not SentForm.objects.exists()


@pytest.mark.django_db
def test_what_a_form_did_and_that_it_was_sent_are_stored_together_or_not_at_all() -> None:
    def act() -> str:
        make_reader("somebody")
        raise RuntimeError("the desk was killed")

    with pytest.raises(RuntimeError):
        once(FORM, act, now=NOON)
    assert not Reader.objects.exists()
    assert once(FORM, Act(), now=NOON) == "answer 1"


@pytest.mark.django_db
def test_forms_of_yesterday_are_forgotten() -> None:
    once(FORM, Act(), now=NOON)
    forget_old(NOON + timedelta(hours=24))
    assert SentForm.objects.exists()
    forget_old(NOON + timedelta(hours=24, seconds=1))
    assert not SentForm.objects.exists()


@pytest.mark.usefixtures("real_database")
def test_what_is_pressed_at_the_same_moment_is_done_once() -> None:
    """On PostgreSQL these are transactions side by side; over HTTP: tests/process/test_presses_and_sessions.py."""
    act = Act()
    assert at_once(lambda: once(FORM, act, now=NOON)) == ["answer 1"] * AT_ONCE
    assert act.times == 1


@pytest.mark.usefixtures("real_database", "served")
def test_one_reader_who_asks_six_times_at_once_asks_once_and_is_counted_once() -> None:
    story, reader, other = publish(), make_reader("alma"), make_reader("bruno")
    passage = wanted(str(story.article.subject_key), "two holes")
    assert not isinstance(passage, Refused)
    counted: list[int] = []

    def count() -> None:
        counted.append(1)

    asked = at_once(lambda: asking.ask(reader, passage, Kind.SOURCE, thread_id=story.thread, limit=count, now=NOON))
    assert {one.pk for one in asked} == {Request.objects.get().pk}
    at_once(lambda: asking.join(other, asked[0].pk, limit=count, now=NOON))
    assert Request.objects.get().asker_count == Asker.objects.count() == len(counted) == 2
