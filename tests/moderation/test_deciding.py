"""Decisions: one moderator at a time, never about themselves, on the record, and undone for ten minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from tests.support.cast import NOON, Cast, make_reader, posted

from belowline.discussion import actions
from belowline.discussion.models import Comment, Report
from belowline.domain.commenting import Refused
from belowline.domain.moderating import Queue
from belowline.moderation import deciding, queries
from belowline.moderation.models import Act, Case

pytestmark = pytest.mark.django_db

THREE_LINKS = "https://one.example/ https://two.example/ https://three.example/"
MINUTE = timedelta(minutes=1)
LATER = NOON + 60 * MINUTE


@pytest.fixture
def nora(cast: Cast) -> int:
    """A second moderator."""
    return make_reader("nora")


def held(reader: int, thread: int, number: int = 0) -> int:
    return posted(reader, f"{THREE_LINKS} {number}", thread=thread, minutes=number)


def report(comment: int, by: int | None, *, minutes: int = 30, reason: str = "insult") -> None:
    at = NOON + minutes * MINUTE
    assert actions.report_comment(by, comment_id=comment, reason=reason, note="", now=at) is None


def decide(decision: str, comment: int, by: int, *, minutes: float = 0) -> deciding.Decided:
    done = deciding.decide(
        decision, comment_id=comment, moderator_id=by, rule="insult", now=LATER + timedelta(minutes=minutes)
    )
    assert not isinstance(done, Refused), done
    return done


def refusal(answer: object) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


def undo(act: int, by: int, *, minutes: float = 1) -> deciding.Tally | Refused:
    return deciding.undo(act, moderator_id=by, now=LATER + timedelta(minutes=minutes))


def state(comment: int) -> str:
    return Comment.objects.get(pk=comment).state


def order(*queues: Queue) -> list[int]:
    with connection.cursor() as cursor:
        return [one.comment_id for one in queries.waiting_cases(cursor, *(queues or (Queue.HELD,)))]


def test_a_decision_is_on_the_record_with_who_what_and_why(cast: Cast) -> None:
    comment = held(cast.alice, cast.thread)
    done = decide("reject", comment, cast.mona)
    act = Act.objects.get(pk=done.act_id)
    assert (act.kind, act.actor_id, act.reader_id, act.comment_id, act.thread_id, act.rule, act.at) == (
        "reject",
        cast.mona,
        cast.alice,
        comment,
        cast.thread,
        "insult",
        LATER,
    )
    assert (done.state, state(comment), order()) == ("rejected", "rejected", [])


def test_what_cannot_be_carried_out_leaves_no_record(cast: Cast) -> None:
    comment = held(cast.alice, cast.thread)
    for decision, code in [("restore", "state_changed"), ("leave", "state_changed"), ("undo", "act_unknown")]:
        answer = deciding.decide(decision, comment_id=comment, moderator_id=cast.mona, rule="insult", now=LATER)
        assert refusal(answer) == code
    answer = deciding.decide("approve", comment_id=10**9, moderator_id=cast.mona, rule="", now=LATER)
    assert refusal(answer) == "comment_missing"
    assert not Act.objects.exists()


@pytest.mark.parametrize("decision", ["approve", "reject", "remove"])
def test_nobody_decides_about_their_own_comment(cast: Cast, decision: str) -> None:
    comment = held(cast.mona, cast.thread) if decision != "remove" else posted(cast.mona, "Mine", thread=cast.thread)
    before = state(comment)
    answer = deciding.decide(decision, comment_id=comment, moderator_id=cast.mona, rule="insult", now=LATER)
    assert (refusal(answer), state(comment)) == ("own_matter", before)


def test_what_one_has_in_hand_no_other_decides_until_time_is_up(cast: Cast, nora: int) -> None:
    comment = held(cast.alice, cast.thread)
    assert deciding.take_in_hand(comment, moderator_id=cast.mona, now=LATER) is None
    taken = deciding.take_in_hand(comment, moderator_id=nora, now=LATER + MINUTE)
    assert refusal(taken) == "case_in_hand"
    answer = deciding.decide("approve", comment_id=comment, moderator_id=nora, rule="", now=LATER + MINUTE)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.status, answer.until) == ("case_in_hand", 409, LATER + 3 * MINUTE)
    assert state(comment) == "held"
    # Who has it goes on, as often as they like.
    assert deciding.take_in_hand(comment, moderator_id=cast.mona, now=LATER + 2 * MINUTE) is None
    assert refusal(deciding.take_in_hand(comment, moderator_id=nora, now=LATER + 4 * MINUTE)) == "case_in_hand"
    assert deciding.take_in_hand(comment, moderator_id=nora, now=LATER + 5 * MINUTE) is None
    assert (
        refusal(deciding.decide("approve", comment_id=comment, moderator_id=cast.mona, rule="", now=LATER + 6 * MINUTE))
        == "case_in_hand"
    )
    decide("approve", comment, nora, minutes=6)
    assert refusal(deciding.take_in_hand(comment, moderator_id=cast.mona, now=LATER + 7 * MINUTE)) == "state_changed"


@pytest.mark.parametrize(
    ("decision", "after"), [("approve", "published"), ("reject", "rejected"), ("remove", "removed")]
)
def test_a_decision_is_undone_and_the_case_waits_where_it_stood(cast: Cast, decision: str, after: str) -> None:
    comments = [held(cast.alice, cast.thread, n) for n in range(3)]
    done = decide(decision, comments[0], cast.mona)
    assert (state(comments[0]), order()) == (after, comments[1:])
    undone = undo(done.act_id, cast.mona)
    assert isinstance(undone, deciding.Tally)
    assert (undone.done, state(comments[0]), order()) == (1, "held", comments)
    assert Act.objects.get(kind="undo").undoes_id == done.act_id
    assert refusal(undo(done.act_id, cast.mona)) == "state_changed"


def test_a_removal_of_what_was_public_is_undone_with_the_reports_about_it(cast: Cast) -> None:
    comment = posted(cast.alice, "Words", thread=cast.thread)
    report(comment, cast.bob, reason="private")
    report(comment, None)
    done = decide("remove", comment, cast.mona)
    assert (order(Queue.REPORTED), Report.objects.filter(settled_at=None).count()) == ([], 0)
    undo(done.act_id, cast.mona)
    assert (state(comment), order(Queue.REPORTED)) == ("published", [comment])
    assert (Report.objects.filter(settled_at=None).count(), Case.objects.get().code) == (2, "private")


def test_leaving_it_is_undone_and_who_reported_again_counts_once(cast: Cast) -> None:
    comment = posted(cast.alice, "Words", thread=cast.thread)
    report(comment, cast.bob)
    report(comment, cast.charlie)
    done = decide("leave", comment, cast.mona)
    assert (state(comment), order(Queue.REPORTED)) == ("published", [])
    report(comment, cast.bob, minutes=61)
    undo(done.act_id, cast.mona, minutes=2)
    waiting = Report.objects.filter(settled_at=None)
    assert sorted(waiting.values_list("reporter_id", flat=True)) == [cast.bob, cast.charlie]
    assert order(Queue.REPORTED) == [comment]


def test_who_did_not_do_it_and_who_comes_too_late_undoes_nothing(cast: Cast, nora: int) -> None:
    comment = held(cast.alice, cast.thread)
    done = decide("approve", comment, cast.mona)
    assert refusal(undo(done.act_id, nora)) == "act_not_yours"
    assert refusal(undo(10**9, cast.mona)) == "act_not_yours"
    assert refusal(undo(done.act_id, cast.mona, minutes=10.1)) == "undo_too_late"
    assert state(comment) == "published"
    assert isinstance(undo(done.act_id, cast.mona, minutes=10), deciding.Tally)


def test_what_another_has_changed_since_is_not_undone(cast: Cast, nora: int) -> None:
    comment = held(cast.alice, cast.thread)
    done = decide("approve", comment, cast.mona)
    decide("remove", comment, nora, minutes=1)
    assert refusal(undo(done.act_id, cast.mona, minutes=2)) == "state_changed"
    assert state(comment) == "removed"


def test_what_its_author_deleted_meanwhile_stays_deleted(cast: Cast) -> None:
    comment = held(cast.alice, cast.thread)
    done = decide("approve", comment, cast.mona)
    actions.delete_comment(cast.alice, comment_id=comment, now=LATER + MINUTE)
    assert refusal(undo(done.act_id, cast.mona, minutes=2)) == "state_changed"
    assert state(comment) == "deleted"


def test_many_are_decided_with_one_press_and_undone_with_one(cast: Cast, nora: int) -> None:
    comments = [held(cast.alice, cast.thread, n) for n in range(4)]
    own = held(cast.mona, cast.thread, 5)
    deciding.take_in_hand(comments[3], moderator_id=nora, now=LATER)
    tally = deciding.decide_all("reject", [*comments, own], moderator_id=cast.mona, rule="spam", now=LATER)
    assert (tally.done, tally.refused) == (3, {"case_in_hand": 1, "own_matter": 1})
    assert order() == [comments[3], own]
    # Another press at the same moment is another press.
    other = decide("approve", comments[3], nora, minutes=5)
    undone = undo(tally.act_id, cast.mona, minutes=6)
    assert isinstance(undone, deciding.Tally)
    assert (undone.done, order(), state(comments[3])) == (3, [*comments[:3], own], "published")
    assert Act.objects.filter(batch=None).count() == 1 + 3
    assert not Act.objects.filter(undoes=other.act_id).exists()


def test_nothing_to_undo_when_nothing_was_done(cast: Cast) -> None:
    own = held(cast.mona, cast.thread)
    tally = deciding.decide_all("reject", [own], moderator_id=cast.mona, rule="spam", now=LATER)
    assert (tally.done, tally.act_id) == (0, 0)
