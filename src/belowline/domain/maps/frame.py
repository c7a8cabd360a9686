"""The sheet of paper: which part of the world lies on it, and how long a kilometre is there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from belowline.domain.maps.positions import EARTH_RADIUS_M, Box, Position, latitude_of, mercator

# A drawing is never flatter or taller than this, whatever the places lie like: height by width.
FLATTEST, TALLEST = 0.5, 1.25
# Of the ends of a scale bar cartographers take 1, 2 and 5.
_STEPS = (5, 2, 1)


@dataclass(frozen=True)
class Frame:
    """`box` fills the sheet of `width` by `height` units exactly. North is up."""

    box: Box
    width: int
    height: int

    @cached_property
    def _bounds(self) -> tuple[float, float, float, float]:
        left, bottom = mercator(self.box.south, self.box.west)
        right, top = mercator(self.box.north, self.box.east)
        return left, top, self.width / (right - left), self.height / (top - bottom)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Units from the left and from the top."""
        left, top, across, down = self._bounds
        x, y = mercator(latitude, longitude)
        return (x - left) * across, (top - y) * down

    def of(self, position: Position) -> tuple[float, float]:
        """The same of a position, on whichever side of the date line the sheet shows it."""
        turned = position.longitude + 360 * math.ceil((self.box.west - position.longitude) / 360)
        return self.at(turned if turned <= self.box.east else position.longitude, position.latitude)

    def units(self, metres: float, *, latitude: float) -> float:
        """How long a distance is on the sheet at that latitude: Mercator stretches by its secant (Snyder, 7-3)."""
        return metres / (EARTH_RADIUS_M * math.cos(math.radians(latitude))) * self._bounds[2]

    @property
    def middle_latitude(self) -> float:
        _, top, _, down = self._bounds
        return latitude_of(top - self.height / 2 / down)

    @property
    def stretch(self) -> float:
        """How much longer a kilometre is at one edge than at the other; 1 on a map of a town."""
        secants = [1 / math.cos(math.radians(one)) for one in (self.box.south, self.box.north)]
        if self.box.south < 0 < self.box.north:
            secants.append(1.0)
        return max(secants) / min(secants)


def frame_of(box: Box, *, width: int, ratio: float | None = None) -> Frame:
    """The sheet for a box, widened to its shape. `ratio` is height by width; None follows the box within bounds."""
    left, bottom = mercator(box.south, box.west)
    right, top = mercator(box.north, box.east)
    across, up = max(right - left, 1e-9), max(top - bottom, 1e-9)
    wanted = min(max(up / across, FLATTEST), TALLEST) if ratio is None else ratio
    if up / across < wanted:
        more = (across * wanted - up) / 2
        top, bottom = top + more, bottom - more
    else:
        more = (up / wanted - across) / 2
        left, right = left - more, right + more
    fitted = Box(math.degrees(left), latitude_of(bottom), math.degrees(right), latitude_of(top))
    return Frame(fitted, width, round(width * wanted))


def scale_step_m(frame: Frame, *, longest: float) -> float:
    """The roundest distance (1, 2 or 5 of a power of ten, in metres) whose bar is at most `longest` units."""
    a_metre = frame.units(1.0, latitude=frame.middle_latitude)
    power = 10.0 ** math.floor(math.log10(longest / a_metre))
    return next((step * power for step in _STEPS if step * power * a_metre <= longest), power)
