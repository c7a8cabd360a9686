"""Which discussions are kept in another way than their subjects say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from belowline.discussion.models import Thread

if TYPE_CHECKING:
    from collections.abc import Collection

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """`mode` and `reason` are what holds there; `is_ruled`: it has hours, a slow pace or an end."""

    thread_id: int
    title: str
    mode: str
    reason: str
    is_mode_kept: bool
    is_ruled: bool


def kept_threads(*, raided: Collection[int]) -> list[Kept]:
    """With a mode or rules of moderators, or with raid mode; the newest first."""
    found = (
        Thread.objects.filter(Q(is_mode_kept=True) | Q(rules__isnull=False) | Q(pk__in=raided), merged_into=None)
        .select_related("rules")
        .order_by("-pk")[:SHOWN]
    )
    return [
        Kept(one.pk, one.title, one.mode, one.mode_reason, one.is_mode_kept, hasattr(one, "rules")) for one in found
    ]
