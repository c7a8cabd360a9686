"""Adding a line to the ledger, and answering a mistaken one. Nothing here changes a line that is there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from belowline.domain.commenting import Refused
from belowline.domain.ledger import EntryKind, Repeat, period_at
from belowline.domain.money import converted
from belowline.outbox.events import record
from belowline.storage.writer import write
from belowline.support.events import EntryRecorded
from belowline.support.models import Campaign, Entry, Total

if TYPE_CHECKING:
    from datetime import date, datetime

# Any number that nothing else in the database locks.
_PEN = 0x6C656467  # "ledg"
BY_HAND = "manual"
_BY_HAND_KINDS = {EntryKind.OFFLINE, EntryKind.MATCHING, EntryKind.OPENING}


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of the entry's currency in units of the campaign's, on the day it was settled."""

    rate: Decimal
    on: date
    source: str


def take_pen() -> None:
    """From here to the end of the transaction nobody else writes to the ledger.

    Two events of one payment that were taken in side by side would each miss the other's fact. SQLite has one writer at
    a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PEN])


def period_key(campaign: Campaign, at: datetime) -> str:
    """The key of the period that counts `at`; "" outside the counting dates."""
    period = period_at(
        at,
        repeat=Repeat(campaign.repeat),
        zone=ZoneInfo(campaign.time_zone),
        counts_from=campaign.counts_from,
        counts_to=campaign.counts_to,
    )
    return period.key if period else ""


def add_entry(entry: Entry, *, rate: Rate | None = None) -> Entry:
    """Store a new entry with its period and its counted amount, and add it to its period's total.

    Call with the pen, inside a transaction. `rate` is needed where the currency is not the campaign's.
    """
    campaign = entry.campaign
    entry.period = period_key(campaign, entry.effective_at)
    entry.counted_minor = entry.amount_minor
    if campaign.basis == "net" and entry.kind == EntryKind.PAYMENT:
        entry.counted_minor -= entry.fee_minor
    if entry.currency != campaign.currency:
        assert rate is not None, entry.currency
        entry.fx_rate, entry.fx_on, entry.fx_source = rate.rate, rate.on, rate.source
        entry.counted_minor = converted(
            entry.counted_minor, entry.currency, to=campaign.currency, rate=Decimal(rate.rate)
        )
    entry.save(force_insert=True)
    _add_to_total(entry)
    record(EntryRecorded(campaign.pk, entry_id=entry.pk, kind=entry.kind))
    return entry


def _add_to_total(entry: Entry) -> None:
    total, _is_new = Total.objects.get_or_create(campaign_id=entry.campaign_id, period=entry.period)
    is_by_hand = entry.kind in _BY_HAND_KINDS or (entry.reverses is not None and entry.reverses.kind in _BY_HAND_KINDS)
    changes: dict[str, Any] = {"counted_minor": F("counted_minor") + entry.counted_minor}
    if is_by_hand:
        changes["offline_minor"] = F("offline_minor") + entry.counted_minor
    if entry.kind == EntryKind.PAYMENT:
        changes["payments"] = F("payments") + 1
    if entry.fx_on is not None:
        day = Value(entry.fx_on, output_field=Total._meta.get_field("rate_on"))
        changes["rate_on"] = Greatest(Coalesce("rate_on", day), day)
    Total.objects.filter(pk=total.pk).update(**changes)


def reverse_entry(entry_id: int, *, reason: str, by_id: int, now: datetime) -> Entry | Refused:
    """Answer an entry by its opposite, in the same period, with the reason.

    Refused: `entry_missing`, `reason_missing`, `entry_reversed` (once is enough), `entry_is_reversal` (record what is
    right as a new entry), `entry_from_provider` (refund it there: the ledger must not say what the bank does not).
    """
    if not reason.strip():
        return Refused("reason_missing", status=422)

    def store() -> Entry | Refused:
        take_pen()
        wrong = Entry.objects.select_related("campaign").filter(pk=entry_id).first()
        if wrong is None:
            return Refused("entry_missing", status=404)
        if wrong.reverses_id is not None:
            return Refused("entry_is_reversal", status=409)
        if wrong.provider != BY_HAND:
            return Refused("entry_from_provider", status=409)
        if Entry.objects.filter(reverses=wrong).exists():
            return Refused("entry_reversed", status=409)
        rate = Rate(wrong.fx_rate, wrong.fx_on, wrong.fx_source) if wrong.fx_rate and wrong.fx_on else None
        opposite = Entry(
            campaign=wrong.campaign,
            kind=EntryKind.ADJUSTMENT,
            amount_minor=-wrong.amount_minor,
            currency=wrong.currency,
            effective_at=wrong.effective_at,
            recorded_at=now,
            provider=BY_HAND,
            note=reason.strip()[:300],
            entered_by_id=by_id,
            reverses=wrong,
        )
        return add_entry(opposite, rate=rate)

    return write(store)
