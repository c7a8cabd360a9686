"""The beginning of a gift: what somebody wants to give, before any provider has heard of it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from belowline.accounts.queries import staff_skeletons
from belowline.domain import names
from belowline.domain.commenting import Refused
from belowline.storage.writer import write
from belowline.support.models import Campaign, Consent, Every, Gift

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class GiftWish:
    """`amount_minor` is in the campaign's currency. Without a name nothing can become public."""

    campaign_id: int
    amount_minor: int
    every: Every
    provider: str
    language: str
    email: str = ""
    name: str = ""
    consent: Consent = Consent.NOTHING


def begin_gift(wish: GiftWish, *, now: datetime) -> Gift | Refused:
    """Store the wish under a new secret token. Refused: `campaign_missing`, or `name_…` for a name to be shown."""
    name = wish.name.strip() if wish.consent != Consent.NOTHING else ""  # what is not needed is not kept
    if wish.consent != Consent.NOTHING:
        clean = names.check_name(name)
        if isinstance(clean, names.Problem):
            return Refused(clean.code, status=422)
        if names.is_reserved(clean, staff_skeletons()):
            return Refused("name_reserved", status=409)
        name = clean.name
    token = secrets.token_urlsafe(18)

    def store() -> Gift | Refused:
        campaign = Campaign.objects.filter(pk=wish.campaign_id).first()
        if campaign is None:
            return Refused("campaign_missing", status=404)
        return Gift.objects.create(
            token=token,
            campaign=campaign,
            provider=wish.provider,
            every=wish.every,
            amount_minor=wish.amount_minor,
            currency=campaign.currency,
            email=wish.email,
            name=name[:80],
            consent=wish.consent if name else Consent.NOTHING,
            donor_key=donor_key(wish.email) if wish.email else token[:32],
            language=wish.language,
            started_at=now,
        )

    return write(store)


def donor_key(email: str) -> str:
    """Tells people apart without their addresses; means nothing without this site's secret."""
    secret = hashlib.sha256(b"support donors" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(secret, email.strip().casefold().encode(), hashlib.sha256).hexdigest()[:32]
