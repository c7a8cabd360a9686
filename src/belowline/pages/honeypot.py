"""The field of a form that people neither see nor reach, for programs that fill in whatever there is.

Its name is another one every day, so that a program which has learned to leave one out fills in the next. All of them look
like a field that such programs want; none is one that browsers fill in by themselves (names, addresses, telephones).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from datetime import date

    from belowline.pages.personal import Personal

_SALT = "belowline.honeypot"
STEMS = ("website", "homepage", "weblog", "webpage", "blog", "site", "subject", "headline")
ENDINGS = ("", "_url", "_link", "_2", "_text")


def name_on(day: date) -> str:
    drawn = int.from_bytes(salted_hmac(_SALT, day.isoformat(), algorithm="sha256").digest()[:4])
    return STEMS[drawn % len(STEMS)] + ENDINGS[drawn // len(STEMS) % len(ENDINGS)]


def is_filled(personal: Personal) -> bool:
    """Under the name of today, or under that of yesterday: the form may have been open at midnight."""
    today = personal.now.date()
    return any(personal.field(name_on(day), limit=5) for day in (today, today - timedelta(days=1)))
