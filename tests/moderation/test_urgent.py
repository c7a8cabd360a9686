"""Reports that cannot wait: hidden at once by those whose word counts, decided by a person, told to everybody concerned."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.account.models import EmailAddress
from tests.support.cast import NOON, Cast, make_reader, posted

from belowline.accounts.actions import create_staff
from belowline.accounts.models import Reader, User
from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.commenting import Refused
from belowline.domain.moderating import UNDO_FOR
from belowline.domain.readers import Standing
from belowline.mail.models import Letter
from belowline.moderation import deciding, standings
from belowline.moderation.models import Act, Case, UrgentReport
from belowline.pages import statement_letters

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db

LONG_AGO = NOON - timedelta(days=400)
LATER = NOON + timedelta(minutes=30)


def member(name: str, *, is_proved: bool = True, joined: object = LONG_AGO) -> int:
    user = User.objects.create_user(f"{name.lower()}@example.org")
    reader = make_reader(name)
    Reader.objects.filter(pk=reader).update(user=user, joined_at=joined)
    EmailAddress.objects.create(user=user, email=user.email, verified=is_proved, primary=True)
    return reader


def known(name: str, thread: int) -> int:
    reader = member(name)
    for n in range(3):
        posted(reader, f"{name} wrote number {n}", thread=thread, minutes=-60 * 24 * 9 + n)
    return reader


@pytest.fixture
def mona(cast: Cast) -> int:
    user = create_staff(name="Mona S", email="mona@example.org", password="seven herons standing", role="moderator")
    return Reader.objects.get(user=user).pk


@pytest.fixture
def walter(cast: Cast) -> int:
    return known("Walter", cast.thread)


def report(comment: int, by: int | None, reason: str = "private") -> None:
    assert actions.report_comment(by, comment_id=comment, reason=reason, note="", now=LATER) is None


def state(comment: int) -> str:
    return Comment.objects.get(pk=comment).state


def decide(decision: str, comment: int, by: int, *, minutes: int = 40) -> int:
    answer = deciding.decide(
        decision, comment_id=comment, moderator_id=by, rule="private", now=NOON + timedelta(minutes=minutes)
    )
    assert not isinstance(answer, Refused), answer
    return answer.act_id


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind).order_by("pk"))


def test_a_known_reader_s_urgent_report_hides_the_comment_until_a_person_decides(
    cast: Cast, mona: int, walter: int
) -> None:
    author = member("Alma")
    comment = posted(author, "She lives at number nine.", thread=cast.thread)
    report(comment, walter)
    assert state(comment) == "held"
    case = Case.objects.get(comment_id=comment)
    assert (case.queue, case.code) == ("held", "urgent_report")
    act = Act.objects.get()
    assert (act.kind, act.actor_id, act.reader_id, act.detail) == (
        "urgent_hide",
        None,
        author,
        {"reason": "private"},
    )
    decide("approve", comment, mona)
    assert state(comment) == "published"
    assert not Case.objects.exists()


@pytest.mark.parametrize("reason", ["insult", "hate", "spam", "illegal", "other", "follows"])
def test_what_can_wait_hides_nothing(cast: Cast, walter: int, reason: str) -> None:
    comment = posted(cast.alice, "Words.", thread=cast.thread)
    report(comment, walter, reason)
    assert state(comment) == "published"
    assert Case.objects.get().queue == "reported"


def test_two_hundred_new_accounts_and_strangers_hide_nothing(cast: Cast) -> None:
    comment = posted(cast.alice, "Words.", thread=cast.thread)
    for n in range(200):
        reader = make_reader(f"New {n}")
        Reader.objects.filter(pk=reader).update(joined_at=NOON)
        report(comment, reader, "threat")
    report(comment, None, "threat")
    assert state(comment) == "published"
    assert UrgentReport.objects.count() == 0


def test_an_address_that_nobody_proved_and_a_reader_on_a_time_out_hide_nothing(cast: Cast, mona: int) -> None:
    unproved = member("Una", is_proved=False)
    for n in range(3):
        posted(unproved, f"Una wrote {n}", thread=cast.thread, minutes=-60 * 24 * 9 + n)
    silent = known("Silas", cast.thread)
    standings.set_standing(
        silent, Standing.TIMED_OUT, actor_id=mona, rule="spam", cause="", now=NOON, until=NOON + timedelta(days=1)
    )
    comment = posted(cast.alice, "Words.", thread=cast.thread)
    report(comment, unproved, "threat")
    report(comment, silent, "threat")
    assert state(comment) == "published"


def test_what_a_person_let_stand_is_not_hidden_again(cast: Cast, mona: int, walter: int) -> None:
    comment = posted(cast.alice, "Words.", thread=cast.thread)
    report(comment, walter)
    undone = decide("approve", comment, mona)
    report(comment, known("Wanda", cast.thread))
    assert state(comment) == "published"
    assert UrgentReport.objects.get().was_right is False
    # Undone, nobody has judged yet.
    deciding.undo(undone, moderator_id=mona, now=NOON + timedelta(minutes=41))
    assert UrgentReport.objects.get().was_right is None
    decide("reject", comment, mona, minutes=42)
    assert UrgentReport.objects.get().was_right is True


def test_who_was_wrong_twice_hides_nothing_any_more(cast: Cast, mona: int, walter: int) -> None:
    for n, wanted in enumerate(["held", "held", "published"]):
        comment = posted(cast.alice, f"Words {n}.", thread=cast.thread)
        report(comment, walter)
        assert state(comment) == wanted
        if wanted == "held":
            decide("approve", comment, mona)
    assert Case.objects.get().queue == "reported", "it still reaches the moderators"


def test_whoever_is_on_call_is_mailed_without_the_words(
    cast: Cast, mona: int, walter: int, settings: SettingsWrapper
) -> None:
    first = posted(cast.alice, "She lives at number nine.", thread=cast.thread)
    report(first, walter)
    assert [one.email for one in letters("urgent")] == ["mona@example.org"]
    moderation = settings.CONFIG.moderation.model_copy(update={"on_call": ["night@example.org", "day@example.org"]})
    settings.CONFIG = settings.CONFIG.model_copy(update={"moderation": moderation})
    second = posted(cast.alice, "And her sister at ten.", thread=cast.thread, minutes=1)
    report(second, walter, "threat")
    sent = letters("urgent")[1:]
    assert [one.email for one in sent] == ["night@example.org", "day@example.org"]
    composed = statement_letters.urgent(sent[0].payload, "en")
    assert composed is not None
    assert "threatens a person" in composed.text
    assert f"/_staff/comments?find={second}" in composed.text
    assert "sister" not in composed.text + composed.subject
    decide("approve", second, mona)
    assert statement_letters.urgent(sent[0].payload, "en") is None


def test_the_author_is_told_at_once_and_again_when_a_person_has_decided(cast: Cast, mona: int, walter: int) -> None:
    author = member("Alma")
    comment = posted(author, "She lives at number nine.", thread=cast.thread)
    report(comment, walter)
    [letter] = letters("statement")
    assert (letter.email, letter.due_at) == ("alma@example.org", LATER)
    composed = statement_letters.statement(letter.payload, "en")
    assert composed is not None
    for part in (
        "hidden until a person has looked",
        "tells private things about somebody",
        "The rule: Names private facts about a person.",
        f"/_d/comment/{comment}",
        "/house-rules",
    ):
        assert part in composed.text
    for part in ("Walter", "number nine"):
        assert part not in composed.text + composed.html + composed.subject
    decide("reject", comment, mona)
    second = letters("statement")[1]
    assert second.due_at == NOON + timedelta(minutes=40) + UNDO_FOR
    told = statement_letters.statement(second.payload, "en")
    assert told is not None
    assert "We did not publish what you wrote" in told.text
    assert "A person of the newsroom decided this" in told.text


def test_what_is_undone_is_never_told(cast: Cast, mona: int) -> None:
    author = member("Alma")
    comment = posted(author, "Words.", thread=cast.thread)
    act = decide("remove", comment, mona)
    [letter] = letters("statement")
    deciding.undo(act, moderator_id=mona, now=NOON + timedelta(minutes=41))
    assert statement_letters.statement(letter.payload, "en") is None
    decide("leave", comment, mona, minutes=42)
    assert len(letters("statement")) == 1


def test_a_reader_is_told_what_holds_until_when_and_by_which_rule(cast: Cast, mona: int) -> None:
    author = member("Alma")
    until = NOON + timedelta(days=3)
    standings.set_standing(author, Standing.SUSPENDED, actor_id=mona, rule="spam", cause="x", now=NOON, until=until)
    [letter] = letters("statement")
    composed = statement_letters.statement(letter.payload, "en")
    assert composed is not None
    assert "From now on: suspended, until" in composed.text
    assert "The rule: Advertising." in composed.text
    standings.set_standing(author, None, actor_id=mona, rule="", cause="", now=NOON)
    assert len(letters("statement")) == 1


def test_an_address_that_may_be_somebody_else_s_gets_no_letter(cast: Cast, mona: int) -> None:
    for author in (member("Una", is_proved=False), cast.alice):
        decide("remove", posted(author, f"Words of {author}.", thread=cast.thread), mona)
    guest = make_reader("Gerda", kind="guest")
    Reader.objects.filter(pk=guest).update(email="gerda@example.org")
    standings.set_standing(guest, Standing.BANNED, actor_id=mona, rule="spam", cause="", now=NOON)
    assert letters("statement") == []
    Reader.objects.filter(pk=guest).update(confirmed_at=NOON)
    standings.set_standing(guest, Standing.PREMODERATED, actor_id=mona, rule="spam", cause="", now=NOON)
    assert [one.email for one in letters("statement")] == ["gerda@example.org"]
