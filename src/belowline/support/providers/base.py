"""What a payment provider must be able to do. A provider knows no page and writes nothing to the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from belowline.domain.commenting import Refused
from belowline.domain.ledger import Settled
from belowline.support.actions.tell import ToldEvent


class ProviderAway(Exception):
    """The provider did not answer, or refused. The message is for the log and never holds a key."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """What a provider is told to begin a gift. Addresses are absolute; the donor comes back to one of them.

    `key` makes the same press twice one checkout.
    """

    token: str
    title: str
    amount_minor: int
    currency: str
    is_monthly: bool
    email: str
    language: str
    thanks_url: str
    cancelled_url: str
    key: str


class Provider(Protocol):
    """`checkout_origin` is where the donor is sent to, "" for this site; `is_hosted` is false where there is no page to
    send anybody to; `step_minor` is the smallest difference between two amounts."""

    name: str
    checkout_origin: str
    is_hosted: bool

    def step_minor(self, currency: str) -> int: ...

    def start(self, checkout: Checkout) -> str:
        """The address of the provider's own page for this gift. Raises ProviderAway."""
        ...

    def parse_event(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> ToldEvent | Refused:
        """The event of a signed message. Refused: `hook_signature`, `hook_old`, `hook_unreadable`."""
        ...

    def fetch(self, since: datetime, until: datetime) -> Sequence[Settled]:
        """The provider's own list of what was settled. Raises ProviderAway."""
        ...

    def refund(self, payment_ref: str, *, amount_minor: int, currency: str, key: str) -> None:
        """Ask for a refund; the ledger follows when the provider tells of it. Raises ProviderAway."""
        ...

    def stop(self, subscription_ref: str) -> None:
        """End a monthly gift. Raises ProviderAway."""
        ...
