"""From what an editor asked for to what the public may see: one frozen value, from which every file is made.

A Sheet holds nothing that its readers may not know. Pictures, GeoJSON, table and file names are functions of it alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from belowline.domain.maps.clipping import area_of, clip_ring, middle_of
from belowline.domain.maps.drawing import DRAWER, Area, Base, Marker, Scene
from belowline.domain.maps.frame import Frame, frame_of, scale_step_m
from belowline.domain.maps.geojson import AREAS, LAYER, base_of
from belowline.domain.maps.positions import Box, Position, box_around
from belowline.domain.maps.precision import Place, Precision, Safety, Shown, next_change, shown_at
from belowline.maps import words
from belowline.maps.earth import country_rings, earth
from belowline.maps.models import BaseLayer, features_of
from belowline.maps.models import Place as PlaceRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

# A map of one place shows what is within a quarter of an hour by car.
LEAST_M = 12_000.0
MARGIN = 0.15
# Height by width of the shapes that an editor may choose; "auto" follows the places.
SHAPES = {"auto": None, "wide": 9 / 16, "standard": 3 / 4, "square": 1.0, "tall": 5 / 4}
# A kilometre that is a quarter longer at one edge than at the other: the bar says where it is true.
STRETCH_SAID_FROM = 1.25
# A country is named where it fills this part of the sheet.
NAMED_FROM = 0.04


@dataclass(frozen=True, slots=True)
class Use:
    """A place as one map uses it. `label` "": the place's name in the map's language."""

    place_id: int
    place: Place
    label: str
    safety: Safety


@dataclass(frozen=True, slots=True)
class Request:
    """What the block says, with the gazetteer looked up. Not public: it holds what the newsroom knows."""

    title: str
    caption: str
    credit: str
    source_url: str
    language: str
    uses: tuple[Use, ...] = ()
    areas: tuple[Area, ...] = ()
    region: Box | None = None
    shape: str = "auto"
    has_borders: bool = True
    has_net: bool = False
    layer_id: int | None = None

    def next_change(self, *, now: datetime) -> datetime | None:
        return next_change((use.safety for use in self.uses), now=now)


@dataclass(frozen=True, slots=True)
class Layer:
    text: str
    is_whole: bool
    credit: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the public may see. `places` are numbered from 1 in this order."""

    title: str
    caption: str
    credit: str
    source_url: str
    language: str
    places: tuple[Shown, ...]
    areas: tuple[Area, ...]
    box: Box
    shape: str
    has_borders: bool
    has_net: bool
    layer: Layer | None

    @property
    def digest(self) -> str:
        """Names the drawing. The same for the same public content, whatever is known beyond it."""
        return hashlib.sha256(f"{DRAWER} {self!r}".encode()).hexdigest()

    @property
    def base_credit(self) -> str:
        """Whose the ground is, and how borders were drawn, in the running language."""
        credits = [self.layer.credit] if self.layer is not None else []
        if self.layer is None or not self.layer.is_whole:
            credits.append(
                _("Natural Earth; borders as drawn there") if self.has_borders else _("Natural Earth; without borders")
            )
        return _("Ground: %(credits)s") % {"credits": _(", ").join(credits)}

    @property
    def rows(self) -> list[tuple[str, Shown]]:
        """(number, place) in order, the number in the digits of the language."""
        return [
            (words.own_digits(str(number), language=self.language), shown)
            for number, shown in enumerate(self.places, start=1)
        ]


def sheet_of(request: Request, *, now: datetime) -> Sheet | None:
    """The map as it may be published now; None where nothing is left to show: every place is withheld."""
    found = (shown_at(use.place, use.safety, now=now, label=use.label) for use in request.uses)
    places = tuple(shown for shown in found if shown is not None)
    layer = _layer(request.layer_id)
    box = request.region or _box(places, request.areas)
    if box is None or not (places or request.areas or request.region):
        return None
    return Sheet(
        title=request.title,
        caption=request.caption,
        credit=request.credit,
        source_url=request.source_url,
        language=request.language,
        places=places,
        areas=request.areas,
        box=box,
        shape=request.shape,
        has_borders=request.has_borders,
        has_net=request.has_net,
        layer=layer,
    )


def _box(places: Sequence[Shown], areas: Sequence[Area]) -> Box | None:
    points = [(shown.position, shown.radius_m) for shown in places if shown.position is not None]
    rings = [ring for shown in places for ring in shown.rings] + [ring for area in areas for ring in area.rings]
    points += [(Position(y, x), 0.0) for ring in rings for x, y in ring]
    box = box_around(points, least_m=LEAST_M)
    return box.padded(MARGIN) if box is not None else None


def _layer(layer_id: int | None) -> Layer | None:
    row = BaseLayer.objects.filter(pk=layer_id).first() if layer_id is not None else None
    return Layer(row.geojson, row.replaces_earth, row.credit) if row is not None else None


# --- from the block ---------------------------------------------------------------------------------------------------


def request_of(value: Any, *, language: str) -> Request:
    """The request of a MapBlock's value. A place that was deleted falls away. One query for all places."""
    used = [one for one in value["places"] if one["place"] is not None]
    region = [value["region"][side] for side in ("west", "south", "east", "north")]
    return Request(
        title=value["title"].strip(),
        caption=value["caption"].strip(),
        credit=value["credit"].strip(),
        source_url=value["source_url"].strip(),
        language=language,
        uses=tuple(_use(one, language=language) for one in used),
        areas=_areas(value["areas"]),
        region=region_of(region),
        shape=value["shape"] or "auto",
        has_borders=value["borders"] != "none",
        has_net=bool(value["has_net"]),
        layer_id=value["base"].pk if value["base"] is not None else None,
    )


