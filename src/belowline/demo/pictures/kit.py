"""What several pictures share: a pinhole camera, a chart frame, people, gulls and reeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from belowline.demo.pictures.press import NIGHT, PAPER, Line, Point, Sheet, blob, polygon

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
        return (self.centre_x + self.focal * across / ahead, self.horizon_y - self.focal * (place[1] - self.eye) / ahead)

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
    top = [(x - s, y - s * 0.28), (x - s * 0.5, y - s * 0.42), (x, y), (x + s * 0.45, y - s * 0.5), (x + s, y - s * 0.2)]
    low = [(x + s * 0.5, y - s * 0.32), (x + s * 0.16, y + s * 0.12), (x - s * 0.1, y + s * 0.14), (x - s * 0.5, y - s * 0.28)]
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


def draw_waiting_person(
    sheet: Sheet, x: float, y: float, height: float, *, coat: str, trim: str, flip: bool = False, hat: str = NIGHT
) -> None:
    """Somebody standing in a long coat, three-quarter view, light from the left when not flipped."""
    size = height / 100
    def put(points: Sequence[Point], ink: str) -> None:
        sheet.fill(blob(scaled(points, x, y, size, flip=flip)), ink)

    put([(-9, 0), (-10, 3), (-4, 4), (-3, 20), (-3, 36), (-10, 36), (-9, 18), (-8, 5), (-14, 1)], NIGHT)
    put([(3, 0), (13, 1), (9, 5), (10, 20), (10, 36), (2, 36), (3, 20), (2, 5)], NIGHT)
    put([(-13, 32), (0, 30), (14, 32), (13, 52), (14, 68), (11, 78), (4, 83), (-4, 83), (-11, 79), (-14, 68), (-12, 52)], coat)
    put([(-10, 78), (-15, 72), (-17, 58), (-16, 45), (-12, 44), (-11, 56), (-9, 68)], coat)
    put([(10, 78), (15, 70), (18, 58), (22, 50), (19, 46), (13, 54), (9, 66)], coat)
    put([(-6, 84), (-7, 91), (-5, 97), (1, 99), (6, 96), (7, 90), (5, 84), (0, 82)], PAPER if trim == PAPER else trim)
    put([(-8, 93), (-6, 100), (1, 103), (8, 99), (9, 93), (3, 95), (-4, 94)], hat)
    put([(-6, 80), (0, 77), (7, 80), (6, 85), (0, 83), (-6, 85)], hat)
    put([(-12, 34), (-9, 50), (-11, 66), (-8, 78), (-6, 77), (-8, 60), (-7, 45), (-9, 34)], trim)


def draw_bicycle(sheet: Sheet, x: float, y: float, wheel: float, ink: str, *, line: float = 5) -> None:
    """A bicycle from the side; x is the hub of the rear wheel, y the ground, `wheel` the radius."""
    hub, front = (x, y - wheel), (x + wheel * 2.95, y - wheel)
    crank, saddle, head = (x + wheel * 1.25, y - wheel * 0.95), (x + wheel * 0.85, y - wheel * 2.3), (x + wheel * 2.5, y - wheel * 2.35)
    for centre in (hub, front):
        sheet.stroke(f"M{centre[0] - wheel} {centre[1]}a{wheel} {wheel} 0 1 1 {2 * wheel} 0a{wheel} {wheel} 0 1 1 {-2 * wheel} 0", ink, line)
        for k in range(8):
            a = k * math.pi / 8
            dx, dy = math.cos(a) * wheel, math.sin(a) * wheel
            sheet.bar((centre[0] - dx, centre[1] - dy), (centre[0] + dx, centre[1] + dy), ink, line * 0.22)
    for start, end in ((hub, crank), (crank, saddle), (saddle, hub), (saddle, head), (crank, head), (head, front)):
        sheet.bar(start, end, ink, line, cap="round")
    top = (head[0] - wheel * 0.12, head[1] - wheel * 0.35)
    sheet.bar(head, top, ink, line)
    sheet.stroke(f"M{top[0] - wheel * 0.5} {top[1] + wheel * 0.08}Q{top[0]} {top[1] - wheel * 0.12} {top[0] + wheel * 0.3} {top[1]}", ink, line, cap="round")
    sheet.bar((saddle[0] - wheel * 0.35, saddle[1] - wheel * 0.06), (saddle[0] + wheel * 0.3, saddle[1] - wheel * 0.02), ink, line * 1.7, cap="round")
    sheet.bar((crank[0] - wheel * 0.18, crank[1] + wheel * 0.4), (crank[0] + wheel * 0.18, crank[1] - wheel * 0.4), ink, line * 0.8, cap="round")
