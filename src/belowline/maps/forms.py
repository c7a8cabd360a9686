"""The form of a place: numbers, or a click on the map."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.admin.forms import WagtailAdminModelForm

from belowline.maps.models import Place

# What says where somebody is, or how exactly: whoever changes one of these is the first of the two persons.
_WHERE = ("latitude", "longitude", "precision", "is_home_or_person", "area")


class PositionInput(forms.NumberInput):
    """The latitude's field, with the map above it that fills in both."""

    template_name = "maps/position_input.html"

    def get_context(self, *arguments: Any) -> dict[str, Any]:
        context = super().get_context(*arguments)
        context["widget"]["map_label"] = gettext("Map: a click sets latitude and longitude")
        return context

    class Media:
        css = {"all": ["maps/leaflet/leaflet.css", "maps/place.css"]}
        js = ["maps/leaflet/leaflet.js", "maps/place.js"]


class PlaceForm(WagtailAdminModelForm):
    def save(self, commit: bool = True) -> Any:
        place = self.instance
        if place.pk is None or any(name in self.changed_data for name in _WHERE):
            place.set_by, place.set_at = self.for_user, timezone.now()
        # What the newsroom has changed is its own: an import leaves it alone.
        place.is_edited = place.is_edited or (place.geoname_id is not None and bool(self.changed_data))
        return super().save(commit=commit)


class NewPlaceForm(PlaceForm):
    """What has to be said of a place while one writes: its names, and where it is."""

    class Meta:
        model = Place
        fields = ["name", "names", "latitude", "longitude", "precision", "is_home_or_person", "source"]
        widgets = {"latitude": PositionInput(attrs={"step": "any"}), "names": forms.Textarea(attrs={"rows": 2})}
