"""Filing how the ledger and a provider's own list compare. Nothing is repaired: a person reads it and decides."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from belowline.domain.ledger import EntryKind, Settled, differences
from belowline.storage.writer import write
from belowline.support.models import Entry, Reconciliation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# More than this cannot be read by a person either; the count is always whole.
DIFFERENCES_KEPT = 500
_COMPARED = [EntryKind.PAYMENT, EntryKind.REFUND, EntryKind.DISPUTE_LOST, EntryKind.ADJUSTMENT]


def file_reconciliation(
    provider: str,
    theirs: Sequence[Settled],
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    problem: str = "",
) -> Reconciliation:
    """Compare the ledger's entries from `since` up to `until` with the provider's list, and keep what differs."""
    rows = Entry.objects.filter(
        provider=provider, kind__in=_COMPARED, effective_at__gte=since, effective_at__lt=until
    ).order_by("pk")
    here = [
        Settled(EntryKind(row.kind), row.provider_ref, row.amount_minor, row.currency, row.effective_at)
        for row in rows.iterator()
    ]
    found = [] if problem else differences(here, theirs)
    return write(
        lambda: Reconciliation.objects.create(
            provider=provider,
            since=since,
            until=until,
            ran_at=now,
            compared=0 if problem else len(theirs),
            differences=[asdict(one) for one in found[:DIFFERENCES_KEPT]],
            problem=problem[:300],
        )
    )
