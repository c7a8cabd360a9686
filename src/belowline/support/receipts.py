"""The letter about a payment, in the language that the donor gave in. At most one, whatever breaks (decision 0020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from belowline.domain.ledger import EntryKind
from belowline.domain.money import shown
from belowline.mail.actions import queue_mail
from belowline.mail.message import Composed
from belowline.support.models import Entry, Every

if TYPE_CHECKING:
    from collections.abc import Callable


def queue_receipt(entry_id: int, *, gift_url: Callable[[str, str], str]) -> bool:
    """Queue the receipt of a payment, once; whether this call did. `gift_url` makes the absolute address of a gift's page
    from its token and language."""
    entry = Entry.objects.select_related("gift", "campaign").filter(pk=entry_id, kind=EntryKind.PAYMENT).first()
    if entry is None or entry.gift is None or not entry.gift.email:
        return False
    said = receipt(entry, gift_url=gift_url(entry.gift.token, entry.gift.language))
    return queue_mail(
        f"receipt-{entry.pk}",
        to=entry.gift.email,
        language=entry.gift.language,
        kind="receipt",
        subject=said.subject,
        body=said.text,
    )


def receipt(entry: Entry, *, gift_url: str) -> Composed:
    gift = entry.gift
    assert gift is not None
    with override(gift.language):
        site = settings.CONFIG.site.name
        values = {
            "site": site,
            "amount": shown(entry.amount_minor, entry.currency, gift.language),
            "day": f"{entry.effective_at:%Y-%m-%d}",
            "number": f"{entry.pk}",
            "url": gift_url,
        }
        parts = [
            _("Thank you for your gift to %(site)s.") % values,
            _("Amount: %(amount)s\nDay: %(day)s\nNumber in our accounts: %(number)s") % values,
        ]
        if entry.campaign.is_test:
            parts.append(_("This was a test: no money moved."))
        if gift.every == Every.MONTH:
            parts.append(_("This gift is given every month. Stop it at any time, here:\n%(url)s") % values)
        else:
            parts.append(_("The page of your gift:\n%(url)s") % values)
        parts.append(_("Keep this address to yourself: whoever has it sees your gift."))
        return Composed(_("Receipt: %(amount)s for %(site)s") % values, "\n\n".join(parts) + "\n")
