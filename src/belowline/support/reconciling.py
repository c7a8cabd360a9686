"""Asking a provider for its own list and filing how it compares. By night a timer does it, by day a treasurer."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from belowline.support.actions import file_reconciliation
from belowline.support.actions.reconcile import MARGIN
from belowline.support.providers.base import ProviderAway

if TYPE_CHECKING:
    from belowline.support.models import Reconciliation
    from belowline.support.providers.base import Provider

DAYS = 35
# What was settled a moment ago may still be on its way to us.
SETTLING = timedelta(hours=1)

log = logging.getLogger(__name__)


def reconcile(name: str, provider: Provider, *, now: datetime, days: int = DAYS) -> Reconciliation:
    """Compare the last `days` and file the differences. A provider that does not answer is filed as well."""
    until = now - SETTLING
    since = until - timedelta(days=days)
    try:
        theirs = provider.fetch(since - MARGIN, until + MARGIN)
    except ProviderAway as away:
        log.warning("provider_away", extra={"provider": name, "reason": str(away)})
        return file_reconciliation(name, [], since=since, until=until, now=now, problem=str(away))
    return file_reconciliation(name, theirs, since=since, until=until, now=now)
