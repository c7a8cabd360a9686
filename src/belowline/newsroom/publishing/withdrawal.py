"""Taking a published article away for good: a dated notice at its address, and nothing else of it in public.

A withdrawal is decided by the one who asks. A retraction says that the newsroom was wrong, and takes two people
(domain/second_person.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from belowline.accounts.queries import holders_of
from belowline.domain.second_person import Second, may_decide
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import ArticlePage, Withdrawal, WithdrawalKind

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.accounts.models import User
    from belowline.newsroom.models import WithdrawnDiscussion

RIGHT = "newsroom.withdraw_articlepage"
TEXT_LEAST = 20


class StillRetracted(Exception):
    """Publishing it again would undo alone what two people decided."""

    @property
    def sentence(self) -> str:
        return _(
            "This article was retracted. Before it is published again, one person asks for it and another allows it: "
            "“Withdraw or retract” in the article’s menu."
        )


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
    withdrawal, _is_new = Withdrawal.objects.update_or_create(
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
            "return_reason": "",
            "return_asked_by": None,
            "return_asked_at": None,
            "return_allowed_by": None,
            "return_allowed_at": None,
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


def require_allowed(article_id: int) -> None:
    """Before every publication. Raises StillRetracted."""
    found = Withdrawal.objects.filter(pk=article_id).first()
    if found is not None and found.holds_back:
        raise StillRetracted


@transaction.atomic
def ask_for_return(article_id: int, *, reason: str, by: User, now: datetime) -> Withdrawal | Denied:
    """Ask that a retracted article may be published again. Asking anew begins anew."""
    found = Withdrawal.objects.select_for_update().filter(pk=article_id).first()
    if found is None or not found.holds_back:
        return Denied("not_retracted")
    if not by.has_perm(RIGHT):
        return Denied("not_allowed")
    if len(reason.strip()) < TEXT_LEAST:
        return Denied("return_reason_too_short")
    found.return_reason = reason.strip()[:500]
    found.return_asked_by, found.return_asked_at = by, now
    found.save()
    return found


@transaction.atomic
def allow_return(article_id: int, *, by: User, now: datetime) -> Withdrawal | Denied:
    """The second person's word. It publishes nothing: from now on an editor may."""
    found = Withdrawal.objects.select_for_update().filter(pk=article_id).first()
    if found is None or not found.holds_back or found.return_asked_at is None:
        return Denied("return_missing")
    answer = may_decide(
        decider_id=by.pk,
        asker_id=found.return_asked_by_id,
        asked_at=found.return_asked_at,
        now=now,
        holder_ids=holders(),
    )
    if answer not in {Second.ALLOWED, Second.ALONE}:
        return Denied(str(answer))
    found.return_allowed_by, found.return_allowed_at = by, now
    found.save()
    page = ArticlePage.objects.filter(pk=article_id).first()
    if page is not None:
        log(
            page,
            "newsroom.return_allowed",
            user=by,
            data={"reason": found.return_reason, "is_alone": answer is Second.ALONE},
        )
    return found


@transaction.atomic
def drop_return(article_id: int) -> None:
    """Take the question back, as long as nobody has answered it."""
    Withdrawal.objects.filter(pk=article_id, return_allowed_at__isnull=True).update(
        return_reason="", return_asked_by=None, return_asked_at=None
    )


def holders() -> frozenset[int]:
    """The active users who may withdraw and retract."""
    return holders_of(RIGHT)


def _carry_out(withdrawal: Withdrawal, *, page: ArticlePage, by: User, now: datetime, is_alone: bool = False) -> None:
    # First the row: the event of the article's going tells what becomes of its discussion (publication.py).
    withdrawal.decided_by, withdrawal.decided_at, withdrawal.is_alone = by, now, is_alone
    withdrawal.save()
    page.unpublish(user=by)
