"""The ledger's decisions: which period a moment falls into, what a payment has become, which entries are due.

A provider tells facts about payments, several times and in any order. What is known of one payment is the set of its
facts; the entries that are due are a function of this set, and a larger set never takes an entry back. So the ledger
only grows, and every order of the same facts leads to the same ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo


class Repeat(StrEnum):
    NONE = "none"
    MONTHLY = "monthly"
    YEARLY = "yearly"


class EntryKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE_LOST = "dispute_lost"
    OFFLINE = "offline"
    MATCHING = "matching"
    ADJUSTMENT = "adjustment"
    OPENING = "opening"


class FactKind(StrEnum):
    """What a provider can tell. `IGNORED` is kept, so that nothing that was told is lost, and changes nothing."""

    PENDING = "pending"
    FAILED = "failed"
    SETTLED = "settled"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    LINKED = "linked"
    IGNORED = "ignored"


class GiftState(IntEnum):
    """A gift only rises. What was paid stays paid, whatever is told later of an earlier attempt."""

    STARTED = 0
    FAILED = 1
    PENDING = 2
    PAID = 3


class DisputeState(IntEnum):
    OPEN = 0
    WON = 1
    LOST = 2


@dataclass(frozen=True, slots=True)
class Period:
    """From `starts_at` up to, not including, `ends_at`. `key` is "2026-03", "2026" or "whole"."""

    key: str
    starts_at: datetime
    ends_at: datetime | None


def period_at(
    at: datetime, *, repeat: Repeat, zone: ZoneInfo, counts_from: datetime, counts_to: datetime | None
) -> Period | None:
    """The period that counts what happens at `at`; None outside the counting dates.

    Months and years begin at midnight in `zone`; the first and the last are cut by the counting dates.
    """
    if at < counts_from or (counts_to is not None and at >= counts_to):
        return None
    if repeat is Repeat.NONE:
        return Period("whole", counts_from, counts_to)
    local = at.astimezone(zone)
    first = datetime(local.year, local.month if repeat is Repeat.MONTHLY else 1, 1, tzinfo=zone)
    # 32 days on is the next month, 366 the next year; both from a first day.
    days = 32 if repeat is Repeat.MONTHLY else 366
    following = (first.replace(tzinfo=None) + timedelta(days=days)).replace(day=1, tzinfo=zone)
    key = f"{first:%Y-%m}" if repeat is Repeat.MONTHLY else f"{first.year:04d}"
    ends_at = following if counts_to is None else min(following, counts_to)
    return Period(key, max(first, counts_from), ends_at)


def keys_around(at: datetime) -> list[str]:
    """The key of every period that may run at `at` in some time zone: what a page asks for before it knows the zone."""
    days = [at + timedelta(hours=hours) for hours in (-26, 0, 26)]
    return sorted({"whole", *(f"{day:%Y-%m}" for day in days), *(f"{day.year:04d}" for day in days)})


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a provider told about a payment.

    `payment_ref` names the payment, `txn_ref` what happened to it (the refund, the dispute; for `LINKED` the other name
    of the payment). `gift` is our own name of the gift, where the provider repeats it. Amounts are above 0, in minor
    units.
    """

    kind: FactKind
    payment_ref: str
    at: datetime
    txn_ref: str = ""
    amount_minor: int = 0
    fee_minor: int = 0
    currency: str = ""
    gift: str = ""
    subscription_ref: str = ""


@dataclass(frozen=True, slots=True)
class DueEntry:
    """An entry that the facts ask for. `(kind, ref)` is unique at its provider."""

    kind: EntryKind
    ref: str
    payment_ref: str
    amount_minor: int
    fee_minor: int
    currency: str
    at: datetime


