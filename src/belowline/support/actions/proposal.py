"""Entries by hand: money that came by bank, in cash, as a grant. Above the campaign's limit two people are needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from belowline.accounts.queries import holders_of
from belowline.domain.commenting import Refused
from belowline.domain.ledger import EntryKind
from belowline.domain.money import converted
from belowline.domain.second_person import Second, may_decide
from belowline.storage.writer import write
from belowline.support.actions.entry import BY_HAND, Rate, add_entry, take_pen
from belowline.support.models import Campaign, Decision, Entry, Proposal

if TYPE_CHECKING:
    from datetime import date

KEEP_ACCOUNTS = "support.keep_accounts"
# A day is counted at its noon, which is the same day in the campaign's zone whatever the summer time does.
_NOON = time(12)


@dataclass(frozen=True, slots=True)
class ProposedEntry:
    """`amount_minor` is above 0; a deduction (`adjustment`) is taken off. `reference` is the bank's or the receipt's."""

    campaign_id: int
    kind: str
    amount_minor: int
    currency: str
    received_on: date
    reference: str
    note: str = ""
    rate: Rate | None = None


def propose_entry(wish: ProposedEntry, *, by_id: int, now: datetime) -> Proposal | Refused:
    """Enter money by hand; at once, or waiting for a second person above the campaign's limit.

    Refused: `reference_taken` (the same reference twice is the same money), `rate_missing` for another currency.
    """

    def store() -> Proposal | Refused:
        take_pen()
        campaign = Campaign.objects.get(pk=wish.campaign_id)
        if wish.currency != campaign.currency and wish.rate is None:
            return Refused("rate_missing", status=422)
        is_taken = Proposal.objects.filter(kind=wish.kind, reference=wish.reference).exclude(decision=Decision.DECLINED)
        if is_taken.exists():
            return Refused("reference_taken", status=409)
        rate = wish.rate if wish.currency != campaign.currency else None
        proposal = Proposal.objects.create(
            campaign=campaign,
            kind=wish.kind,
            amount_minor=wish.amount_minor,
            currency=wish.currency,
            fx_rate=rate.rate if rate else None,
            fx_on=rate.on if rate else None,
            fx_source=rate.source if rate else "",
            received_on=wish.received_on,
            reference=wish.reference,
            note=wish.note,
            entered_by_id=by_id,
            entered_at=now,
        )
        counted = wish.amount_minor
        if rate is not None:
            counted = converted(counted, wish.currency, to=campaign.currency, rate=rate.rate)
        if counted > campaign.second_person_above_minor:
            return proposal
        return _approve(proposal, approved_by_id=None, now=now)

    return write(store)


def decide_proposal(
    proposal_id: int, *, is_approved: bool, by_id: int, now: datetime, reason: str = ""
) -> Proposal | Refused:
    """The second person's word; where nobody else keeps accounts, one's own after a day (domain/second_person.py).

    Refused: `own_proposal`, `own_proposal_wait`, `proposal_decided`, `proposal_missing`, `reason_missing`.
    """

    def store() -> Proposal | Refused:
        take_pen()
        proposal = Proposal.objects.select_related("campaign").filter(pk=proposal_id).first()
        if proposal is None:
            return Refused("proposal_missing", status=404)
        if proposal.decision != Decision.WAITING:
            return Refused("proposal_decided", status=409)
        if is_approved:
            answer = may_decide(
                decider_id=by_id,
                asker_id=proposal.entered_by_id,
                asked_at=proposal.entered_at,
                now=now,
                # The views ask for the right itself.
                holder_ids=holders_of(KEEP_ACCOUNTS) | {by_id},
            )
            if answer is Second.TOO_EARLY:
                return Refused("own_proposal_wait", status=409)
            if answer not in {Second.ALLOWED, Second.ALONE}:
                return Refused("own_proposal", status=409)
            return _approve(proposal, approved_by_id=by_id, now=now)
        if not reason.strip():
            return Refused("reason_missing", status=422)
        proposal.decision, proposal.decided_by_id, proposal.decided_at = Decision.DECLINED, by_id, now
        proposal.reason = reason.strip()[:300]
        proposal.save()
        return proposal

    return write(store)


def _approve(proposal: Proposal, *, approved_by_id: int | None, now: datetime) -> Proposal:
    campaign = proposal.campaign
    sign = -1 if proposal.kind == EntryKind.ADJUSTMENT else 1
    entry = Entry(
        campaign=campaign,
        kind=proposal.kind,
        amount_minor=sign * proposal.amount_minor,
        currency=proposal.currency,
        effective_at=datetime.combine(proposal.received_on, _NOON, tzinfo=ZoneInfo(campaign.time_zone)).astimezone(UTC),
        recorded_at=now,
        provider=BY_HAND,
        # The row's own number: a reference may come again after it was declined, or for another kind.
        provider_ref=f"{proposal.pk}",
        note=proposal.note,
        entered_by_id=proposal.entered_by_id,
        approved_by_id=approved_by_id,
    )
    rate = None
    if proposal.fx_rate is not None and proposal.fx_on is not None:
        rate = Rate(proposal.fx_rate, proposal.fx_on, proposal.fx_source)
    proposal.entry = add_entry(entry, rate=rate)
    proposal.decision, proposal.decided_by_id, proposal.decided_at = Decision.APPROVED, approved_by_id, now
    proposal.save()
    return proposal
