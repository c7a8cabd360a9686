"""The record of what staff do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from belowline.accounts.models import Reader, User
from belowline.domain.moderating import RESTRICTIONS
from belowline.moderation.models import Act
from belowline.moderation.statements import tell

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.domain.moderating import ActKind

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class StandingFacts:
    is_staff: bool
    is_last_administrator: bool


def facts_about(reader_id: int, *, actor_id: int | None) -> StandingFacts | None:
    """None for somebody who does not exist."""
    reader = Reader.objects.filter(pk=reader_id, merged_into=None).select_related("user").first()
    if reader is None:
        return None
    administrators = set(
        User.objects.filter(is_active=True, groups__name=ADMINISTRATOR).values_list("pk", flat=True).distinct()
    )
    return StandingFacts(
        is_staff=reader.user is not None and reader.user.groups.exists(),
        is_last_administrator=administrators == {reader.user_id},
    )


def record(
    kind: ActKind,
    *,
    actor_id: int | None,
    now: datetime,
    reader_id: int | None = None,
    comment_id: int | None = None,
    thread_id: int | None = None,
    rule: str = "",
    cause: str = "",
    detail: dict[str, Any] | None = None,
    batch: int | None = None,
    undoes: Act | None = None,
) -> Act:
    """In the transaction of what was done. Whom it takes something from is told, once it cannot be undone any more."""
    act = Act.objects.create(
        kind=kind.value,
        actor_id=actor_id,
        reader_id=reader_id,
        comment_id=comment_id,
        thread_id=thread_id,
        rule=rule,
        cause=cause[:500],
        detail=detail or {},
        batch=batch,
        undoes=undoes,
        at=now,
    )
    if kind in RESTRICTIONS:
        tell(act)
    return act
