"""Changes of the gazetteer that are more than a saved form."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from belowline.accounts.queries import holders_of
from belowline.domain.maps.precision import needs_approval
from belowline.domain.second_person import Second, may_decide
from belowline.maps.models import Place, PlaceApproval

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.accounts.models import User


class Refusal(StrEnum):
    """Why an exact place is not approved."""

    NOT_NEEDED = "approval_not_needed"
    SAME_PERSON = "approval_same_person"
    TOO_EARLY = "approval_too_early"
    NO_RIGHT = "approval_no_right"
    NOBODY_SET_IT = "approval_nobody_set_it"
    MOVED = "approval_moved"


APPROVE = "maps.approve_place"
_REFUSED = {
    Second.NEEDS_ANOTHER: Refusal.SAME_PERSON,
    Second.TOO_EARLY: Refusal.TOO_EARLY,
    Second.NO_RIGHT: Refusal.NO_RIGHT,
}


def second_person(place: Place, *, user: User, now: datetime) -> Second:
    """Whether this user may approve the place now; where nobody else can, whoever set it may after a day."""
    return may_decide(
        decider_id=user.pk, asker_id=place.set_by_id, asked_at=place.set_at, now=now, holder_ids=holders_of(APPROVE)
    )


@transaction.atomic
def approve_place(place_id: int, *, user: User, seen: tuple[float, float], now: datetime) -> Refusal | None:
    """A second person allows a home or a person to be shown as exactly as it is known. `seen` is the latitude and
    longitude that the form showed: nobody approves a place that was moved meanwhile.

    A place that an import brought has nobody who said where it is: there, one person would be alone without a day."""
    place = Place.objects.select_for_update().get(pk=place_id)
    if not needs_approval(place.as_known()):
        return Refusal.NOT_NEEDED
    if place.set_by_id is None:
        return Refusal.NOBODY_SET_IT
    answer = second_person(place, user=user, now=now)
    if answer in _REFUSED:
        return _REFUSED[answer]
    if (place.latitude, place.longitude) != seen:
        return Refusal.MOVED
    PlaceApproval.objects.create(
        place=place,
        precision=place.precision,
        latitude=place.latitude,
        longitude=place.longitude,
        approved_by=user,
        approved_at=now,
        is_alone=answer is Second.ALONE,
    )
    place.save()  # who saves a place wakes the articles that use it
    return None
