"""Receipts are claimed before they are sent: a mail that may have gone out is not sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.storage.writer import write
from belowline.support.models import Receipt

if TYPE_CHECKING:
    from datetime import datetime


def claim_receipt(entry_id: int, *, now: datetime) -> bool:
    """Whether the caller may send this receipt: nobody has begun to before."""

    def store() -> bool:
        return Receipt.objects.get_or_create(entry_id=entry_id, defaults={"claimed_at": now})[1]

    return write(store)


def release_receipt(entry_id: int) -> None:
    """The mail server did not take it: the next try may claim it again."""
    write(lambda: Receipt.objects.filter(entry_id=entry_id, sent_at=None).delete())


def note_receipt_sent(entry_id: int, *, now: datetime) -> None:
    write(lambda: Receipt.objects.filter(entry_id=entry_id).update(sent_at=now))
