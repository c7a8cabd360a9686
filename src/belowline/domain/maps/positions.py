"""Places on the sphere, boxes around them, and the Mercator projection that both the drawing and Leaflet use."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Mean radius R1 of GRS 80, in metres. H. Moritz, Geodetic Reference System 1980, Journal of Geodesy 74 (2000).
EARTH_RADIUS_M = 6_371_008.8
METRES_A_DEGREE = math.pi * EARTH_RADIUS_M / 180
# Where the Mercator world is a square (EPSG:3857); nearer to the poles nothing is drawn.
MERCATOR_LIMIT = 85.051128


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Degrees, north and east positive."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees. `east` is greater than `west`, and beyond 180 where the box crosses the date line."""

    west: float
    south: float
    east: float
    north: float

    def padded(self, share: float) -> Box:
        """Wider on each side by this share of its width and height, inside the world."""
        across, up = (self.east - self.west) * share, (self.north - self.south) * share
        north = min(self.north + up, MERCATOR_LIMIT)
        return Box(self.west - across, max(self.south - up, -MERCATOR_LIMIT), self.east + across, north)


def is_latitude(value: float) -> bool:
    return math.isfinite(value) and -90 <= value <= 90


def is_longitude(value: float) -> bool:
    return math.isfinite(value) and -180 <= value <= 180


def distance_m(one: Position, other: Position) -> float:
    """Along the great circle, by the haversine formula: R. W. Sinnott, Sky and Telescope 68 (1984), page 159."""
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    half = math.radians(other.longitude - one.longitude) / 2
    share = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(half) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, share)))


def mercator(latitude: float, longitude: float) -> tuple[float, float]:
    """On a sphere of radius 1, x from the meridian of Greenwich: Snyder, Map Projections (USGS Professional Paper
    1395, 1987), formulas 7-1 and 7-2."""
    held = max(-MERCATOR_LIMIT, min(MERCATOR_LIMIT, latitude))
    return math.radians(longitude), math.log(math.tan(math.pi / 4 + math.radians(held) / 2))


def latitude_of(y: float) -> float:
    """The inverse of `mercator`: formula 7-4 of the same work."""
    return math.degrees(math.pi / 2 - 2 * math.atan(math.exp(-y)))


def box_around(places: Sequence[tuple[Position, float]], *, least_m: float) -> Box | None:
    """The smallest box that holds every (position, radius in metres) and is `least_m` wide and high; None for none.

    It crosses the date line where that makes it narrower.
    """
    if not places:
        return None
    west, span = _narrowest(position.longitude % 360 for position, _ in places)
    middle_latitude = sum(position.latitude for position, _ in places) / len(places)
    radius = max(radius for _, radius in places)
    south = min(position.latitude for position, _ in places)
    north = max(position.latitude for position, _ in places)
    up = max(radius, (least_m - (north - south) * METRES_A_DEGREE) / 2) / METRES_A_DEGREE
    a_degree = METRES_A_DEGREE * max(math.cos(math.radians(middle_latitude)), 0.05)
    across = max(radius, (least_m - span * a_degree) / 2) / a_degree
    west = (west + 180) % 360 - 180
    return Box(west - across, max(south - up, -MERCATOR_LIMIT), west + span + across, min(north + up, MERCATOR_LIMIT))


def _narrowest(longitudes: Iterable[float]) -> tuple[float, float]:
    """Where the narrowest stretch with all of them begins, and its length: the circle without its widest gap."""
    found = sorted(set(longitudes))
    after = [*found[1:], found[0] + 360]
    gap, end = max((b - a, b) for a, b in zip(found, after, strict=True))
    return end % 360, 360 - gap
