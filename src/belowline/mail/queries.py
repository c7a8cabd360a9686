"""What is known of the mail: whether it works, whom it reaches, what is in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Sum

from belowline.mail.actions import digest
from belowline.mail.models import Address, Letter, LetterState, MailboxHealth, MailHealth, ReturnCount

# A server that is restarted is no reason to change what readers are told.
AWAY_FOR_LONG = timedelta(hours=1)
ON_ITS_WAY = timedelta(minutes=15)


def is_working(*, now: datetime) -> bool:
    """Whether a reader who is sent something may expect it. The demo's own mailbox always takes it."""
    if settings.CONFIG.demo and not settings.CONFIG.mail.url:
        return True
    if not settings.CONFIG.mail.url or not settings.CONFIG.mail.sender:
        return False
    health = MailHealth.objects.filter(pk=1).first()
    return health is None or health.failing_since is None or now - health.failing_since < AWAY_FOR_LONG


def closed_because(email: str) -> str:
    """`bounced` or `complained` for an address that gets no mail, else empty."""
    found = Address.objects.filter(digest=digest(email), closed_at__isnull=False).values_list("why", flat=True)
    return found[0] if found else ""


def doubtful_letters(*, now: datetime) -> list[str]:
    """The keys of letters that were being handed over when their sender was killed; at most ten, the newest first."""
    found = Letter.objects.filter(state=LetterState.ENDING, ended_at__lt=now - ON_ITS_WAY).order_by("-ended_at")
    return list(found.values_list("key", flat=True)[:10])


def waiting_since(*, now: datetime) -> datetime | None:
    """When the oldest letter was queued that should have gone out by now."""
    late = Letter.objects.filter(state=LetterState.WAITING, queued_at__lt=now - ON_ITS_WAY, tries=0)
    found = late.filter(due_at__lte=now + ON_ITS_WAY).order_by("due_at").values_list("queued_at", flat=True)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Stopped:
    """`why`: `bounced` or `complained`."""

    since: datetime
    why: str


def stopped(email: str) -> Stopped | None:
    """Since when an address gets no mail that it did not ask for, and why."""
    found = Address.objects.filter(digest=digest(email), closed_at__isnull=False).first() if email else None
    return None if found is None or found.closed_at is None else Stopped(found.closed_at, found.why)


def returned_since(day: date) -> dict[str, int]:
    """How many mails of each kind came back (the names of mail.returning.Outcome), from this day on."""
    found = ReturnCount.objects.filter(day__gte=day).values_list("outcome").annotate(Sum("count"))
    return dict(found.order_by("outcome"))


def mailbox_health() -> MailboxHealth | None:
    return MailboxHealth.objects.filter(pk=1).first()
