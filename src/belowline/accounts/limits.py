"""How often somebody may try to get in, or make the site send mail. Nobody is locked out for ever: every refusal says
until when, and a code by mail or a passkey still opens the door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from belowline.accounts import confirming
from belowline.accounts.networks import count_use, count_use_for, take_back
from belowline.domain.commenting import Refused
from belowline.domain.rates import Rate

if TYPE_CHECKING:
    from django.http import HttpRequest

SIGN_UPS = Rate("sign-up", 5, timedelta(hours=1))
MAILS_TO = Rate("mail-to", 3, timedelta(days=1))
# Ten guesses in a quarter of an hour are worth nothing against a password of ten characters, or against six digits.
TRIES_AT = Rate("sign-in-at", 10, timedelta(minutes=15))
TRIES_FROM = Rate("sign-in-from", 100, timedelta(hours=1))  # a school behind one address


def client(request: HttpRequest | None) -> str:
    return getattr(request, "client_address", "")


def try_to_enter(request: HttpRequest | None, whom: str) -> Refused | None:
    """Count one attempt at the account of `whom` (an address, or an account's id), known or not."""
    now = datetime.now(UTC)
    until = count_use_for(TRIES_AT, whom, now=now) or count_use(TRIES_FROM, client(request), now=now)
    return None if until is None else Refused("sign_in_often", status=429, until=until)


def entered(whom: str) -> None:
    """The attempt was none: whoever gets in can come as often as they like."""
    take_back(TRIES_AT, whom, now=datetime.now(UTC))


def sign_up_refusal(request: HttpRequest | None) -> Refused | None:
    until = count_use(SIGN_UPS, client(request), now=datetime.now(UTC))
    return None if until is None else Refused("sign_up_often", status=429, until=until)


def mail_refusal(request: HttpRequest | None, email: str) -> Refused | None:
    """Count one mail to this address, whether it has an account or not."""
    now = datetime.now(UTC)
    until = count_use_for(MAILS_TO, email, now=now)
    if until is not None:
        return Refused("mail_often", status=429, until=until)
    until = count_use(confirming.RATE, client(request), now=now)
    return None if until is None else Refused("mails_often", status=429, until=until)
