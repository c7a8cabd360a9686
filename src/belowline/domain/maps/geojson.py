"""GeoJSON (RFC 7946) in and out: what a newsroom uploads is read strictly, what readers get is written compactly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from belowline.domain.maps.clipping import clip_line, clip_ring, simplified
from belowline.domain.maps.drawing import Area, Base, Line, Marker
from belowline.domain.maps.positions import Box, is_latitude, is_longitude

NAME_CHARACTERS = 120
_POLYGONS = {"Polygon", "MultiPolygon"}
_LINES = {"LineString", "MultiLineString"}
# How deep the lists of a geometry go above its points.
_DEPTH = {"Polygon": 1, "MultiPolygon": 2, "LineString": 0, "MultiLineString": 1}
# Degrees, for the interactive view of a region that is so many degrees wide: nobody sees less on a screen.
_POINTS_A_WIDTH = 1500


@dataclass(frozen=True, slots=True)
class Limits:
    """What one upload may hold. `points` bounds the time that a drawing takes."""

    characters: int
    points: int
    features: int = 2_000
    has_lines: bool = True


AREAS = Limits(characters=200_000, points=10_000, features=50, has_lines=False)
LAYER = Limits(characters=3_000_000, points=120_000)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a text is refused: a code for the sentence, and the value that belongs into it."""

    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """`kind` and `name` come from the properties of the same names; `rings` of a polygon, or `lines`."""

    name: str
    kind: str
    rings: tuple[Line, ...] = ()
    lines: tuple[Line, ...] = ()


def read_geojson(text: str, limits: Limits) -> tuple[Feature, ...] | Unusable:
    if len(text) > limits.characters:
        return Unusable("geojson_too_long", f"{len(text)}")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Unusable("geojson_not_json", str(error)[:120])
    features: list[Feature] = []
    points = 0
    for number, one in enumerate(_features_in(found)):
        if number >= limits.features:
            return Unusable("geojson_too_many", f"{limits.features}")
        feature = _feature(one, limits)
        if isinstance(feature, Unusable):
            return feature
        points += sum(len(line) for line in (*feature.rings, *feature.lines))
        if points > limits.points:
            return Unusable("geojson_too_fine", f"{limits.points}")
        features.append(feature)
    return tuple(features) if features else Unusable("geojson_empty")


def _features_in(found: Any) -> list[Any]:
    if not isinstance(found, dict):
        return []
    if found.get("type") == "FeatureCollection":
        inner = found.get("features")
        return inner if isinstance(inner, list) else []
    if found.get("type") == "Feature":
        return [found]
    return [{"type": "Feature", "geometry": found}] if "coordinates" in found else []


