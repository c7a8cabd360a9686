"""Stripe: Checkout on its own pages, signed webhooks, refunds, and its list of what was settled.

The library is imported where its API is called and nowhere else: it takes 33 MiB of memory and most of a second, and
webhooks, which come far more often, need none of it (`signing.py`). Events are read as the API of 2024 and of 2025 sends
them: since 2025-03-31 an invoice names its subscription and its payments elsewhere
(https://docs.stripe.com/changelog/basil).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from belowline.domain.commenting import Refused
from belowline.domain.ledger import EntryKind, Fact, FactKind, Settled
from belowline.domain.money import exponent
from belowline.support.actions.tell import ToldEvent
from belowline.support.providers import signing
from belowline.support.providers.base import Checkout, ProviderAway

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SIGNATURE = "Stripe-Signature"
API = "https://api.stripe.com"
TIMEOUT_SECONDS = 20
# https://docs.stripe.com/currencies: amounts in these are sent with two decimal places that are always 00, ...
_PADDED = {"ISK", "UGX"}
# ... and in this one without the one that ISO 4217 has.
_CUT = {"MGA"}
# The last of three decimal places must be 0.
_STEP_OF_THREE = 10
# Stripe translates its page; what it does not know it refuses. https://docs.stripe.com/js/appendix/supported_locales
_PAGE_LANGUAGES = {"ar", "en"}
_DISPUTES = {"won": FactKind.DISPUTE_WON, "warning_closed": FactKind.DISPUTE_WON, "lost": FactKind.DISPUTE_LOST}
_REFUNDS = {"succeeded": FactKind.REFUNDED, "failed": FactKind.REFUND_FAILED, "canceled": FactKind.REFUND_FAILED}


def stripe_amount(minor: int, currency: str) -> int:
    """Our minor units as Stripe counts them."""
    if currency in _PADDED:
        return minor * 100
    return minor // 100 if currency in _CUT else minor


def own_amount(amount: int, currency: str) -> int:
    if currency in _PADDED:
        return amount // 100
    return amount * 100 if currency in _CUT else amount


class StripeProvider:
    name = "stripe"
    checkout_origin = "https://checkout.stripe.com"
    is_hosted = True

    def __init__(self, *, key: str, hook_secrets: Sequence[str], api: str = API) -> None:
        self._key = key
        self._hook_secrets = hook_secrets
        self._api = api
        if api != API:
            self.checkout_origin = api

    def step_minor(self, currency: str) -> int:
        if currency in _CUT:
            return 100
        return _STEP_OF_THREE if exponent(currency) == 3 else 1

    def start(self, checkout: Checkout) -> str:
        price: dict[str, Any] = {
            "currency": checkout.currency.lower(),
            "unit_amount": stripe_amount(checkout.amount_minor, checkout.currency),
            "product_data": {"name": checkout.title},
        }
        ours = {"metadata": {"gift": checkout.token}}
        wish: dict[str, Any] = {
            "client_reference_id": checkout.token,
            "success_url": checkout.thanks_url,
            "cancel_url": checkout.cancelled_url,
            "locale": checkout.language if checkout.language in _PAGE_LANGUAGES else "auto",
            **ours,
        }
        if checkout.email:
            wish["customer_email"] = checkout.email
        if checkout.is_monthly:
            price["recurring"] = {"interval": "month"}
            wish |= {"mode": "subscription", "subscription_data": ours}
        else:
            wish |= {"mode": "payment", "submit_type": "donate", "payment_intent_data": ours}
        wish["line_items"] = [{"price_data": price, "quantity": 1}]
        session = self._asked(
            lambda client: client.v1.checkout.sessions.create(wish, options={"idempotency_key": checkout.key})
        )
        return str(session.url)

    def parse_event(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> ToldEvent | Refused:
        problem = signing.signature_problem(body, headers.get(SIGNATURE, ""), secrets=self._hook_secrets, now=now)
        if problem is not None:
            return problem
        try:
            event = json.loads(body)
            fact = fact_of(event["type"], event["data"]["object"], at=_moment(event["created"]))
            return ToldEvent(str(event["id"])[:100], str(event["type"]), fact, is_live=event.get("livemode") is True)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            return Refused("hook_unreadable", status=400)

    def fetch(self, since: datetime, until: datetime) -> Sequence[Settled]:
        def listed(client: Any) -> list[Settled]:
            wish = {"limit": 100, "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())}}
            found = []
            for one in client.v1.balance_transactions.list(wish | {"expand": ["data.source"]}).auto_paging_iter():
                settled = _settled(one)
                if settled is not None:
                    found.append(settled)
            return found

        return self._asked(listed)

    def refund(self, payment_ref: str, *, amount_minor: int, currency: str, key: str) -> None:
        what = "charge" if payment_ref.startswith("ch_") else "payment_intent"
        wish = {what: payment_ref, "amount": stripe_amount(amount_minor, currency)}
        self._asked(lambda client: client.v1.refunds.create(wish, options={"idempotency_key": key}))

    def stop(self, subscription_ref: str) -> None:
        self._asked(lambda client: _cancel(client, subscription_ref))

    def _asked(self, question: Any) -> Any:
        """The answer of the API. Any failure becomes ProviderAway, whose message holds no key."""
        import stripe

        client = stripe.StripeClient(
            self._key,
            base_addresses={"api": self._api},
            max_network_retries=1,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )
        try:
            return question(client)
        except stripe.StripeError as error:
            raise ProviderAway(f"stripe: {type(error).__name__} {error.code or error.http_status or ''}") from None


def _cancel(client: Any, subscription_ref: str) -> None:
    """What is over cannot be ended: Stripe says so of the second press. Its event of the first one tells us."""
    import stripe

    try:
        client.v1.subscriptions.cancel(subscription_ref)
    except stripe.InvalidRequestError as error:
        if error.code != "resource_missing" and error.http_status != 404:
            raise


def fact_of(kind: str, thing: dict[str, Any], *, at: datetime) -> Fact:
    """What an event tells about a payment. One that says nothing about money is kept as `IGNORED`."""
    gift = str((thing.get("metadata") or {}).get("gift", ""))[:32]
    match kind:
        case "payment_intent.succeeded":
            return _about(FactKind.SETTLED, thing, thing["id"], at=at, amount=thing["amount_received"], gift=gift)
        case "payment_intent.processing":
            return _about(FactKind.PENDING, thing, thing["id"], at=at, amount=thing["amount"], gift=gift)
        case "payment_intent.payment_failed":
            return _about(FactKind.FAILED, thing, thing["id"], at=at, amount=thing["amount"], gift=gift)
        case "invoice.paid" | "invoice.payment_succeeded":
            return _invoice(thing, at=at)
        case "invoice_payment.paid":
            made = thing["payment"].get("payment_intent") or ""
            return Fact(FactKind.LINKED, str(thing["invoice"]), at, txn_ref=str(made))
        case "checkout.session.completed" if thing.get("mode") == "subscription":
            token = gift or str(thing.get("client_reference_id") or "")[:32]
            return Fact(FactKind.SUBSCRIBED, "", at, gift=token, subscription_ref=str(thing["subscription"]))
        case "customer.subscription.deleted":
            return Fact(FactKind.UNSUBSCRIBED, "", at, subscription_ref=str(thing["id"]))
        case "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated":
            found = _REFUNDS.get(thing.get("status", ""), FactKind.IGNORED)
            # The refund's own moment: each of its events must tell the same.
            return _about(
                found, thing, _payment(thing), txn=thing["id"], at=_moment(thing["created"]), amount=thing["amount"]
            )
        case "charge.dispute.created":
            return _about(
                FactKind.DISPUTE_OPENED, thing, _payment(thing), txn=thing["id"], at=at, amount=thing["amount"]
            )
        case "charge.dispute.closed":
            ended = _DISPUTES.get(thing.get("status", ""), FactKind.IGNORED)
            return _about(ended, thing, _payment(thing), txn=thing["id"], at=at, amount=thing["amount"])
    return Fact(FactKind.IGNORED, "", at)


def _about(
    kind: FactKind, thing: dict[str, Any], payment: str, *, at: datetime, amount: int, txn: str = "", gift: str = ""
) -> Fact:
    currency = str(thing["currency"]).upper()
    return Fact(
        kind,
        str(payment),
        at,
        txn_ref=str(txn),
        amount_minor=own_amount(int(amount), currency),
        currency=currency,
        gift=gift,
    )


def _payment(thing: dict[str, Any]) -> str:
    return str(thing.get("payment_intent") or thing["charge"])


def _invoice(thing: dict[str, Any], *, at: datetime) -> Fact:
    """A monthly charge. It is known by its payment where the invoice names it, else by the invoice."""
    parent = (thing.get("parent") or {}).get("subscription_details") or thing.get("subscription_details") or {}
    subscription = thing.get("subscription") or parent.get("subscription") or ""
    paid_at = (thing.get("status_transitions") or {}).get("paid_at")
    currency = str(thing["currency"]).upper()
    return Fact(
        FactKind.SETTLED,
        str(thing.get("payment_intent") or thing["id"]),
        _moment(paid_at) if paid_at else at,
        amount_minor=own_amount(int(thing["amount_paid"]), currency),
        currency=currency,
        gift=str((parent.get("metadata") or {}).get("gift", ""))[:32],
        subscription_ref=str(subscription),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _settled(transaction: Any) -> Settled | None:
    """A line of the balance as an entry of ours would be; None for payouts and fees."""
    source = transaction.source
    kinds = {
        "charge": EntryKind.PAYMENT,
        "payment": EntryKind.PAYMENT,
        "refund": EntryKind.REFUND,
        "payment_refund": EntryKind.REFUND,
    }
    if transaction.type not in kinds or isinstance(source, str) or source is None:
        return None
    currency = str(source.currency).upper()
    amount = own_amount(int(source.amount), currency)
    kind = kinds[transaction.type]
    is_refund = kind is EntryKind.REFUND
    ref = source.id if is_refund else getattr(source, "payment_intent", None) or source.id
    return Settled(kind, str(ref), -amount if is_refund else amount, currency, _moment(transaction.created))
