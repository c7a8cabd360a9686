"""The provider of the demo: no money moves, but it behaves as badly as a real one may.

It has a page of its own (demo/payments.py), signs what it tells, tells everything at least twice, and in an order of
its own. Its books are a file in the data folder, so that the reconciliation has something to compare with. It exists in
demo mode alone.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from belowline.domain.commenting import Refused
from belowline.domain.ledger import EntryKind, Fact, FactKind, Settled
from belowline.support.actions.tell import ToldEvent
from belowline.support.providers import signing
from belowline.support.providers.base import Checkout, ProviderAway

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SIGNATURE = "Test-Signature"
_KINDS = {
    FactKind.SETTLED: (EntryKind.PAYMENT, 1),
    FactKind.REFUNDED: (EntryKind.REFUND, -1),
    FactKind.DISPUTE_LOST: (EntryKind.DISPUTE_LOST, -1),
}


class TestProvider:
    name = "test"
    checkout_origin = ""
    is_hosted = True
    __test__ = False  # pytest takes the name for its own

    def __init__(self, *, secret: str, books: Path) -> None:
        self._secret = hashlib.sha256(b"support test provider" + secret.encode()).hexdigest()
        self._books = books

    def step_minor(self, currency: str) -> int:
        return 1

    def start(self, checkout: Checkout) -> str:
        return f"/_demo/pay/{checkout.token}"

    def parse_event(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> ToldEvent | Refused:
        problem = signing.signature_problem(body, headers.get(SIGNATURE, ""), secrets=[self._secret], now=now)
        if problem is not None:
            return problem
        try:
            told = json.loads(body)
            fact = told["fact"]
            known = FactKind(fact["kind"]) if fact["kind"] in set(FactKind) else FactKind.IGNORED
            values = fact | {"kind": known, "at": datetime.fromisoformat(fact["at"])}
            return ToldEvent(str(told["id"]), str(fact["kind"]), Fact(**values), is_live=False)
        except (ValueError, KeyError, TypeError):
            return Refused("hook_unreadable", status=400)

    def fetch(self, since: datetime, until: datetime) -> Sequence[Settled]:
        rows = [json.loads(line) for line in self._lines()]
        found = {
            (EntryKind(row["kind"]), row["ref"]): Settled(
                EntryKind(row["kind"]),
                row["ref"],
                row["amount_minor"],
                row["currency"],
                datetime.fromisoformat(row["at"]),
            )
            for row in rows
        }
        return [one for one in found.values() if since <= one.at < until]

    def refund(self, payment_ref: str, *, amount_minor: int, currency: str, key: str) -> None:
        paid = list(self.fetch(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)))
        if not any(one.ref == payment_ref for one in paid):
            raise ProviderAway(f"test: there is no payment {payment_ref}")
        at = datetime.now(UTC)
        fact = Fact(
            FactKind.REFUNDED, payment_ref, at, txn_ref=f"re_{key}", amount_minor=amount_minor, currency=currency
        )
        self.tell(fact)

    def stop(self, subscription_ref: str) -> None:
        self.tell(Fact(FactKind.UNSUBSCRIBED, "", datetime.now(UTC), subscription_ref=subscription_ref))

    def tell(self, *facts: Fact) -> None:
        """Enter the facts in the books, and tell the site of them: the last one first, and each of them twice."""
        from belowline.support.hooks import receive

        for fact in facts:
            self._enter(fact)
        messages = [self.message(fact) for fact in reversed(facts)]
        for body, headers in [*messages, *messages]:
            answer = receive(self, body, headers, now=datetime.now(UTC))
            if isinstance(answer, Refused):
                raise ProviderAway(f"test: the site refused the event: {answer.code}")

    def message(self, fact: Fact, *, event_id: str = "") -> tuple[bytes, dict[str, str]]:
        """A signed message: its body and its headers."""
        values = asdict(replace(fact)) | {"kind": fact.kind.value, "at": fact.at.isoformat()}
        told: dict[str, Any] = {"id": event_id or f"evt_{secrets.token_hex(8)}", "fact": values}
        body = json.dumps(told).encode()
        return body, {SIGNATURE: signing.header(body, secret=self._secret, now=datetime.now(UTC))}

    def _enter(self, fact: Fact) -> None:
        if fact.kind not in _KINDS:
            return
        kind, sign = _KINDS[fact.kind]
        row = {
            "kind": kind.value,
            "ref": fact.txn_ref or fact.payment_ref,
            "amount_minor": sign * fact.amount_minor,
            "currency": fact.currency,
            "at": fact.at.isoformat(),
        }
        self._books.parent.mkdir(parents=True, exist_ok=True)
        with self._books.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def _lines(self) -> Iterator[str]:
        if self._books.exists():
            with self._books.open(encoding="utf-8") as file:
                yield from file
