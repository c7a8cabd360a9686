"""Taking a published article away for good: a dated notice at its address, and nothing else of it in public.

A withdrawal is decided by the one who asks. A retraction says that the newsroom was wrong, and takes two people
(domain/second_person.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from belowline.domain.second_person import Second, may_decide
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import ArticlePage, Withdrawal, WithdrawalKind

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.accounts.models import User
    from belowline.newsroom.models import WithdrawnDiscussion

RIGHT = "newsroom.withdraw_articlepage"
TEXT_LEAST = 20


@transaction.atomic
def ask_for_withdrawal(
    article_id: int, *, kind: WithdrawalKind, text: str, discussion: WithdrawnDiscussion, by: User, now: datetime
) -> Withdrawal | Denied:
    """Write the notice. A withdrawal is carried out at once, a retraction waits for a second person."""
    page = ArticlePage.objects.select_for_update().filter(pk=article_id, live=True).first()
    if page is None:
        return Denied("article_not_public")
    if not by.has_perm(RIGHT):
        return Denied("not_allowed")
    if len(text.strip()) < TEXT_LEAST:
        return Denied("notice_too_short")
    withdrawal, _ = Withdrawal.objects.update_or_create(
        article_id=article_id,
        defaults={
            "slug": page.slug,
            "language": page.language,
            "headline": page.title,
            "kind": kind,
            "text": text.strip(),
            "discussion": discussion,
            "asked_by": by,
            "asked_at": now,
            "decided_by": None,
            "decided_at": None,
            "is_alone": False,
        },
    )
    if kind == WithdrawalKind.WITHDRAWN:
        _carry_out(withdrawal, page=page, by=by, now=now)
    return withdrawal


@transaction.atomic
def decide_withdrawal(article_id: int, *, by: User, now: datetime) -> Withdrawal | Denied:
    """Carry out what somebody asked for."""
    withdrawal = Withdrawal.objects.select_for_update().filter(pk=article_id, decided_at__isnull=True).first()
    page = ArticlePage.objects.filter(pk=article_id, live=True).first()
    if withdrawal is None or page is None:
        return Denied("withdrawal_missing")
    answer = may_decide(
        decider_id=by.pk, asker_id=withdrawal.asked_by_id, asked_at=withdrawal.asked_at, now=now, holder_ids=holders()
    )
    if answer not in {Second.ALLOWED, Second.ALONE}:
        return Denied(str(answer))
    _carry_out(withdrawal, page=page, by=by, now=now, is_alone=answer is Second.ALONE)
    return withdrawal


@transaction.atomic
def drop_withdrawal(article_id: int) -> None:
    """Take back what was asked for and not decided."""
    Withdrawal.objects.filter(pk=article_id, decided_at__isnull=True).delete()


def holders() -> frozenset[int]:
    """The active users who may withdraw and retract."""
    app, _, codename = RIGHT.partition(".")
    held = Q(content_type__app_label=app, codename=codename)
    permitted = Q(groups__permissions__in=_permissions(held)) | Q(user_permissions__in=_permissions(held))
    users = get_user_model().objects.filter(permitted | Q(is_superuser=True), is_active=True)
    return frozenset(users.values_list("pk", flat=True))


def _permissions(held: Q) -> object:
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(held)


def _carry_out(withdrawal: Withdrawal, *, page: ArticlePage, by: User, now: datetime, is_alone: bool = False) -> None:
    # First the row: the event of the article's going tells what becomes of its discussion (publication.py).
    withdrawal.decided_by, withdrawal.decided_at, withdrawal.is_alone = by, now, is_alone
    withdrawal.save()
    page.unpublish(user=by)
