"""Filing how the ledger and a provider's own list compare. Nothing is repaired: a person reads it and decides."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from belowline.domain.ledger import EntryKind, Settled, differences
from belowline.storage.writer import write
from belowline.support.models import Entry, Reconciliation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# More than this cannot be read by a person either; the count is always whole.
DIFFERENCES_KEPT = 500
# The two clocks differ a little: the provider's list must reach this far beyond both ends.
MARGIN = timedelta(days=3)
# A dispute is entered when it is lost and booked when it is opened, weeks apart: the provider's own page shows those.
_COMPARED = [EntryKind.PAYMENT, EntryKind.REFUND, EntryKind.ADJUSTMENT]


def file_reconciliation(
    provider: str,
    theirs: Sequence[Settled],
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    problem: str = "",
) -> Reconciliation:
    """Compare what was settled from `since` up to `until`, and keep what differs. `theirs` reaches MARGIN further."""
    listed = {(one.kind, one.ref): one for one in theirs if one.kind in _COMPARED}
    inside = {key for key, one in listed.items() if since <= one.at < until}
    rows = Entry.objects.filter(provider=provider, kind__in=_COMPARED)
    ours = [*rows.filter(effective_at__gte=since, effective_at__lt=until)]
    wanted = sorted({ref for _kind, ref in inside} - {row.provider_ref for row in ours})
    for start in range(0, len(wanted), _CHUNK):
        ours += rows.filter(provider_ref__in=wanted[start : start + _CHUNK])
    here = {(EntryKind(row.kind), row.provider_ref): _as_settled(row) for row in ours}
    there = [one for key, one in listed.items() if key in inside or key in here]
    found = [] if problem else differences(here.values(), there)
    return write(
        lambda: Reconciliation.objects.create(
            provider=provider,
            since=since,
            until=until,
            ran_at=now,
            compared=0 if problem else len(inside),
            differences=[asdict(one) for one in found[:DIFFERENCES_KEPT]],
            problem=problem[:300],
        )
    )


# SQLite takes a limited number of parameters.
_CHUNK = 500


def _as_settled(row: Entry) -> Settled:
    return Settled(EntryKind(row.kind), row.provider_ref, row.amount_minor, row.currency, row.effective_at)
