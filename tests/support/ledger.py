"""What a provider may tell about a payment, for property tests: consistent facts, in no particular order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from belowline.domain.ledger import Fact, FactKind

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@st.composite
def payment_facts(draw: st.DrawFn, *, payment: str = "pi_1", gift: str = "g1", currency: str = "USD") -> list[Fact]:
    """Some of what can happen to one payment; each transaction has one amount and one moment."""
    amount = draw(st.integers(min_value=1, max_value=10**9))
    facts = []

    def tell(kind: FactKind, ref: str = "", minor: int = amount, *, hours: int = 0, ours: str = gift) -> None:
        at = NOON + timedelta(hours=hours)
        facts.append(Fact(kind, payment, at, txn_ref=ref, amount_minor=minor, currency=currency, gift=ours))

    for kind in draw(st.sets(st.sampled_from([FactKind.PENDING, FactKind.FAILED, FactKind.SETTLED]), min_size=1)):
        tell(kind)
    for number in range(draw(st.integers(min_value=0, max_value=3))):
        minor = draw(st.integers(min_value=1, max_value=amount))
        kinds = draw(st.sets(st.sampled_from([FactKind.REFUNDED, FactKind.REFUND_FAILED]), min_size=1))
        for kind in kinds:
            tell(kind, f"re_{number}", minor, hours=number + 1, ours="")
    for number in range(draw(st.integers(min_value=0, max_value=2))):
        ends = st.sampled_from([FactKind.DISPUTE_OPENED, FactKind.DISPUTE_WON, FactKind.DISPUTE_LOST])
        for kind in draw(st.sets(ends, min_size=1)):
            tell(kind, f"dp_{number}", hours=number + 48, ours="")
    return facts