def _use(one: Any, *, language: str) -> Use:
    row: PlaceRow = one["place"]
    safety = Safety(
        coarsen_to=Precision(one["coarsen_to"]) if one["coarsen_to"] else None,
        coarsen_until=one["coarsen_until"],
        withhold_until=one["withhold_until"],
    )
    return Use(row.pk, row.as_known(), (one["label"] or "").strip() or row.label_in(language), safety)


def region_of(sides: Sequence[float | None]) -> Box | None:
    west, south, east, north = sides
    if west is None or south is None or east is None or north is None:
        return None
    return Box(west, south, east if east > west else east + 360, north)


def _areas(text: str) -> tuple[Area, ...]:
    return tuple(Area(one.name, one.rings) for one in features_of(text, AREAS)) if (text or "").strip() else ()


# --- what is drawn ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawable:
    """A sheet with the ground under it, which is too large to be kept."""

    sheet: Sheet
    base: Base
    names: tuple[tuple[str, Position], ...] = ()

    def markers(self) -> tuple[Marker, ...]:
        return tuple(
            Marker(number, shown.label, shown.precision, shown.position, shown.radius_m, shown.rings)
            for number, shown in self.sheet.rows
        )

    def scene(self, *, width: int, size: float, has_credit: bool) -> Scene:
        sheet = self.sheet
        with override(sheet.language):
            frame = frame_of(sheet.box, width=width, ratio=SHAPES.get(sheet.shape))
            return Scene(
                frame=frame,
                size=size,
                title=sheet.title or _("Map"),
                description=description_of(sheet),
                language=sheet.language,
                base=self.base,
                areas=sheet.areas,
                markers=self.markers(),
                names=self.names,
                scale=_scale(frame, sheet.language),
                credit=" · ".join(part for part in (sheet.credit, sheet.base_credit) if part) if has_credit else "",
                net=_net(frame) if sheet.has_net else 0.0,
            )


def drawable(sheet: Sheet) -> Drawable:
    """Reads the ground: some 20 ms for a region, a second for the world."""
    frame = frame_of(sheet.box, width=1000, ratio=SHAPES.get(sheet.shape))
    layer = sheet.layer
    own = base_of(features_of(layer.text, LAYER), is_whole=layer.is_whole) if layer is not None else None
    if own is not None and layer is not None and layer.is_whole:
        return Drawable(sheet, own)
    ground = earth(frame.box.padded(0.6), has_borders=sheet.has_borders)
    names = _country_names(frame, sheet.language) if sheet.has_borders else ()
    return Drawable(sheet, ground if own is None else _over(ground, own), names)


def _over(ground: Base, own: Base) -> Base:
    """Our own layer above Natural Earth: its land is drawn as a fill, because the sea was there before it."""
    return Base(
        land=ground.land + own.land,
        coast=ground.coast + own.coast,
        rivers=ground.rivers,
        lakes=ground.lakes,
        borders=ground.borders,
        fills=own.fills,
        lines=own.lines,
    )


def description_of(sheet: Sheet) -> str:
    """What the picture shows, for those who cannot see it: the places by name, the table has the rest."""
    named = [shown.label for shown in sheet.places] + [area.label for area in sheet.areas if area.label]
    if not named:
        return sheet.title or _("Map")
    listed = _(", ").join(named[:12])
    if len(named) > 12:
        listed += "…"
    kind, places = _("Map"), _("Places: %(names)s.") % {"names": listed}
    return f"{kind}: {sheet.title}. {places}" if sheet.title else f"{kind}. {places}"


def _scale(frame: Frame, language: str) -> str:
    said = words.distance(scale_step_m(frame, longest=frame.width * 0.24), language=language)
    if frame.stretch < STRETCH_SAID_FROM:
        return said
    latitude = frame.middle_latitude
    degrees = words.own_digits(f"{abs(latitude):.0f}", language=language)
    where = _("%(distance)s at %(degrees)s° N") if latitude >= 0 else _("%(distance)s at %(degrees)s° S")
    return where % {"distance": said, "degrees": degrees}


def _net(frame: Frame) -> float:
    wide = frame.box.east - frame.box.west
    return next((step for step in (30.0, 10.0, 5.0, 1.0, 0.5, 0.1, 0.05) if wide / step >= 3), 0.01)


def _country_names(frame: Frame, language: str) -> tuple[tuple[str, Position], ...]:
    """Countries that fill a good part of the sheet, by their CLDR names, in the middle of what is to be seen of them."""
    territories = words.territories(language)
    box = frame.box
    whole = (box.east - box.west) * (box.north - box.south)
    found = []
    for code, rings in country_rings():
        parts = [part for ring in rings for part in _inside(ring, box)]
        largest = max(parts, key=area_of, default=None)
        if largest is not None and area_of(largest) > whole * NAMED_FROM and code in territories:
            longitude, latitude = middle_of(largest)
            found.append((territories[code], Position(latitude, longitude)))
    # One country alone says nothing that the headline does not.
    return tuple(found) if len(found) > 1 else ()


def _inside(ring: Sequence[tuple[float, float]], box: Box) -> Iterable[list[tuple[float, float]]]:
    for turn in (-360, 0, 360):
        if box.west >= 180 + turn or box.east <= -180 + turn:
            continue
        turned = [(x + turn, y) for x, y in ring]
        part = clip_ring(turned, west=box.west, south=box.south, east=box.east, north=box.north)
        if part:
            yield part
