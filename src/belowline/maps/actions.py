"""Changes of the gazetteer that are more than a saved form."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from belowline.domain.maps.precision import needs_approval
from belowline.maps.models import Place, PlaceApproval

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.accounts.models import User


class Refusal(StrEnum):
    """Why an exact place is not approved."""

    NOT_NEEDED = "approval_not_needed"
    SAME_PERSON = "approval_same_person"
    NOBODY_SET_IT = "approval_nobody_set_it"
    MOVED = "approval_moved"


@transaction.atomic
def approve_place(place_id: int, *, user: User, seen: tuple[float, float], now: datetime) -> Refusal | None:
    """A second person allows a home or a person to be shown as exactly as it is known. `seen` is the latitude and
    longitude that the form showed: nobody approves a place that was moved meanwhile."""
    place = Place.objects.select_for_update().get(pk=place_id)
    if not needs_approval(place.as_known()):
        return Refusal.NOT_NEEDED
    if place.set_by_id is None:
        return Refusal.NOBODY_SET_IT
    if place.set_by_id == user.pk:
        return Refusal.SAME_PERSON
    if (place.latitude, place.longitude) != seen:
        return Refusal.MOVED
    PlaceApproval.objects.create(
        place=place,
        precision=place.precision,
        latitude=place.latitude,
        longitude=place.longitude,
        approved_by=user,
        approved_at=now,
    )
    place.save()  # who saves a place wakes the articles that use it
    return None
