"""What several pictures share: a pinhole camera, a chart frame, people, gulls and reeds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from belowline.demo.pictures.press import NIGHT, SAND, Line, Point, Sheet, blob, polygon, ramp

Place = tuple[float, float, float]


@dataclass(frozen=True)
class Camera:
    """Looks along +z, turned `yaw` degrees to the right; metres in, pixels out. The eye is `eye` metres up."""

    focal: float
    centre_x: float
    horizon_y: float
    eye: float = 1.6
    yaw: float = 0.0

    def at(self, place: Place) -> Point:
        """Where a place (right, up, ahead) falls on the sheet; `ahead` must be in front of the eye."""
        turn = math.radians(self.yaw)
        across = place[0] * math.cos(turn) - place[2] * math.sin(turn)
        ahead = max(0.05, place[0] * math.sin(turn) + place[2] * math.cos(turn))
        return (
            self.centre_x + self.focal * across / ahead,
            self.horizon_y - self.focal * (place[1] - self.eye) / ahead,
        )

    def face(self, places: Sequence[Place]) -> str:
        """A flat face as a closed path."""
        return polygon([self.at(place) for place in places])

    def line(self, places: Sequence[Place]) -> str:
        """An open path through the places."""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (self.at(place) for place in places))


@dataclass(frozen=True)
class Frame:
    """A chart's field: pixels of its box and the values at its edges."""

    left: float
    top: float
    right: float
    bottom: float
    x_from: float
    x_to: float
    y_from: float
    y_to: float

    def x(self, value: float) -> float:
        return self.left + (value - self.x_from) / (self.x_to - self.x_from) * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.y_from) / (self.y_to - self.y_from) * (self.bottom - self.top)


def head_chart(sheet: Sheet, title: str, unit: str) -> None:
    """A chart's headline with its unit below, above a cut rule."""
    sheet.fill(polygon([(90, 74), (1910, 70), (1910, 80), (90, 82)]), NIGHT)
    sheet.words(title, 90, 160, size=64, weight=700, face="'Noto Serif', 'DejaVu Serif', serif")
    sheet.words(unit, 90, 232, size=46)


def draw_gull(sheet: Sheet, x: float, y: float, span: float, ink: str = NIGHT) -> None:
    """A gull on the wing, seen from the side."""
    s = span / 2
    top = [
        (x - s, y - s * 0.28),
        (x - s * 0.5, y - s * 0.42),
        (x, y),
        (x + s * 0.45, y - s * 0.5),
        (x + s, y - s * 0.2),
    ]
    low = [
        (x + s * 0.5, y - s * 0.32),
        (x + s * 0.16, y + s * 0.12),
        (x - s * 0.1, y + s * 0.14),
        (x - s * 0.5, y - s * 0.28),
    ]
    sheet.fill(blob(top + low), ink)


def reeds(sheet: Sheet, left: float, right: float, foot: float, height: float, ink: str, *, gap: float = 9) -> None:
    """A stand of bent blades."""
    pieces = []
    x = left
    while x < right:
        size = height * sheet.rng.uniform(0.4, 1.0)
        lean = sheet.rng.uniform(-0.28, 0.42) * size
        wide = sheet.rng.uniform(3.5, 7.5)
        pieces.append(
            f"M{x - wide:.1f} {foot:.1f}Q{x:.1f} {foot - size * 0.6:.1f} {x + lean:.1f} {foot - size:.1f}"
            f"Q{x + wide:.1f} {foot - size * 0.5:.1f} {x + wide:.1f} {foot:.1f}Z"
        )
        x += gap * sheet.rng.uniform(0.5, 1.5)
    sheet.fill("".join(pieces), ink)


def scaled(points: Sequence[Point], x: float, y: float, size: float, *, flip: bool = False) -> Line:
    """Points drawn on a grid (y up from 0 at the foot) moved to a place on the sheet."""
    sign = -1 if flip else 1
    return [(x + sign * px * size, y - py * size) for px, py in points]


