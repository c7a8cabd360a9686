"""What maps add to the desk."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from belowline.maps import desk, views
from belowline.maps.chooser import place_chooser

register_snippet(desk.MapsGroup)


@hooks.register("register_admin_viewset")
def chooser() -> Any:
    return place_chooser


@hooks.register("register_admin_urls")
def map_urls() -> list[Any]:
    return [
        path("maps/ground.geojson", views.ground, name="maps_ground"),
        path("maps/places/<int:place_id>/approve", views.approve, name="maps_approve"),
    ]
