"""A map in an article: places of the gazetteer and areas on a ground, or a picture of a map by somebody else."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from belowline.domain.maps.geojson import AREAS
from belowline.domain.maps.positions import is_latitude, is_longitude
from belowline.domain.maps.precision import Precision as Exactness
from belowline.domain.maps.precision import is_coarser
from belowline.maps import refusals
from belowline.maps.chooser import place_chooser
from belowline.maps.models import Precision, features_of
from belowline.maps.sheets import SHAPES, region_of

# A map with more is a list: nobody tells the marks from each other.
PLACES_MOST = 60

_AnyPlaceBlock = place_chooser.get_block_class(name="AnyPlaceBlock", module_path="belowline.maps.blocks")


class PlaceChooserBlock(_AnyPlaceBlock):  # type: ignore[valid-type,misc]  # made by Wagtail
    """Migrations see the number that is stored: they import no code."""

    def deconstruct(self) -> Any:
        _, args, kwargs = super().deconstruct()
        return "wagtail.blocks.IntegerBlock", args, kwargs


_COARSER = [(one.value, one.label) for one in (Precision.VICINITY, Precision.LOCALITY, Precision.COUNTRY)]
_SHAPE_LABELS = {
    "auto": _("As the places lie"),
    "wide": _("Wide"),
    "standard": _("4 to 3"),
    "square": _("Square"),
    "tall": _("Tall"),
}


class UsedPlaceBlock(blocks.StructBlock):
    place = PlaceChooserBlock(label=_("Place"))
    label = blocks.CharBlock(
        required=False,
        max_length=120,
        search_index=False,
        label=_("Name on the map"),
        help_text=_("Empty: its name in the gazetteer, in the language of the article."),
    )
    coarsen_to = blocks.ChoiceBlock(
        required=False,
        choices=_COARSER,
        label=_("Show it only this exactly"),
        help_text=_("The place is moved to a grid: nothing that is published holds the finer position."),
    )
    coarsen_until = blocks.DateTimeBlock(
        required=False, label=_("Until"), help_text=_("Then as in the gazetteer. Empty: for good.")
    )
    withhold_until = blocks.DateTimeBlock(
        required=False,
        label=_("Keep it back until"),
        help_text=_("Until then nothing of it is published, not even its name."),
    )

    class Meta:
        icon = "site"
        label = _("Place")
        form_layout = ["place", "label", "coarsen_to", "coarsen_until", "withhold_until"]

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        wanted = cleaned["coarsen_to"]
        if wanted and not is_coarser(Exactness(wanted), Exactness(cleaned["place"].precision)):
            known = cleaned["place"].get_precision_display()
            message = gettext("The gazetteer has this place as “%(precision)s” already: choose something coarser.")
            raise StructBlockValidationError({"coarsen_to": ValidationError(message % {"precision": known})})
        if cleaned["coarsen_until"] and not wanted:
            message = gettext("Say how exactly it may be shown until then.")
            raise StructBlockValidationError({"coarsen_to": ValidationError(message)})
        return cleaned


class RegionBlock(blocks.StructBlock):
    west = blocks.FloatBlock(required=False, label=_("West"))
    south = blocks.FloatBlock(required=False, label=_("South"))
    east = blocks.FloatBlock(required=False, label=_("East"))
    north = blocks.FloatBlock(required=False, label=_("North"))

    class Meta:
        label = _("Region")
        help_text = _("In degrees. Empty: what the places need.")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        given = [side for side, number in cleaned.items() if number is not None]
        for side in given:
            number, is_upright = cleaned[side], side in {"south", "north"}
            if is_upright and not is_latitude(number):
                raise StructBlockValidationError({side: ValidationError(refusals.outside_latitude(number))})
            if not is_upright and not is_longitude(number):
                raise StructBlockValidationError({side: ValidationError(refusals.outside_longitude(number))})
        if given and len(given) < 4:
            missing = next(side for side in cleaned if cleaned[side] is None)
            raise StructBlockValidationError({missing: ValidationError(gettext("Give all four sides, or none."))})
        if given and cleaned["south"] >= cleaned["north"]:
            message = gettext("South (%(south)s) must be less than north (%(north)s).")
            values = {"south": f"{cleaned['south']:g}", "north": f"{cleaned['north']:g}"}
            raise StructBlockValidationError({"south": ValidationError(message % values)})
        return cleaned


class MapBlock(blocks.StructBlock):
    """`sheets.request_of` reads its value; `newsroom.rendering` puts the figure into the stored text."""

    title = blocks.CharBlock(required=False, max_length=120, label=_("Title"))
    places = blocks.ListBlock(UsedPlaceBlock(), label=_("Places"), min_num=0, max_num=PLACES_MOST, default=[])
    areas = blocks.TextBlock(
        required=False,
        search_index=False,
        label=_("Areas"),
        rows=3,
        help_text=_("GeoJSON with polygons; the property “name” is written into each."),
    )
    caption = blocks.CharBlock(required=False, max_length=500, label=_("Caption"))
    credit = blocks.CharBlock(
        required=False,
        max_length=200,
        label=_("Credit"),
        help_text=_("Who made it, as it must be printed. The ground is credited by itself."),
    )
    source_url = blocks.URLBlock(required=False, max_length=500, label=_("Link to the source"))
    base = SnippetChooserBlock("maps.BaseLayer", required=False, label=_("Base layer of our own"))
    borders = blocks.ChoiceBlock(
        choices=[("natural_earth", _("As Natural Earth draws them")), ("none", _("Not drawn"))],
        default="natural_earth",
        label=_("Borders"),
        help_text=_(
            "Natural Earth draws who controls a land, also where it is disputed. The credit says what is drawn."
        ),
    )
    shape = blocks.ChoiceBlock(
        choices=[(code, _SHAPE_LABELS[code]) for code in SHAPES], default="auto", label=_("Shape")
    )
    has_net = blocks.BooleanBlock(required=False, label=_("Meridians and parallels"))
    region = RegionBlock(required=False)
    picture = ImageChooserBlock(
        required=False,
        label=_("Or a picture of a map"),
        help_text=_("Shown instead, with its credit and the link to its source. Places and areas must be empty."),
    )

    class Meta:
        icon = "globe"
        label = _("Map")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["areas"].strip():
            try:
                features_of(cleaned["areas"], AREAS)
            except ValidationError as error:
                raise StructBlockValidationError({"areas": error}) from None
        is_drawn = bool(len(cleaned["places"]) or cleaned["areas"].strip() or _has_region(cleaned))
        if cleaned["picture"] is not None and is_drawn:
            message = gettext("A map is drawn, or it is a picture: empty the places, areas and region, or the picture.")
            raise StructBlockValidationError({"picture": ValidationError(message)})
        if cleaned["picture"] is None and not is_drawn:
            message = gettext("There is nothing on this map yet: choose a place, an area, a region or a picture.")
            raise StructBlockValidationError({"places": ValidationError(message)})
        return cleaned


def _has_region(value: Any) -> bool:
    return region_of([value["region"][side] for side in ("west", "south", "east", "north")]) is not None
