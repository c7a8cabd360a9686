"""What a donor may take back at any time: the name, and everything personal."""

from __future__ import annotations

from belowline.outbox.events import record
from belowline.storage.writer import write
from belowline.support.events import ConsentChanged
from belowline.support.models import Consent, Gift


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
