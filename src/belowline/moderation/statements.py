"""Whoever something is taken from is told what, why and how to object (Digital Services Act, article 17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

from belowline.discussion.actions.facts import moment
from belowline.domain.moderating import RESTRICTIONS, UNDO_FOR, ActKind
from belowline.domain.readers import Standing
from belowline.mail.actions import queue_mail
from belowline.moderation.models import Act

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.accounts.models import Reader

KIND = "statement"


@dataclass(frozen=True, slots=True)
class Statement:
    """What was done to somebody. `written_at` is when the comment was, `is_person` whether a person of the newsroom did it;
    `standing` and `until` what holds about a reader now."""

    act_id: int
    kind: ActKind
    at: datetime
    rule: str
    is_person: bool
    comment_id: int | None
    thread_title: str
    written_at: datetime
    standing: str
    until: str
    reason: str


def tell(act: Act) -> None:
    """Queue the letter, in the transaction of the act; it is written when the act cannot be undone any more. Who has no
    address that is known to be theirs reads it at their comment."""
    if not takes_away(act):
        return
    reader = act.reader
    address = address_of(reader) if reader is not None else ""
    if address and act.actor_id != act.reader_id:
        queue_mail(
            f"act-{act.pk}",
            to=address,
            language=language_of(act),
            kind=KIND,
            payload={"act": act.pk},
            due_at=act.at if act.actor_id is None else act.at + UNDO_FOR,
        )


def statement(act_id: int) -> Statement | None:
    """None for what was undone meanwhile, and for what nobody is told of."""
    found = Act.objects.filter(pk=act_id, kind__in=RESTRICTIONS, undone_by=None, reader__isnull=False)
    act = found.select_related("comment__thread").first()
    return None if act is None else of_act(act)


def of_act(act: Act) -> Statement:
    return Statement(
        act_id=act.pk,
        kind=ActKind(act.kind),
        at=act.at,
        rule=act.rule,
        is_person=act.actor_id is not None,
        comment_id=act.comment_id,
        thread_title=act.comment.thread.title if act.comment is not None else "",
        written_at=moment(act.comment.time_key) if act.comment is not None else act.at,
        standing=act.detail.get("after", "") if act.kind == ActKind.STANDING else "",
        until=act.detail.get("until", ""),
        reason=act.detail.get("reason", ""),
    )


def takes_away(act: Act) -> bool:
    """Trust is given, and what is taken back is given, too."""
    is_given = act.kind == ActKind.STANDING and act.detail.get("after") in {"", Standing.TRUSTED}
    return act.kind in RESTRICTIONS and not is_given


def address_of(reader: Reader) -> str:
    """A member's proved address, or the one that a guest has confirmed; else none."""
    if reader.user_id is not None:
        proved = EmailAddress.objects.filter(user_id=reader.user_id, verified=True).order_by("-primary", "pk")
        return proved.values_list("email", flat=True).first() or ""
    return reader.email if reader.confirmed_at is not None else ""


def language_of(act: Act) -> str:
    return act.comment.thread.language if act.comment is not None else "en"
