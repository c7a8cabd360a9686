"""Bank, cash, cheque: nobody is sent anywhere, and a person enters what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.domain.commenting import Refused
from belowline.support.providers.base import Checkout, ProviderAway

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from belowline.domain.ledger import Settled
    from belowline.support.actions.tell import ToldEvent


class ManualProvider:
    name = "manual"
    checkout_origin = ""
    is_hosted = False

    def step_minor(self, currency: str) -> int:
        return 1

    def start(self, checkout: Checkout) -> str:
        raise ProviderAway("manual: nobody can pay on a page")

    def parse_event(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> ToldEvent | Refused:
        return Refused("hook_signature", status=400)

    def fetch(self, since: datetime, until: datetime) -> Sequence[Settled]:
        raise ProviderAway("manual: the bank's list is compared by a person")

    def refund(self, payment_ref: str, *, amount_minor: int, currency: str, key: str) -> None:
        raise ProviderAway("manual: pay it back by hand, then take the entry back")

    def stop(self, subscription_ref: str) -> None:
        raise ProviderAway("manual: there is no subscription")
