"""What a donor may take back at any time: the name, and everything personal. And what nobody needs any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from belowline.domain.ledger import GiftState
from belowline.outbox.events import record
from belowline.storage.writer import write
from belowline.support.events import ConsentChanged
from belowline.support.models import Consent, Gift

# A checkout that was left is closed by its provider after a day; a month later nobody asks about it.
ABANDONED = timedelta(days=30)
_CHUNK = 500


def change_consent(gift_id: int, *, consent: Consent) -> None:
    """What of this gift may be public from now on. A gift without a name shows nothing."""

    def store() -> None:
        gift = Gift.objects.select_for_update().get(pk=gift_id)
        gift.consent = consent if gift.name else Consent.NOTHING
        gift.save(update_fields=["consent"])
        record(ConsentChanged(gift.campaign_id, gift_id=gift.pk))

    write(store)


def forget_donor(gift_id: int) -> None:
    """Take the name and the address off every gift of the same person. The ledger has neither, and stays."""

    def store() -> None:
        gift = Gift.objects.select_for_update().get(pk=gift_id)
        Gift.objects.filter(donor_key=gift.donor_key).update(email="", name="", consent=Consent.NOTHING)
        record(ConsentChanged(gift.campaign_id, gift_id=gift.pk))

    write(store)


def forget_abandoned(*, now: datetime) -> int:
    """Take names and addresses off gifts that came to nothing, in one chunk; how many. A late payment still counts."""

    def store() -> int:
        left = Gift.objects.filter(state__lt=GiftState.PENDING, started_at__lt=now - ABANDONED)
        chosen = left.exclude(email="", name="").order_by("pk").values_list("pk", flat=True)[:_CHUNK]
        return Gift.objects.filter(pk__in=list(chosen)).update(email="", name="", consent=Consent.NOTHING)

    return write(store)
