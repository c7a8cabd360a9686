"""What happens to the money. Ids and numbers only; the tag `support` is that of every page with a meter."""

from __future__ import annotations

from dataclasses import dataclass

from belowline.outbox.events import OutboxEvent


@dataclass(frozen=True, slots=True)
class SupportEvent(OutboxEvent):
    campaign_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return ("support",)


@dataclass(frozen=True, slots=True)
class CampaignChanged(SupportEvent):
    """A campaign came, or its goal, dates or words changed."""


@dataclass(frozen=True, slots=True)
class EntryRecorded(SupportEvent):
    """The ledger has one more line. A payment's donor gets a receipt."""

    entry_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class HoldChanged(SupportEvent):
    """A dispute was opened or decided: the meter leaves out more or less."""


@dataclass(frozen=True, slots=True)
class ConsentChanged(SupportEvent):
    """A donor's name may be public, or may not be any more."""

    gift_id: int
