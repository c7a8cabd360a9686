"""Taking in what a provider tells: the fact, and the entries that are due by it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import IntegrityError
from django.db.models import F, Q

from belowline.domain.commenting import Refused
from belowline.domain.ledger import Fact, FactKind, GiftState, due_entries, gift_state, held_out
from belowline.outbox.events import record
from belowline.storage.writer import taken_constraint, write
from belowline.support.actions.entry import add_entry, period_key, take_pen
from belowline.support.events import HoldChanged
from belowline.support.models import Entry, Gift, Hold, Told, Total

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.domain.ledger import DueEntry


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One verified event of a provider. `is_live` is false for play money."""

    event_id: str
    type: str
    fact: Fact
    is_live: bool


class Taken(StrEnum):
    NEW = "new"
    KNOWN = "known"


def take_in(provider: str, event: ToldEvent, *, now: datetime) -> Taken | Refused:
    """Keep the event and write the entries that are due. The same event again changes nothing.

    Refused: `hook_test_mode` when play money is told about a gift to a live campaign, or the other way round.
    """

    def store() -> Taken | Refused:
        take_pen()
        if Told.objects.filter(provider=provider, event_id=event.event_id).exists():
            return Taken.KNOWN
        if _is_other_mode(provider, event):
            return Refused("hook_test_mode", status=409)
        _keep(provider, event, now=now)
        for refs in _payments_of(provider, event.fact):
            _write_due(provider, refs, now=now)
        _follow_subscription(provider, event.fact)
        return Taken.NEW

    try:
        return write(store)
    except IntegrityError as error:
        # Two deliveries of one event at the same moment: the constraint let the first one through.
        if taken_constraint(error) == "told_event":
            return Taken.KNOWN
        raise


def _is_other_mode(provider: str, event: ToldEvent) -> bool:
    fact = event.fact
    gifts = Gift.objects.filter(provider=provider)
    known = gifts.filter(token=fact.gift) if fact.gift else gifts.none()
    if not known and fact.subscription_ref:
        known = gifts.filter(subscription_ref=fact.subscription_ref)
    if not known and fact.payment_ref:
        paid = Entry.objects.filter(provider=provider, payment_ref=fact.payment_ref).values("gift")
        known = gifts.filter(pk__in=paid)
    return known.filter(campaign__is_test=event.is_live).exists()


def _keep(provider: str, event: ToldEvent, *, now: datetime) -> None:
    fact = event.fact
    Told.objects.create(
        provider=provider,
        event_id=event.event_id,
        type=event.type[:80],
        kind=fact.kind,
        payment_ref=fact.payment_ref,
        txn_ref=fact.txn_ref,
        subscription_ref=fact.subscription_ref,
        gift_token=fact.gift,
        amount_minor=fact.amount_minor,
        fee_minor=fact.fee_minor,
        currency=fact.currency,
        at=fact.at,
        received_at=now,
    )


def _payments_of(provider: str, fact: Fact) -> list[set[str]]:
    """The payments that the fact says something about, each with all its names."""
    told = Told.objects.filter(provider=provider)
    refs = {fact.payment_ref} - {""}
    if fact.kind is FactKind.SUBSCRIBED:
        # Charges of a subscription may be told before it is known whose it is.
        refs |= set(told.filter(subscription_ref=fact.subscription_ref).values_list("payment_ref", flat=True)) - {""}
    groups: list[set[str]] = []
    for ref in sorted(refs):
        if not any(ref in group for group in groups):
            groups.append(_names_of(provider, ref))
    return groups


def _names_of(provider: str, ref: str) -> set[str]:
    """All references of the payment that has this one: an invoice and the payment made for it are linked."""
    links = Told.objects.filter(provider=provider, kind=FactKind.LINKED)
    names, before = {ref}, set[str]()
    while names != before:
        before = set(names)
        for pair in links.filter(Q(payment_ref__in=before) | Q(txn_ref__in=before)).values_list(
            "payment_ref", "txn_ref"
        ):
            names |= set(pair) - {""}
    return names


def _facts(provider: str, refs: set[str]) -> list[Fact]:
    rows = list(Told.objects.filter(provider=provider, payment_ref__in=refs))
    subscriptions = {row.subscription_ref for row in rows} - {""}
    owners = dict(
        Told.objects.filter(
            provider=provider, kind=FactKind.SUBSCRIBED, subscription_ref__in=subscriptions
        ).values_list("subscription_ref", "gift_token")
    )
    return [
        Fact(
            kind=FactKind(row.kind),
            payment_ref=row.payment_ref,
            at=row.at,
            txn_ref=row.txn_ref,
            amount_minor=row.amount_minor,
            fee_minor=row.fee_minor,
            currency=row.currency,
            gift=row.gift_token or owners.get(row.subscription_ref, ""),
            subscription_ref=row.subscription_ref,
        )
        for row in rows
    ]


def _write_due(provider: str, refs: set[str], *, now: datetime) -> None:
    facts = _facts(provider, refs)
    tokens = {one.gift for one in facts} - {""}
    gift = Gift.objects.select_related("campaign").filter(provider=provider, token__in=tokens).order_by("pk").first()
    if gift is None:
        return
    _raise_state(gift, gift_state(facts))
    due = [one for one in due_entries(facts) if one.currency == gift.campaign.currency]
    have = set(
        Entry.objects.filter(provider=provider, provider_ref__in=[one.ref for one in due]).values_list(
            "kind", "provider_ref"
        )
    )
    for one in due:
        if (one.kind, one.ref) not in have:
            add_entry(_entry(provider, gift, one, now=now))
    if due:
        _hold(provider, gift, due[0], held_out(facts))


def _raise_state(gift: Gift, state: GiftState) -> None:
    Gift.objects.filter(pk=gift.pk, state__lt=state).update(state=state)


def _entry(provider: str, gift: Gift, due: DueEntry, *, now: datetime) -> Entry:
    return Entry(
        campaign=gift.campaign,
        kind=due.kind,
        amount_minor=due.amount_minor,
        currency=due.currency,
        fee_minor=due.fee_minor,
        effective_at=due.at,
        recorded_at=now,
        provider=provider,
        provider_ref=due.ref,
        payment_ref=due.payment_ref,
        gift=gift,
    )


def _hold(provider: str, gift: Gift, payment: DueEntry, held_minor: int) -> None:
    """Bring what is held out for the payment, and its period's total, to `held_minor`."""
    period = period_key(gift.campaign, payment.at)
    where = {"provider": provider, "payment_ref": payment.payment_ref}
    hold = Hold.objects.filter(**where).first() or Hold(**where, campaign=gift.campaign, period=period)
    change = held_minor - hold.held_minor
    if change == 0:
        return
    hold.held_minor = held_minor
    hold.save()
    Total.objects.filter(campaign=gift.campaign, period=hold.period).update(held_minor=F("held_minor") + change)
    record(HoldChanged(gift.campaign_id))


def _follow_subscription(provider: str, fact: Fact) -> None:
    """A monthly gift knows its subscription, and its end, in whatever order both are told."""
    if not fact.subscription_ref:
        return
    told = Told.objects.filter(provider=provider, subscription_ref=fact.subscription_ref)
    token = told.filter(kind=FactKind.SUBSCRIBED).values_list("gift_token", flat=True).first()
    if token is None:
        return
    ended = told.filter(kind=FactKind.UNSUBSCRIBED).order_by("at").values_list("at", flat=True).first()
    Gift.objects.filter(provider=provider, token=token).update(subscription_ref=fact.subscription_ref, stopped_at=ended)
