"""How much waits in the desk of the readers' requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.domain.feedback import AMBER_AFTER, WAITING, OfferState, State
from belowline.feedback import rights
from belowline.feedback.models import Offer, Request

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from belowline.accounts.models import User

# Whoever counts on says no more than "many".
COUNTED_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """`all` requests wait, `late` of them without a word of the newsroom for 48 hours; `offers` sources are unread."""

    all: int
    late: int
    offers: int


def public_requests(user: User) -> QuerySet[Request]:
    """Those of the articles that the user answers for. What nobody asks any more is not there."""
    return Request.objects.filter(article__in=rights.articles_of(user), asker_count__gt=0)


def open_offers(user: User) -> QuerySet[Offer]:
    return Offer.objects.filter(article__in=rights.articles_of(user), state=OfferState.OPEN)


def waiting(user: User, *, now: datetime) -> Waiting:
    found = public_requests(user).filter(state__in=WAITING)
    late = found.filter(state=State.OPEN, opened_at__lte=now - AMBER_AFTER)
    return Waiting(found[:COUNTED_MAX].count(), late[:COUNTED_MAX].count(), open_offers(user)[:COUNTED_MAX].count())