def draw_standing_person(
    sheet: Sheet, x: float, y: float, height: float, *, coat: str, skin: str = SAND, flip: bool = False
) -> None:
    """Somebody in a long coat seen from the side, looking left (right when flipped), one arm forward."""
    size = height / 102

    def shape(points: Sequence[Point]) -> str:
        return blob(scaled(points, x, y, size, flip=flip))

    sheet.fill(
        shape([(-13, 0), (-12, 4), (-6, 6), (-5, 20), (-5, 36), (3, 36), (2, 20), (1, 4), (0, 0), (-6, -1)]), NIGHT
    )
    sheet.fill(
        shape([(-2, -1), (-2, 3), (4, 6), (4, 20), (2, 36), (10, 36), (10, 20), (10, 5), (10, 0), (4, -2)]), NIGHT
    )
    body = shape(
        [
            (-5, 84),
            (-9, 76),
            (-10, 66),
            (-9, 54),
            (-11, 41),
            (-13, 30),
            (-8, 28.5),
            (0, 28),
            (11, 30),
            (10, 42),
            (10, 56),
            (11, 70),
            (8, 80),
            (4, 84),
        ]
    )
    sheet.fill(body, coat)
    bounds = (x - 14 * size, y - 85 * size, x + 14 * size, y - 27 * size)
    back = -1 if flip else 1
    sheet.hatch(
        body,
        bounds,
        NIGHT,
        tone=lambda px, py: 0.95 * ramp((px - x) * back, -3 * size, 13 * size),
        angle=62 * back,
        gap=max(9.0, height / 30),
    )
    sheet.fill(shape([(-4, 86), (-3, 82), (4, 81), (6, 85), (3, 88)]), NIGHT)
    sheet.fill(
        shape([(-1, 80), (6, 78), (8, 66), (6, 55), (-3, 51), (-13, 52), (-14, 57), (-5, 59), (-1, 64), (-3, 73)]),
        NIGHT,
    )
    sheet.fill(
        shape([(0, 78), (4.5, 76), (6, 66), (4, 57), (-4, 53), (-11, 53.5), (-11, 55.5), (-4, 57), (1.5, 63), (0, 72)]),
        coat,
    )
    sheet.fill(shape([(-12, 53), (-16.5, 53.5), (-16.5, 57), (-12, 57)]), skin)
    sheet.fill(
        shape(
            [
                (-4.2, 86.5),
                (-4.4, 89),
                (-7, 90.4),
                (-5.4, 93.5),
                (-4.6, 97),
                (0, 99.5),
                (5, 98),
                (6.5, 93),
                (5, 88),
                (3.5, 85.5),
                (-1.5, 85),
            ]
        ),
        skin,
    )
    sheet.fill(
        shape(
            [
                (-8.5, 94.6),
                (-5, 96),
                (-4.5, 100),
                (1, 103),
                (6.8, 100.4),
                (8.6, 94),
                (7.4, 87),
                (4.4, 86),
                (3, 91),
                (1, 94.6),
                (-3, 94.8),
            ]
        ),
        NIGHT,
    )


def draw_bicycle(sheet: Sheet, place: Callable[[float, float], Point], ink: str, *, wheel: float, line: float) -> None:
    """A bicycle from the side. `place` maps (along, up) from the rear hub's foot to the sheet; `wheel` is its radius."""

    def rod(start: Point, end: Point, width: float = 1.0) -> None:
        sheet.bar(place(*start), place(*end), ink, line * width, cap="round")

    w = wheel
    hub, front, crank = (0.0, w), (2.95 * w, w), (1.25 * w, 0.95 * w)
    saddle, head, grip = (0.85 * w, 2.3 * w), (2.5 * w, 2.35 * w), (2.38 * w, 2.75 * w)
    for along, up in (hub, front):
        rim = [place(along + w * math.cos(k * math.pi / 16), up + w * math.sin(k * math.pi / 16)) for k in range(32)]
        sheet.stroke(blob(rim), ink, line * 1.15)
        for k in range(7):
            dx, dy = math.cos(k * math.pi / 7) * w, math.sin(k * math.pi / 7) * w
            rod((along - dx, up - dy), (along + dx, up + dy), 0.2)
    for start, end in (
        (hub, crank),
        (crank, saddle),
        (saddle, hub),
        ((0.95 * w, 2.05 * w), head),
        (crank, head),
        (head, front),
        (head, grip),
    ):
        rod(start, end)
    rod((1.9 * w, 2.75 * w), grip, 0.9)
    rod(grip, (2.65 * w, 2.9 * w), 0.9)
    rod((0.5 * w, 2.36 * w), (1.15 * w, 2.32 * w), 1.9)
    rod((1.05 * w, 0.55 * w), (1.45 * w, 1.35 * w), 0.8)
