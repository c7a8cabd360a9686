"""Decisions about comments: taken by one moderator at a time, each with an act that says so, and undone for ten minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from belowline.discussion import actions
from belowline.discussion.actions.facts import microseconds, stored_comment
from belowline.domain.commenting import CommentState, Refused
from belowline.domain.moderating import (
    DECISIONS,
    IN_HAND_FOR,
    ActKind,
    DecisionFacts,
    UndoFacts,
    decide_deciding,
    decide_undoing,
)
from belowline.moderation import receipts, urgent
from belowline.moderation.acts import record
from belowline.moderation.models import Act, Case
from belowline.storage.turns import one_at_a_time
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Decided:
    """What was done; `act_id` undoes it."""

    comment_id: int
    state: CommentState
    act_id: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many decisions of one press were carried out; `refused` says why the others were not, by code. `act_id` undoes
    them all; 0: nothing to undo."""

    done: int
    refused: dict[str, int]
    act_id: int = 0


def take_in_hand(comment_id: int, *, moderator_id: int, now: datetime) -> Refused | None:
    """This moderator looks at it now; whoever else wants to decide is told so until they are done, or time is up."""

    def change() -> Refused | None:
        cases = Case.objects.filter(comment_id=comment_id)
        free = Q(in_hand_of=None) | Q(in_hand_of=moderator_id) | Q(in_hand_until__lte=now)
        if cases.filter(free).update(in_hand_of=moderator_id, in_hand_until=now + IN_HAND_FOR):
            return None
        taken = cases.first()
        if taken is None:
            return Refused("state_changed", status=409)
        return Refused("case_in_hand", status=409, until=taken.in_hand_until)

    return write(change)


def decide(
    decision: str,
    *,
    comment_id: int,
    moderator_id: int,
    rule: str,
    now: datetime,
    batch: int | None = None,
) -> Decided | Refused:
    """One decision, by a moderator who may take decisions here. `rule`: the item of the house rules, for those that take
    something away. Of two moderators who press at one moment the second is told so."""
    return write(
        lambda: _decide(decision, comment_id=comment_id, moderator_id=moderator_id, rule=rule, now=now, batch=batch)
    )


def _decide(
    decision: str, *, comment_id: int, moderator_id: int, rule: str, now: datetime, batch: int | None
) -> Decided | Refused:
    with connection.cursor() as cursor:
        comment = stored_comment(cursor, comment_id)
    if comment is None:
        return Refused("comment_missing", status=404)
    cases = list(Case.objects.filter(comment_id=comment_id))
    taken = next((one for one in cases if one.in_hand_of_id is not None), None)
    refused = decide_deciding(
        decision,
        DecisionFacts(
            actor_id=moderator_id,
            author_id=comment.author_id,
            in_hand_of=None if taken is None else taken.in_hand_of_id,
            in_hand_until=None if taken is None else taken.in_hand_until,
        ),
        now=now,
    )
    if refused is not None:
        return refused
    after = _carry_out(decision, comment_id, moderator_id=moderator_id, rule=rule, state=comment.state, now=now)
    if isinstance(after, Refused):
        return after
    urgent.settle(comment_id, after)
    reports = actions.settle_reports(comment_id, now=now)
    receipts.answered(reports, now=now)
    act = record(
        ActKind(decision),
        actor_id=moderator_id,
        reader_id=comment.author_id,
        comment_id=comment_id,
        thread_id=comment.thread_id,
        rule=rule,
        detail={
            "before": comment.state.value,
            "after": after.value,
            "reports": reports,
            "places": {one.queue: one.place for one in cases},
        },
        batch=batch,
        now=now,
    )
    return Decided(comment_id, after, act.pk)


def _carry_out(
    decision: str, comment_id: int, *, moderator_id: int, rule: str, state: CommentState, now: datetime
) -> CommentState | Refused:
    if decision != ActKind.LEAVE:
        return actions.change_state(decision, comment_id=comment_id, actor_id=moderator_id, reason=rule, now=now)
    # It stands, and whoever was told that it was reported has looked.
    return state if state is CommentState.PUBLISHED else Refused("state_changed", status=409)


def decide_all(decision: str, comment_ids: Sequence[int], *, moderator_id: int, rule: str, now: datetime) -> Tally:
    """The same decision about many, each in a transaction of its own: what is done when the power fails stays done, and
    pressed again the rest follows. All can be undone as one."""
    done, first, refused, batch = 0, 0, dict[str, int](), microseconds(now)
    for comment_id in comment_ids:
        answer = decide(decision, comment_id=comment_id, moderator_id=moderator_id, rule=rule, now=now, batch=batch)
        if isinstance(answer, Refused):
            refused[answer.code] = refused.get(answer.code, 0) + 1
        else:
            done, first = done + 1, first or answer.act_id
    return Tally(done, refused, first)


def undo(act_id: int, *, moderator_id: int, now: datetime) -> Tally | Refused:
    """Everything that was done with one press. Refused when nothing of it could be undone, with the first reason."""
    first = Act.objects.filter(pk=act_id, kind__in=DECISIONS).first()
    if first is None:
        return Refused("act_not_yours", status=403)
    tally, reason = Tally(0, {}), None
    for act in _of_one_press(first):
        refused = write(lambda act=act: _undo(act, moderator_id=moderator_id, now=now))  # type: ignore[misc]
        if refused is None:
            tally = Tally(tally.done + 1, tally.refused)
        else:
            reason = reason or refused
            tally.refused[refused.code] = tally.refused.get(refused.code, 0) + 1
    return tally if reason is None or tally.done else reason


def _of_one_press(first: Act) -> Iterator[Act]:
    if first.batch is None:
        yield first
    else:
        yield from Act.objects.filter(batch=first.batch, actor=first.actor_id).order_by("pk").iterator()


def _undo(act: Act, *, moderator_id: int, now: datetime) -> Refused | None:
    one_at_a_time(f"undo {act.pk}")
    with connection.cursor() as cursor:
        comment = None if act.comment_id is None else stored_comment(cursor, act.comment_id)
    refused = decide_undoing(
        UndoFacts(
            is_own=act.actor_id == moderator_id,
            is_comment=comment is not None,
            was_undone=Act.objects.filter(undoes=act).exists(),
            at=act.at,
            left=act.detail.get("after", ""),
            state="" if comment is None else comment.state.value,
        ),
        now=now,
    )
    if refused is not None or comment is None:
        return refused
    actions.take_back(
        comment.id, before=CommentState(act.detail["before"]), actor_id=moderator_id, reason=UNDONE, now=now
    )
    urgent.settle(comment.id, CommentState(act.detail["before"]))
    actions.open_again(comment.id, act.detail["reports"], now=now)
    for queue, place in act.detail["places"].items():
        # Where it stood: nobody waits longer because of a slip.
        Case.objects.filter(comment_id=comment.id, queue=queue, place__gt=place).update(place=place)
    Case.objects.filter(comment_id=comment.id).update(in_hand_of=None, in_hand_until=None)
    record(
        ActKind.UNDO,
        actor_id=moderator_id,
        reader_id=comment.author_id,
        comment_id=comment.id,
        thread_id=comment.thread_id,
        undoes=act,
        now=now,
    )
    return None
