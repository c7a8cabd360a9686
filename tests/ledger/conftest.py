"""A campaign, a treasurer with a colleague, and a provider that tells whatever a test wants."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from belowline.accounts.models import User
from belowline.domain.commenting import Refused
from belowline.domain.ledger import Fact, FactKind
from belowline.support import actions, queries
from belowline.support.actions import CampaignFacts, GiftWish, Taken, ToldEvent
from belowline.support.models import Campaign, Consent, Entry, Every, Gift
from tests.pages.conftest import served
from tests.support.cast import NOON

__all__ = ["served"]

FACTS = CampaignFacts(
    title="Keep the gauge running",
    currency="USD",
    goal_minor=500_000,
    time_zone="UTC",
    counts_from=datetime(2026, 1, 1, tzinfo=UTC),
    shown_from=datetime(2026, 1, 1, tzinfo=UTC),
    repeat="monthly",
    amounts=(1_000, 2_500),
    second_person_above_minor=100_000,
)


@dataclass
class Till:
    """The accounts of one campaign, and short ways to let money come and go."""

    campaign: Campaign
    treasurer: User
    second: User
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def gift(
        self, amount: int = 1_000, *, every: Every = Every.ONCE, email: str = "", name: str = "", **more: object
    ) -> Gift:
        consent = Consent.AMOUNT if name else Consent.NOTHING
        wish = GiftWish(self.campaign.pk, amount, every, "test", "en", email=email, name=name, consent=consent)
        made = actions.begin_gift(replace(wish, **more), now=NOON)
        assert not isinstance(made, Refused), made
        return made

    def tell(self, fact: Fact, *, event: str = "", is_live: bool = True) -> Taken | Refused:
        event = event or f"evt_{next(self.numbers)}"
        return actions.take_in("test", ToldEvent(event, str(fact.kind), fact, is_live), now=NOON)

    def paid(self, amount: int = 1_000, *, at: datetime = NOON, **gift: object) -> str:
        """A gift that was paid; the reference of its payment."""
        made = self.gift(amount, **gift)
        ref = f"pi_{next(self.numbers)}"
        assert self.tell(settled(ref, amount, gift=made.token, at=at)) is Taken.NEW
        return ref

    def raised(self, *, now: datetime = NOON) -> int:
        with connection.cursor() as cursor:
            standing = queries.standing_now(cursor, now=now, language="en").standing
        assert standing is not None
        return standing.raised_minor


def settled(ref: str, amount: int, *, gift: str, at: datetime = NOON, currency: str = "USD") -> Fact:
    return Fact(FactKind.SETTLED, ref, at, amount_minor=amount, currency=currency, gift=gift)


def about(kind: FactKind, ref: str, txn: str, amount: int, *, hours: float = 1, currency: str = "USD") -> Fact:
    """Something that happened to a payment later."""
    return Fact(kind, ref, NOON + timedelta(hours=hours), txn_ref=txn, amount_minor=amount, currency=currency)


def make_campaign(**facts: object) -> Campaign:
    return actions.create_campaign(replace(FACTS, **facts), by_id=None, now=NOON)


@pytest.fixture
def till(db: None) -> Till:
    treasurer = User.objects.create_user("tess@example.org")
    second = User.objects.create_user("sam@example.org")
    for one in (treasurer, second):
        one.user_permissions.add(Permission.objects.get(codename="keep_accounts"))
    return Till(make_campaign(), treasurer, second)


def lines() -> list[tuple[str, int]]:
    return [(one.kind, one.counted_minor) for one in Entry.objects.order_by("effective_at", "pk")]
