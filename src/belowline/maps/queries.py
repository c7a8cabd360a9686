"""What the desk asks of the gazetteer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Min, Q, Value, When

from belowline.domain.maps.names import name_key
from belowline.maps.models import Place

if TYPE_CHECKING:
    from django.db.models import QuerySet


def places_found(text: str) -> QuerySet[Place]:
    """Places with a name, in any script and spelling, in which a word begins so; whole names first, large ones before
    small. Nothing for a text without a letter."""
    key = name_key(text)
    if not key:
        return Place.objects.none()
    exact = Case(When(found_by__key=key, then=Value(0)), default=Value(1), output_field=IntegerField())
    matching = Place.objects.filter(Q(found_by__key__startswith=key) | Q(found_by__key__contains=f" {key}"))
    return matching.annotate(rank=Min(exact)).order_by("rank", "-population", "name", "pk")