def _feature(one: Any, limits: Limits) -> Feature | Unusable:
    geometry = one.get("geometry") if isinstance(one, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in _POLYGONS and not (limits.has_lines and kind in _LINES):
        return Unusable("geojson_wrong_kind", str(kind)[:60])
    assert isinstance(geometry, dict)
    found = _lines_at(geometry.get("coordinates"), depth=_DEPTH[kind])
    if isinstance(found, Unusable):
        return found
    properties = one.get("properties") if isinstance(one.get("properties"), dict) else {}
    name, layer = (str(properties.get(key) or "")[:NAME_CHARACTERS].strip() for key in ("name", "kind"))
    if kind in _LINES:
        return Feature(name, layer, lines=found)
    open_ring = next((ring for ring in found if len(ring) < 4 or ring[0] != ring[-1]), None)
    if open_ring is not None:
        return Unusable("geojson_open_ring", _place(open_ring[0]))
    return Feature(name, layer, rings=found)


def _lines_at(found: Any, *, depth: int) -> tuple[Line, ...] | Unusable:
    if not isinstance(found, list) or not found:
        return Unusable("geojson_no_points", str(found)[:60])
    if depth > 0:
        lines: list[Line] = []
        for inner in found:
            answer = _lines_at(inner, depth=depth - 1)
            if isinstance(answer, Unusable):
                return answer
            lines += answer
        return tuple(lines)
    points: list[tuple[float, float]] = []
    for point in found:
        if not isinstance(point, list) or len(point) < 2 or not all(_is_number(value) for value in point[:2]):
            return Unusable("geojson_not_a_point", str(point)[:60])
        if not (is_longitude(point[0]) and is_latitude(point[1])):
            return Unusable("geojson_outside", _place((point[0], point[1])))
        points.append((float(point[0]), float(point[1])))
    return (tuple(points),) if len(points) > 1 else Unusable("geojson_no_points", _place(points[0]))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _place(point: Sequence[float]) -> str:
    return f"[{point[0]}, {point[1]}]"


# What the drawing knows by these names; anything else is drawn by what it is.
_FILLS = {"land", "water", "lake", "built", "green"}
_STROKES = {"coast", "river", "street", "border"}


def base_of(features: Sequence[Feature], *, is_whole: bool) -> Base:
    """A layer of the newsroom's own. `is_whole`: nothing of Natural Earth lies below it."""
    fills = [(one.kind if one.kind in _FILLS else "land", one.rings) for one in features if one.rings]
    land = [rings for kind, rings in fills if kind == "land"]
    return Base(
        ground="water" if land or not is_whole else "land",
        land=tuple(land),
        coast=tuple(ring for rings in land for ring in rings),
        fills=tuple((kind, rings) for kind, rings in fills if kind != "land"),
        lines=tuple((one.kind if one.kind in _STROKES else "street", line) for one in features for line in one.lines),
    )


# --- for readers ------------------------------------------------------------------------------------------------------


def write_geojson(
    box: Box, *, base: Base, areas: Sequence[Area], markers: Sequence[Marker], extra: Mapping[str, Any]
) -> str:
    """The map's places and what lies under them inside the box, as one FeatureCollection; `extra` are its own words.

    A place has `number`, `name`, `precision` and `radius` in metres; `layer` says how to draw what is no place.
    """
    features = [
        *_ground(box, base),
        *(_polygon("area", area.rings, name=area.label) for area in areas),
        *(feature for marker in markers for feature in _marker(marker)),
    ]
    bounds = [round(value, 5) for value in (box.west, box.south, box.east, box.north)]
    return _json({"type": "FeatureCollection", "bbox": bounds, **extra, "features": features}) + "\n"


def _marker(marker: Marker) -> Iterator[dict[str, Any]]:
    words = {"number": marker.number, "name": marker.label, "precision": marker.precision.value}
    if marker.rings:
        yield _polygon("place", marker.rings, **words)
    elif marker.position is not None:
        place = [marker.position.longitude, marker.position.latitude]
        yield _feature_of("Point", place, layer="place", radius=round(marker.radius_m), **words)


def _ground(box: Box, base: Base) -> Iterator[dict[str, Any]]:
    for kind, groups in (("land", base.land), ("lake", (base.lakes,))):
        for group in groups:
            yield from _filled(kind, group, box)
    for kind, rings in base.fills:
        yield from _filled(kind, rings, box)
    strokes = [("river", line) for line in base.rivers] + list(base.lines)
    strokes += [("coast", line) for line in base.coast] + [("border", line) for line in base.borders]
    for kind, line in strokes:
        lines = [
            _rounded(simplified(part, tolerance=(box.east - box.west) / _POINTS_A_WIDTH))
            for turned in _turned(line, box)
            for part in clip_line(turned, west=box.west, south=box.south, east=box.east, north=box.north)
        ]
        if lines:
            yield _feature_of("MultiLineString", lines, layer=kind)


def _filled(kind: str, rings: Sequence[Line], box: Box) -> Iterator[dict[str, Any]]:
    tolerance = (box.east - box.west) / _POINTS_A_WIDTH
    found = [
        _rounded(simplified(part, tolerance=tolerance))
        for ring in rings
        for turned in _turned(ring, box)
        if (part := clip_ring(turned, west=box.west, south=box.south, east=box.east, north=box.north))
    ]
    kept = [ring for ring in found if len(ring) > 3]
    if kept:
        # Rings as they come: the view fills by the even-odd rule, which needs no telling holes from islands.
        yield _feature_of("Polygon", kept, layer=kind)


def _turned(line: Line, box: Box) -> Iterator[Line]:
    for turn in (-360, 0, 360):
        if box.west < 180 + turn and box.east > -180 + turn:
            yield line if turn == 0 else tuple((x + turn, y) for x, y in line)


def _rounded(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [[round(x, 4), round(y, 4)] for x, y in points]


def _polygon(layer: str, rings: Sequence[Line], **words: Any) -> dict[str, Any]:
    return _feature_of("Polygon", [_rounded(ring) for ring in rings], layer=layer, **words)


def _feature_of(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
