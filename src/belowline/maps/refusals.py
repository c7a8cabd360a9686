"""What editors are told when something cannot be put on a map: the value, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from belowline.domain.maps.geojson import Unusable


def outside_latitude(value: float) -> str:
    sentence = _("%(value)s is outside the world: latitude runs from -90 (south) to 90 (north).")
    return sentence % {"value": f"{value:g}"}


def outside_longitude(value: float) -> str:
    sentence = _("%(value)s is outside the world: longitude runs from -180 (west) to 180 (east).")
    return sentence % {"value": f"{value:g}"}


def unusable_geojson(problem: Unusable) -> str:
    sentences = {
        "geojson_too_long": _("This is too long (%(value)s characters): simplify the outlines, or send less."),
        "geojson_not_json": _("This is no GeoJSON: %(value)s."),
        "geojson_too_many": _("There are more than %(value)s features in it: send fewer."),
        "geojson_too_fine": _("It has more than %(value)s points: simplify the outlines."),
        "geojson_empty": _("There is nothing to draw in it: it needs at least one feature with a geometry."),
        "geojson_wrong_kind": _("A geometry of the kind “%(value)s” cannot be drawn here."),
        "geojson_open_ring": _(
            "The polygon that begins at %(value)s is not closed: its last point must be its first, and it needs four."
        ),
        "geojson_no_points": _("A geometry has too few points: %(value)s."),
        "geojson_not_a_point": _("This is no point: %(value)s. A point is [longitude, latitude]."),
        "geojson_outside": _(
            "The point %(value)s is outside the world: a point is [longitude, latitude], in this order."
        ),
    }
    return sentences[problem.code] % {"value": problem.value}


def not_drawn() -> str:
    return _(
        "The map could not be drawn, and nothing was published. Try again in a minute; if it fails again, publish without "
        "the map, and ask whoever runs the site to look into the log (map_not_drawn)."
    )


def without_picture() -> str:
    return _(
        "It is public with its map. Only the map’s picture for downloading (PNG) could not be drawn: that is tried again "
        "every few minutes, and there is nothing that you need to do."
    )
