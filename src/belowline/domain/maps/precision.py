"""How exactly the public may know where something is.

A place has a precision of its own: how well the newsroom knows it. An article may make it coarser, or keep it back
until a time; a home or a person is never finer than a locality without a second person's approval. All of it is applied
here, before anything is drawn or written, so that no picture, file or table can know more than the reader may.

To coarsen is to move: the position becomes the middle of a cell of a fixed grid, whose corners are as far away as the
radius that is drawn. Every place in a cell gives the same bytes, so none of them can be told from another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from belowline.domain.maps.positions import METRES_A_DEGREE, Position

Ring = tuple[tuple[float, float], ...]
"""(longitude, latitude) corners as in GeoJSON, the last one equal to the first."""


class Precision(StrEnum):
    """Fine to coarse. `area` is drawn as the place's polygon, `country` is named in the list and nowhere drawn."""

    EXACT = "exact"
    VICINITY = "vicinity"
    LOCALITY = "locality"
    AREA = "area"
    COUNTRY = "country"


ORDER = tuple(Precision)
# What is drawn around the mark. The steps of the newsroom's own rules: about a kilometre, about a settlement.
RADIUS_M = {
    Precision.EXACT: 0.0,
    Precision.VICINITY: 1_000.0,
    Precision.LOCALITY: 5_000.0,
    Precision.AREA: 0.0,
    Precision.COUNTRY: 0.0,
}
# Shown as a point, or as a circle around one.
POINTS = frozenset({Precision.EXACT, Precision.VICINITY, Precision.LOCALITY})
# Nobody finds a door by it: the finest that a home or a person is shown at by one person's decision.
HOME_LIMIT = Precision.LOCALITY
# Digits behind the point that each precision deserves: 0.00001 degrees is about a metre, 0.01 about a kilometre.
_DIGITS = {Precision.EXACT: 5, Precision.VICINITY: 3, Precision.LOCALITY: 3, Precision.AREA: 2, Precision.COUNTRY: 0}


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the newsroom knows it. `approved` is the finest precision that a second person has allowed a home."""

    name: str
    position: Position
    precision: Precision
    is_home_or_person: bool = False
    approved: Precision | None = None
    rings: tuple[Ring, ...] = ()


@dataclass(frozen=True, slots=True)
class Safety:
    """What one map does with a place. `coarsen_until` None: for good. Times have a zone."""

    coarsen_to: Precision | None = None
    coarsen_until: datetime | None = None
    withhold_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A place as the public may know it. `position` is None where nothing but the name may be said.

    `is_coarsened`: the position is the middle of a cell of the grid, not the place's own.
    """

    label: str
    precision: Precision
    position: Position | None
    rings: tuple[Ring, ...] = ()
    is_coarsened: bool = False

    @property
    def radius_m(self) -> float:
        return RADIUS_M[self.precision]


def is_coarser(one: Precision, other: Precision) -> bool:
    return ORDER.index(one) > ORDER.index(other)


def coarser_of(one: Precision, other: Precision) -> Precision:
    return one if is_coarser(one, other) else other


def needs_approval(place: Place) -> bool:
    """Whether the place is held at HOME_LIMIT until a second person has allowed what its precision says."""
    if not place.is_home_or_person or not is_coarser(HOME_LIMIT, place.precision):
        return False
    return place.approved is None or is_coarser(place.approved, place.precision)


def shown_at(place: Place, safety: Safety, *, now: datetime, label: str = "") -> Shown | None:
    """The place as it may be published now; None while it is withheld."""
    if safety.withhold_until is not None and safety.withhold_until > now:
        return None
    precision = place.precision
    is_moved = False
    if safety.coarsen_to is not None and (safety.coarsen_until is None or safety.coarsen_until > now):
        precision, is_moved = coarser_of(safety.coarsen_to, precision), True
    if place.is_home_or_person and (place.approved is None or is_coarser(place.approved, precision)):
        # What one person called a locality may be the very house: it moves to the grid whatever it is called.
        precision, is_moved = coarser_of(place.approved or HOME_LIMIT, precision), True
    return _shown(place, precision, is_moved=is_moved, label=label or place.name)


def _shown(place: Place, precision: Precision, *, is_moved: bool, label: str) -> Shown:
    if precision is Precision.AREA and place.rings and not is_moved:
        return Shown(label, precision, None, rings=place.rings)
    if precision in {Precision.AREA, Precision.COUNTRY}:
        return Shown(label, precision, None, is_coarsened=is_moved)
    position = coarsened(place.position, precision) if is_moved else place.position
    return Shown(label, precision, _rounded(position, precision), is_coarsened=is_moved)


def coarsened(position: Position, precision: Precision) -> Position:
    """The middle of the position's cell. Cells are bands of latitude cut into equal pieces of longitude."""
    radius = RADIUS_M[precision]
    if radius <= 0:
        return position
    # A square whose corners are `radius` away from its middle.
    side = radius * math.sqrt(2) / METRES_A_DEGREE
    bands = math.ceil(180 / side)
    band = min(int((position.latitude + 90) / 180 * bands), bands - 1)
    latitude = (band + 0.5) * 180 / bands - 90
    # The band's widest parallel, the one nearer to the equator: no cell of it may be wider than `side` there.
    widest = max(abs(latitude) - 90 / bands, 0.0)
    pieces = max(1, math.ceil(360 * math.cos(math.radians(widest)) / side))
    piece = min(int((position.longitude + 180) / 360 * pieces), pieces - 1)
    return Position(latitude, (piece + 0.5) * 360 / pieces - 180)


def _rounded(position: Position, precision: Precision) -> Position:
    digits = _DIGITS[precision]
    return replace(
        position, latitude=round(position.latitude, digits) + 0.0, longitude=round(position.longitude, digits) + 0.0
    )


def digits_of(precision: Precision) -> int:
    """How many digits behind the point a printed position has."""
    return _DIGITS[precision]


def next_change(safeties: Iterable[Safety], *, now: datetime) -> datetime | None:
    """The next moment at which the clock itself changes what may be shown; None when it does not."""
    moments = [
        moment
        for one in safeties
        for moment in (one.withhold_until, one.coarsen_until if one.coarsen_to is not None else None)
        if moment is not None and moment > now
    ]
    return min(moments, default=None)
