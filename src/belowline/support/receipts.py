"""The mail about a payment, in the language that the donor gave in. At most one, whatever breaks (decision 0020)."""

from __future__ import annotations

import logging
import smtplib
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from belowline.domain.ledger import EntryKind
from belowline.domain.money import shown
from belowline.support.actions import claim_receipt, note_receipt_sent, release_receipt
from belowline.support.models import Entry, Every

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


def send_receipt(entry_id: int, *, gift_url: Callable[[str, str], str]) -> bool:
    """Send the receipt of a payment, at most once; whether this call did.

    Raises, to be tried again, only when the mail is certainly not sent: nobody answers, or the server says "later". What
    may have gone out, and what the server will never take, keeps its claim and is named by the doctor: a receipt that
    comes twice looks like money that was taken twice. `gift_url` makes the absolute address of a gift's page from its
    token and language.
    """
    entry = Entry.objects.select_related("gift", "campaign").filter(pk=entry_id, kind=EntryKind.PAYMENT).first()
    if entry is None or entry.gift is None or not entry.gift.email or not settings.CONFIG.mail.url:
        return False
    if not claim_receipt(entry.pk, now=datetime.now(UTC)):
        return False
    mail = receipt(entry, gift_url=gift_url(entry.gift.token, entry.gift.language))
    server = mail.connection = get_connection()
    try:
        server.open()
    except Exception:
        release_receipt(entry.pk)
        raise
    try:
        mail.send()
    except Exception as error:
        if _will_be_taken_later(error):
            release_receipt(entry.pk)
            raise
        log.exception("receipt_in_doubt", extra={"entry": entry.pk})
        return False
    finally:
        with suppress(OSError):
            server.close()
    note_receipt_sent(entry.pk, now=datetime.now(UTC))
    return True


def _will_be_taken_later(error: Exception) -> bool:
    """Whether the server answered, and its answer was a temporary no (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _said in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 500


def receipt(entry: Entry, *, gift_url: str) -> EmailMessage:
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
        subject = _("Receipt: %(amount)s for %(site)s") % values
    return EmailMessage(
        subject=subject.replace("\n", " "),
        body="\n\n".join(parts) + "\n",
        from_email=settings.CONFIG.mail.sender or None,
        to=[gift.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
