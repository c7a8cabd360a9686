"""Campaigns: made, changed, and never deleted once there is an entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.domain.commenting import Refused
from belowline.outbox.events import record
from belowline.storage.writer import write
from belowline.support.events import CampaignChanged
from belowline.support.models import Basis, Campaign, CampaignWords, Entry, GoalChange, RepeatChoice, Show

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# What the period and the counted amount of an entry were made from.
FIXED = ("currency", "time_zone", "repeat", "basis", "counts_from", "is_test")


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """Everything about a campaign but its history. `words` are {language: (title, purpose, other ways)}."""

    title: str
    currency: str
    goal_minor: int
    time_zone: str
    counts_from: datetime
    shown_from: datetime
    language: str = "en"
    purpose: str = ""
    other_ways: str = ""
    counts_to: datetime | None = None
    shown_to: datetime | None = None
    repeat: str = RepeatChoice.NONE
    basis: str = Basis.GROSS
    show: str = Show.BOTH
    amounts: tuple[int, ...] = ()
    second_person_above_minor: int = 0
    is_test: bool = False
    words: Mapping[str, tuple[str, str, str]] | None = None

    def columns(self) -> dict[str, object]:
        own = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "words"}
        return own | {"amounts": sorted(self.amounts)}


def create_campaign(facts: CampaignFacts, *, by_id: int | None, now: datetime) -> Campaign:
    def store() -> Campaign:
        campaign = Campaign.objects.create(**facts.columns(), created_at=now)
        _store_words(campaign, facts)
        GoalChange.objects.create(
            campaign=campaign, before_minor=0, after_minor=facts.goal_minor, changed_by_id=by_id, changed_at=now
        )
        record(CampaignChanged(campaign.pk))
        return campaign

    return write(store)


def change_campaign(
    campaign_id: int, facts: CampaignFacts, *, reason: str = "", by_id: int | None, now: datetime
) -> Campaign | Refused:
    """Change a campaign; a new goal is kept beside the former one, with the reason.

    Refused: `campaign_fixed` when something would change that entries were counted by.
    """

    def store() -> Campaign | Refused:
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        columns = facts.columns()
        is_fixed = Entry.objects.filter(campaign=campaign).exists()
        if is_fixed and any(getattr(campaign, name) != columns[name] for name in FIXED):
            return Refused("campaign_fixed", status=409)
        if campaign.goal_minor != facts.goal_minor:
            GoalChange.objects.create(
                campaign=campaign,
                before_minor=campaign.goal_minor,
                after_minor=facts.goal_minor,
                reason=reason[:200],
                changed_by_id=by_id,
                changed_at=now,
            )
        for name, value in columns.items():
            setattr(campaign, name, value)
        campaign.save()
        _store_words(campaign, facts)
        record(CampaignChanged(campaign.pk))
        return campaign

    return write(store)


def _store_words(campaign: Campaign, facts: CampaignFacts) -> None:
    if facts.words is None:
        return
    CampaignWords.objects.filter(campaign=campaign).exclude(language__in=facts.words).delete()
    for language, (title, purpose, other_ways) in facts.words.items():
        CampaignWords.objects.update_or_create(
            campaign=campaign,
            language=language,
            defaults={"title": title, "purpose": purpose, "other_ways": other_ways},
        )
