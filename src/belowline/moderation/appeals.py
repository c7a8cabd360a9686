"""Appeals: whoever something was taken from objects, and another person decides (domain.appeals)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.appeals import AppealFacts, DeciderFacts, decide_answering, decide_appealing
from belowline.domain.commenting import CommentState, Refused
from belowline.domain.moderating import RESTRICTIONS, ActKind
from belowline.mail.actions import queue_mail
from belowline.moderation import receipts, urgent
from belowline.moderation.acts import record
from belowline.moderation.models import Act, Appeal, ReaderStanding
from belowline.moderation.roles import moderator_ids
from belowline.moderation.statements import address_of, language_of, takes_away
from belowline.storage.turns import one_at_a_time
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

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
            kind=act.kind if takes_away(act) else "",
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
        refused, is_alone = decide_answering(_facts(found, moderator_id), text, now=now)
        if refused is not None:
            return refused
        found.was_given_back = is_overturned and _give_back(found.act, moderator_id=moderator_id, now=now)
        found.state = Appeal.OVERTURNED if is_overturned else Appeal.UPHELD
        found.answer, found.decided_by_id, found.decided_at, found.is_alone = text.strip(), moderator_id, now, is_alone
        found.save()
        _record(found, now=now)
        return None

    return write(change)


def objection(found: Appeal, *, moderator_id: int, now: datetime) -> Refused | None:
    """Why this moderator may not answer it now; None: they may."""
    return decide_answering(_facts(found, moderator_id), "x", now=now)[0]


def _facts(found: Appeal, moderator_id: int) -> DeciderFacts:
    return DeciderFacts(
        decider_id=moderator_id,
        actor_id=found.act.actor_id,
        reader_id=found.reader_id,
        asked_at=found.at,
        is_open=found.state == Appeal.OPEN and not Act.objects.filter(undoes=found.act).exists(),
        holder_ids=moderator_ids(),
    )


def _open() -> QuerySet[Appeal]:
    """What was taken back since, nobody has to answer."""
    return Appeal.objects.filter(state=Appeal.OPEN, act__undone_by=None)


def waiting() -> list[Appeal]:
    """The longest waiting first."""
    return list(_open().select_related("act", "reader").order_by("at", "pk")[:SHOWN])


def count_waiting() -> int:
    return _open().count()


def answered() -> list[Appeal]:
    """The latest answers, newest first."""
    found = Appeal.objects.exclude(state=Appeal.OPEN).select_related("act", "reader")
    return list(found.order_by("-decided_at", "-pk")[:SHOWN])


def appeal_to(act_id: int) -> Appeal | None:
    return Appeal.objects.filter(act=act_id).first()


def with_act(appeal_id: int) -> Appeal | None:
    """For whoever answers it."""
    found = Appeal.objects.select_related("act__actor", "act__comment__thread", "reader", "decided_by")
    return found.filter(pk=appeal_id).first()


def decision(act_id: int, *, reader_id: int) -> Act | None:
    """What was taken from this reader; None for acts about others, and for what takes nothing away."""
    act = Act.objects.filter(pk=act_id, reader=reader_id).select_related("comment__thread").first()
    return act if act is not None and takes_away(act) else None


def decisions_about(reader_id: int, *, before: int, at_most: int) -> list[Act]:
    """What was taken from this reader, newest first, the taken back too; `before`: the id of the last one seen."""
    found = Act.objects.filter(reader=reader_id, kind__in=RESTRICTIONS, pk__lt=before)
    shown = found.select_related("comment__thread", "undone_by").order_by("-pk")[:at_most]
    return [act for act in shown if takes_away(act)]


def about_comment(comment_id: int) -> int | None:
    """The act by which a comment is where it is; None when nobody decided that."""
    found = Act.objects.filter(comment=comment_id, kind__in=RESTRICTIONS, undone_by=None)
    return found.order_by("-pk").values_list("pk", flat=True).first()


def _give_back(act: Act, *, moderator_id: int, now: datetime) -> bool:
    """Whether there was anything to give back: what somebody else has decided since, or its author deleted, stays so."""
    if act.kind == ActKind.STANDING:
        return bool(ReaderStanding.objects.filter(reader=act.reader_id, act=act).delete()[0])
    left = CommentState.HELD.value if act.kind == ActKind.URGENT_HIDE else act.detail.get("after")
    comment = None if act.comment_id is None else Comment.objects.filter(pk=act.comment_id, state=left).first()
    if comment is None:
        return False
    decision = "restore" if comment.state == CommentState.REMOVED else "approve"
    after = actions.change_state(decision, comment_id=comment.pk, actor_id=moderator_id, reason=REASON, now=now)
    if isinstance(after, Refused):
        return False
    urgent.settle(comment.pk, after)
    receipts.answered(actions.settle_reports(comment.pk, now=now), now=now)
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