def due_entries(facts: Iterable[Fact]) -> list[DueEntry]:
    """The entries that these facts of one payment ask for, each once, whatever the order and however often told.

    A payment counts when it is settled and its gift is known. What is taken back of it counts only beside it: a refund
    that is told first waits for its payment. An open or a won dispute makes no entry.
    """
    known = set(facts)
    settled = sorted((one for one in known if one.kind is FactKind.SETTLED and one.gift), key=_order)
    if not settled:
        return []
    payments = {one.payment_ref: one for one in reversed(settled)}
    due = [_entry(EntryKind.PAYMENT, one.payment_ref, one, sign=1) for one in payments.values()]
    refunds = _first_of_each(known, FactKind.REFUNDED)
    due += [_entry(EntryKind.REFUND, ref, one, sign=-1) for ref, one in refunds.items()]
    failed = _first_of_each(known, FactKind.REFUND_FAILED)
    due += [_entry(EntryKind.ADJUSTMENT, ref, one, sign=1) for ref, one in failed.items() if ref in refunds]
    lost = _first_of_each(known, FactKind.DISPUTE_LOST)
    due += [_entry(EntryKind.DISPUTE_LOST, ref, one, sign=-1) for ref, one in lost.items()]
    return sorted(due, key=lambda entry: (entry.at, entry.kind, entry.ref))


def _order(fact: Fact) -> tuple[datetime, str, str, int]:
    return (fact.at, fact.payment_ref, fact.txn_ref, fact.amount_minor)


def _first_of_each(facts: Iterable[Fact], kind: FactKind) -> dict[str, Fact]:
    found = sorted((one for one in facts if one.kind is kind), key=_order, reverse=True)
    return {one.txn_ref: one for one in found}


def _entry(kind: EntryKind, ref: str, fact: Fact, *, sign: int) -> DueEntry:
    return DueEntry(
        kind=kind,
        ref=ref,
        payment_ref=fact.payment_ref,
        amount_minor=sign * fact.amount_minor,
        fee_minor=fact.fee_minor,
        currency=fact.currency,
        at=fact.at,
    )


_STATES = {
    FactKind.FAILED: GiftState.FAILED,
    FactKind.PENDING: GiftState.PENDING,
    FactKind.SETTLED: GiftState.PAID,
}


def gift_state(facts: Iterable[Fact]) -> GiftState:
    """The highest state that any of the facts has reached."""
    return max((_STATES[one.kind] for one in facts if one.kind in _STATES), default=GiftState.STARTED)


def held_out(facts: Iterable[Fact]) -> int:
    """Minor units that the meter leaves out for now: open disputes of a settled payment."""
    known = list(facts)
    if not any(one.kind is FactKind.SETTLED and one.gift for one in known):
        return 0
    amounts: dict[str, int] = {}
    states: dict[str, DisputeState] = {}
    disputes = {
        FactKind.DISPUTE_OPENED: DisputeState.OPEN,
        FactKind.DISPUTE_WON: DisputeState.WON,
        FactKind.DISPUTE_LOST: DisputeState.LOST,
    }
    for one in known:
        if one.kind in disputes:
            states[one.txn_ref] = max(states.get(one.txn_ref, DisputeState.OPEN), disputes[one.kind])
            amounts[one.txn_ref] = max(amounts.get(one.txn_ref, 0), one.amount_minor)
    return sum(amounts[ref] for ref, state in states.items() if state is DisputeState.OPEN)


@dataclass(frozen=True, slots=True)
class Settled:
    """One transaction as the provider's own list has it, for the reconciliation. Amounts are signed."""

    kind: EntryKind
    ref: str
    amount_minor: int
    currency: str
    at: datetime


class DifferenceKind(StrEnum):
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Difference:
    """Amounts are signed and in minor units; 0 on the side where it is missing."""

    kind: DifferenceKind
    entry_kind: str
    ref: str
    here_minor: int
    there_minor: int
    currency: str


def differences(here: Iterable[Settled], there: Iterable[Settled]) -> list[Difference]:
    """Where the ledger and the provider's list disagree, in the order of their references. Nothing is repaired."""
    ours = {(one.kind, one.ref): one for one in here}
    theirs = {(one.kind, one.ref): one for one in there}
    found = []
    for kind, ref in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get((kind, ref)), theirs.get((kind, ref))
        if mine is None and other is not None:
            found.append(Difference(DifferenceKind.MISSING_HERE, kind, ref, 0, other.amount_minor, other.currency))
        elif other is None and mine is not None:
            found.append(Difference(DifferenceKind.MISSING_THERE, kind, ref, mine.amount_minor, 0, mine.currency))
        elif (
            mine is not None
            and other is not None
            and (mine.amount_minor, mine.currency)
            != (
                other.amount_minor,
                other.currency,
            )
        ):
            found.append(
                Difference(DifferenceKind.AMOUNT, kind, ref, mine.amount_minor, other.amount_minor, other.currency)
            )
    return found
