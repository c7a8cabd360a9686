"""Appeals: whoever something was taken from objects, and another person decides (domain.appeals)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.appeals import AppealFacts, DeciderFacts, decide_answering, decide_appealing
from belowline.domain.commenting import CommentState, Refused
from belowline.domain.moderating import ActKind
from belowline.mail.actions import queue_mail
from belowline.moderation import urgent
from belowline.moderation.acts import record
from belowline.moderation.models import Act, Appeal, ReaderStanding
from belowline.moderation.roles import moderator_ids
from belowline.moderation.statements import address_of, language_of
from belowline.storage.turns import one_at_a_time
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

KIND = "appeal"
# Why a comment stands again, in its history.
REASON = "appeal"
SHOWN = 100


def appeal(act_id: int, *, reader_id: int, text: str, now: datetime) -> int | Refused:
    """The appeal's id. Of two presses at one moment the second is told that it was asked already."""

    def change() -> int | Refused:
        one_at_a_time(f"appeal {act_id}")
        act = Act.objects.filter(pk=act_id).first()
        if act is None:
            return Refused("appeal_unknown", status=404)
        facts = AppealFacts(
            is_own=act.reader_id == reader_id,
            kind=act.kind,
            at=act.at,
            was_undone=Act.objects.filter(undoes=act).exists(),
            is_asked=Appeal.objects.filter(act=act).exists(),
        )
        refused = decide_appealing(facts, text, now=now)
        if refused is not None:
            return refused
        return Appeal.objects.create(act=act, reader_id=reader_id, text=text.strip(), at=now).pk

    return write(change)


def answer(appeal_id: int, *, is_overturned: bool, text: str, moderator_id: int, now: datetime) -> Refused | None:
    """None: decided. Overturned, what was taken is given back in the same transaction, as far as it is still there."""

    def change() -> Refused | None:
        one_at_a_time(f"answer {appeal_id}")
        found = Appeal.objects.filter(pk=appeal_id).select_related("act", "reader").first()
        if found is None:
            return Refused("appeal_unknown", status=404)
        refused, is_alone = decide_answering(
            DeciderFacts(
                decider_id=moderator_id,
                actor_id=found.act.actor_id,
                reader_id=found.reader_id,
                asked_at=found.at,
                is_open=found.state == Appeal.OPEN,
                holder_ids=moderator_ids(),
            ),
            text,
            now=now,
        )
        if refused is not None:
            return refused
        found.was_given_back = is_overturned and _give_back(found.act, moderator_id=moderator_id, now=now)
        found.state = Appeal.OVERTURNED if is_overturned else Appeal.UPHELD
        found.answer, found.decided_by_id, found.decided_at, found.is_alone = text.strip(), moderator_id, now, is_alone
        found.save()
        _record(found, now=now)
        return None

    return write(change)


def waiting() -> list[Appeal]:
    found = Appeal.objects.filter(state=Appeal.OPEN).select_related("act__actor", "act__comment__thread", "reader")
    return list(found.order_by("at", "pk")[:SHOWN])


def count_waiting() -> int:
    return Appeal.objects.filter(state=Appeal.OPEN).count()


def _give_back(act: Act, *, moderator_id: int, now: datetime) -> bool:
    """Whether there was anything to give back: what somebody else has decided since, or its author deleted, stays so."""
    if act.kind == ActKind.STANDING:
        return bool(ReaderStanding.objects.filter(reader=act.reader_id, act=act).delete()[0])
    left = CommentState.HELD.value if act.kind == ActKind.URGENT_HIDE else act.detail.get("after")
    comment = Comment.objects.filter(pk=act.comment_id, state=left).first()
    if comment is None:
        return False
    decision = "restore" if comment.state == CommentState.REMOVED else "approve"
    after = actions.change_state(
        decision, comment_id=comment.pk, actor_id=moderator_id, reason=REASON, now=now
    )
    if isinstance(after, Refused):
        return False
    urgent.settle(comment.pk, after)
    actions.settle_reports(comment.pk, now=now)
    return True


def _record(found: Appeal, *, now: datetime) -> None:
    is_overturned = found.state == Appeal.OVERTURNED
    record(
        ActKind.APPEAL_OVERTURNED if is_overturned else ActKind.APPEAL_UPHELD,
        actor_id=found.decided_by_id,
        reader_id=found.reader_id,
        comment_id=found.act.comment_id,
        thread_id=found.act.thread_id,
        rule=found.act.rule,
        detail={"appeal": found.pk, "act": found.act_id, "is_alone": found.is_alone},
        undoes=found.act if found.was_given_back else None,
        now=now,
    )
    address = address_of(found.reader)
    if address:
        queue_mail(
            f"appeal-{found.pk}",
            to=address,
            language=language_of(found.act),
            kind=KIND,
            payload={"appeal": found.pk},
            due_at=now,
        )
