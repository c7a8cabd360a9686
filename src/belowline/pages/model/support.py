"""The page that asks for money, the accounts, and a gift's own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from belowline.pages.model.forms import FormView
from belowline.pages.model.frame import Choice, HeadView, Link
from belowline.pages.model.meter import MeterView


@dataclass(frozen=True, slots=True)
class SupportPage:
    """`give_url` is empty where nobody can pay on a page. `ways` are the paragraphs about other ways to give."""

    head: HeadView
    meter: MeterView | None
    purpose: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    give_url: str = ""
    amounts: tuple[Choice, ...] = ()
    every: tuple[Choice, ...] = ()
    currency: str = ""
    currency_name: str = ""
    accounts_url: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivePage:
    """The small form before the provider's page: it asks for no card."""

    head: HeadView
    form: FormView
    every: tuple[Choice, ...]
    consents: tuple[Choice, ...]
    currency: str
    currency_name: str
    notice: str = ""

    @property
    def title(self) -> str:
        return self.head.title


@dataclass(frozen=True, slots=True)
class GiftPage:
    """A gift's own page, found by its secret address: what became of it, and how to stop it."""

    head: HeadView
    paragraphs: tuple[str, ...]
    amount: str
    every: str
    links: tuple[Link, ...] = ()
    stop: FormView | None = None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One period; every sum is a finished text."""

    period: str
    paid: str
    by_hand: str
    taken: str
    held: str
    raised: str
    gifts: int
    people: int


@dataclass(frozen=True, slots=True)
class GoalView:
    at: datetime
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DonorView:
    name: str
    amount: str = ""


@dataclass(frozen=True, slots=True)
class AccountsPage:
    head: HeadView
    meter: MeterView | None
    lines: tuple[AccountLine, ...] = ()
    goals: tuple[GoalView, ...] = ()
    donors: tuple[DonorView, ...] = ()
    support_url: str = ""
