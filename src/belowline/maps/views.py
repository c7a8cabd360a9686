"""The desk's own views of the gazetteer. The desk's URLs let nobody but staff through (wagtail.admin.urls)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from belowline.accounts.models import User
from belowline.domain.maps.geojson import write_geojson
from belowline.domain.maps.positions import MERCATOR_LIMIT, Box
from belowline.maps.actions import APPROVE, Refusal, approve_place
from belowline.maps.earth import earth
from belowline.maps.models import Place

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def ground(request: HttpRequest) -> HttpResponse:
    """Natural Earth in the asked box, for the map beside a place's form."""
    try:
        west, south, east, north = (float(request.GET[side]) for side in ("west", "south", "east", "north"))
    except (KeyError, ValueError):
        return HttpResponseBadRequest("west, south, east and north must be numbers")
    south, north = max(south, -MERCATOR_LIMIT), min(north, MERCATOR_LIMIT)
    if not (-540 <= west < east <= 540 and south < north):
        return HttpResponseBadRequest("the box is outside the world")
    west, east = (west, east) if east - west < 360 else (-180.0, 180.0)
    box = Box(west, south, east, north)
    text = write_geojson(box, base=earth(box, has_borders=True), areas=(), markers=(), extra={})
    return HttpResponse(text, content_type="application/geo+json")


@require_POST
def approve(request: HttpRequest, place_id: int) -> HttpResponse:
    """The second person's yes to showing a home or a person exactly."""
    if not isinstance(request.user, User) or not request.user.has_perm(APPROVE):
        raise PermissionDenied
    get_object_or_404(Place, pk=place_id)
    try:
        seen = (float(request.POST["latitude"]), float(request.POST["longitude"]))
    except (KeyError, ValueError):
        return HttpResponseBadRequest("latitude and longitude must be numbers")
    refusal = approve_place(place_id, user=request.user, seen=seen, now=timezone.now())
    if refusal is None:
        messages.success(request, _("Approved: this place is now shown as exactly as it is known."))
    else:
        messages.error(request, _sentence(refusal))
    return redirect(reverse("wagtailsnippets_maps_place:edit", args=[place_id]))


def _sentence(refusal: Refusal) -> str:
    return {
        Refusal.NOT_NEEDED: _("This place needs no approval."),
        Refusal.SAME_PERSON: _("You said yourself where this is. Somebody else must approve it."),
        Refusal.TOO_EARLY: _(
            "You said yourself where this is, and nobody else may approve it. You can do so yourself 24 hours after that."
        ),
        Refusal.NO_RIGHT: _("Only editors, publishers and administrators may approve this."),
        Refusal.NOBODY_SET_IT: _(
            "Nobody has said yet where this is: save the place first, then a second person approves."
        ),
        Refusal.MOVED: _("The place was moved meanwhile. Look at it again, and then approve."),
    }[refusal]
