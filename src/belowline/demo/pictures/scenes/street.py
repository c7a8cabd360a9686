"""Tanner's Row: brick fronts in perspective, and the height the water had."""

from __future__ import annotations

import math

from belowline.demo.pictures.kit import Camera, Place, draw_bicycle, draw_standing_person
from belowline.demo.pictures.press import (
    BRICK,
    NIGHT,
    OCHRE,
    PAPER,
    SAGE,
    SAND,
    SERIF,
    TEAL,
    Sheet,
    blob,
    box,
    disc,
    polygon,
    ramp,
)

CAMERA = Camera(focal=1330, centre_x=1010, horizon_y=640, eye=1.62, yaw=-20)
WALL = -2.9  # metres left of the eye
OTHER = 3.6
HOUSE = 4.6
FIRST = 2.0
EAVES = 5.4
FLOOD = 1.36  # where the water stood, metres above the pavement


def draw() -> Sheet:
    sheet = Sheet(seed=2011)
    _draw_sky(sheet)
    _draw_far_end(sheet)
    _draw_other_side(sheet)
    _draw_road(sheet)
    for house in range(8, -1, -1):
        _draw_house(sheet, house)
    draw_standing_person(sheet, *CAMERA.at((-0.7, 0, 12.6)), 196, coat=TEAL, flip=True)
    _draw_plate(sheet)
    _draw_child_bicycle(sheet)
    return sheet


def _sun(x: float, y: float) -> float:
    return math.dist((x, y), (1500, 420))


def _draw_sky(sheet: Sheet) -> None:
    sheet.fill(box(0, 0, 2000, 800), SAND)
    rays = sheet.rays(1500, 470, first=60, last=1500, count=96)
    sheet.swell(rays, lambda x, y: 0.9 * ramp(_sun(x, y), 1150, 140), PAPER, width=30, break_chance=0.012)
    sheet.fill(disc(1500, 470, 74), OCHRE)
    sheet.stroke(disc(1500, 470, 74), PAPER, 9)
    lines = sheet.parallels((300, -20, 2000, 300), angle=3, gap=24)
    sheet.swell(lines, lambda x, y: 0.8 * ramp(y, 250, -30), SAGE, width=22)


def _draw_far_end(sheet: Sheet) -> None:
    """The street ends at the quay: masts and a warehouse gable."""
    sheet.fill(polygon([(1420, 690), (1420, 520), (1475, 470), (1530, 520), (1530, 690)]), SAGE)
    sheet.fill(polygon([(1526, 690), (1526, 560), (1640, 560), (1640, 690)]), SAGE)
    for x, top in ((1442, 380), (1556, 400), (1590, 442)):
        sheet.bar((x, 640), (x, top), NIGHT, 5)
        sheet.bar((x - 24, top + 60), (x + 26, top + 54), NIGHT, 4)
        sheet.bar((x, top), (x - 42, 640), NIGHT, 2)
        sheet.bar((x, top), (x + 42, 640), NIGHT, 2)


def _panel(where: float, start: float, end: float, low: float, high: float) -> list[Place]:
    return [(where, high, start), (where, high, end), (where, low, end), (where, low, start)]


def _bounds(places: list[Place]) -> tuple[float, float, float, float]:
    points = [CAMERA.at(place) for place in places]
    return (
        max(-60, min(p[0] for p in points)),
        max(-60, min(p[1] for p in points)),
        min(2060, max(p[0] for p in points)),
        min(1400, max(p[1] for p in points)),
    )


def _draw_other_side(sheet: Sheet) -> None:
    """The opposite row stands in its own shadow, two windows lit."""
    wall = _panel(OTHER, 6.0, 46, 0, EAVES)
    sheet.fill(CAMERA.face(wall), TEAL)
    sheet.hatch(
        CAMERA.face(wall), _bounds(wall), NIGHT, tone=lambda x, y: 0.35 + 0.5 * ramp(x, 1500, 2000), angle=58, gap=17
    )
    roof = [
        (OTHER - 0.2, EAVES, 6.0),
        (OTHER - 0.2, EAVES, 46.0),
        (OTHER + 2.2, EAVES + 2.0, 46.0),
        (OTHER + 2.2, EAVES + 2.0, 6.0),
    ]
    sheet.fill(CAMERA.face(roof), NIGHT)
    for house in range(9):
        start = 7.0 + house * HOUSE
        door, window = (
            _panel(OTHER, start + 0.5, start + 1.4, 0, 2.15),
            _panel(OTHER, start + 2.2, start + 3.4, 0.95, 2.2),
        )
        sheet.fill(CAMERA.face(door), NIGHT)
        sheet.fill(CAMERA.face(window), OCHRE if house in (1, 4) else NIGHT)
        for offset in (0.5, 2.4):
            upper = _panel(OTHER, start + offset, start + offset + 1.0, 3.3, 4.6)
            sheet.fill(CAMERA.face(upper), OCHRE if (house, offset) == (0, 2.4) else NIGHT)
            sheet.stroke(CAMERA.face(upper), SAGE, 4 if house < 2 else 2)
        sheet.stroke(CAMERA.face(window), SAGE, 4 if house < 2 else 2)
        for z in (start - 0.25, start + 0.3):
            sheet.fill(CAMERA.face(_panel(OTHER + 1.4, z, z + 0.35, EAVES + 1.0, EAVES + 2.7)), NIGHT)


def _draw_road(sheet: Sheet) -> None:
    ground: list[Place] = [(WALL, 0, 1.2), (WALL, 0, 60), (OTHER, 0, 60), (OTHER, 0, 3.0)]
    sheet.fill(CAMERA.face(ground) + polygon([(0, 1400), (1340, 650), (2060, 800), (2060, 1400)]), SAGE)
    sheet.fill(box(0, 1200, 2000, 140), SAGE)
    for row in range(62):
        z = 1.5 * 1.06**row
        if z > 50:
            break
        x = WALL + 1.3 + (0.16 if row % 2 else 0)
        while x < OTHER - 0.9:
            stone = [(x, 0.0, z), (x + 0.27, 0.0, z), (x + 0.27, 0.0, z * 1.052), (x, 0.0, z * 1.052)]
            px, py = CAMERA.at(stone[0])
            if -80 < px < 2060 and py < 1420 and sheet.rng.random() < 0.93:
                ink = NIGHT if px > 1500 + (1335 - py) * 0.1 else TEAL
                light = sheet.rng.random()
                if light < 0.62:
                    sheet.stroke(CAMERA.face(stone), ink, max(1.2, 13 / z))
                elif light < 0.76:
                    sheet.fill(CAMERA.face(stone), ink)
                else:
                    sheet.fill(CAMERA.face(stone), PAPER if px < 1500 else TEAL)
            x += 0.31
    kerb: list[Place] = [(WALL + 1.2, 0.1, 1.3), (WALL + 1.2, 0.1, 60), (WALL, 0.1, 60), (WALL, 0.1, 1.3)]
    sheet.fill(CAMERA.face(kerb), SAND)
    edge: list[Place] = [
        (WALL + 1.2, 0.1, 1.3),
        (WALL + 1.2, 0.1, 60),
        (WALL + 1.2, -0.02, 60),
        (WALL + 1.2, -0.02, 1.3),
    ]
    sheet.fill(CAMERA.face(edge), NIGHT)
    for k in range(34):
        z = 1.6 + k * 0.85
        sheet.stroke(CAMERA.line([(WALL, 0.1, z), (WALL + 1.2, 0.1, z)]), NIGHT, max(1.5, 12 / z))
    shadow: list[Place] = [(OTHER - 2.3, 0.0, 2.0), (OTHER - 2.3, 0.0, 60), (OTHER, 0.0, 60), (OTHER, 0.0, 2.0)]
    sheet.hatch(CAMERA.face(shadow), (1200, 640, 2050, 1400), NIGHT, tone=0.95, angle=24, gap=17)


def _draw_house(sheet: Sheet, house: int) -> None:
    """One front: brick courses, a door, three windows, the party wall's shade and a chimney."""
    start = FIRST + house * HOUSE - 0.4
    end = start + HOUSE
    ink = (BRICK, OCHRE, BRICK, BRICK, SAND, BRICK, OCHRE, BRICK, SAND)[house]
    roof: list[Place] = [
        (WALL + 0.25, EAVES, start),
        (WALL + 0.25, EAVES, end),
        (WALL - 2, EAVES + 2, end),
        (WALL - 2, EAVES + 2, start),
    ]
    sheet.fill(CAMERA.face(roof), NIGHT)
    for z in (end - 0.9, end - 0.4):
        sheet.fill(CAMERA.face(_panel(WALL - 1.2, z, z + 0.4, EAVES + 0.6, EAVES + 2.4)), NIGHT if house % 2 else BRICK)
    wall = _panel(WALL, start, end, 0.1, EAVES)
    sheet.fill(CAMERA.face(wall), ink)
    _draw_bricks(sheet, start, end, is_near=house < 2)
    sheet.hatch(
        CAMERA.face(wall),
        _bounds(wall),
        NIGHT,
        tone=lambda x, y: 0.8 * ramp(y, 190, -60) if house < 1 else 0.12,
        angle=64,
        gap=16,
    )
    _draw_tide_line(sheet, start, end)
    gutter: list[Place] = _panel(WALL + 0.25, start, end, EAVES - 0.14, EAVES + 0.02)
    sheet.fill(CAMERA.face(gutter), NIGHT)
    sheet.fill(CAMERA.face(_panel(WALL + 0.06, end - 0.14, end - 0.03, 0.1, EAVES)), NIGHT)
    _draw_window(sheet, start + 0.35 if house else start + 3.35, 1.1, 1.62, 2.66)
    _draw_window(sheet, start + 0.5, 1.0, 3.25, 4.6)
    _draw_window(sheet, start + 2.75, 1.0, 3.25, 4.6)
    _draw_door(
        sheet, start + 2.35 if house else start + 2.05, TEAL if house in (0, 3) else (NIGHT, SAGE, TEAL)[house % 3]
    )


def _draw_bricks(sheet: Sheet, start: float, end: float, *, is_near: bool) -> None:
    """Mortar in cut paper: every course on the near fronts, every third further down."""
    step = 0.115 if is_near else 0.3
    height = 0.1
    row = 0
    while height < EAVES:
        line = [(WALL, height, start + (end - start) * k / 24) for k in range(25)]
        points = [CAMERA.at(place) for place in line]
        depth = 3.4 / (start + end)
        sheet.swell(
            [points],
            lambda x, y: 0.85,
            SAND if row % 3 else PAPER,
            width=max(1.8, 6.4 * depth),
            break_chance=0.1,
            thinnest=0.05,
        )
        if is_near:
            z = start + (0.13 if row % 2 else 0.0)
            while z < end:
                if sheet.rng.random() < 0.62:
                    sheet.stroke(
                        CAMERA.line([(WALL, height, z), (WALL, height + step, z)]), SAND, max(1.4, 9 / (z + 1.6))
                    )
                if sheet.rng.random() < 0.09:
                    sheet.fill(
                        CAMERA.face(_panel(WALL, z + 0.02, z + 0.24, height + 0.02, height + step - 0.02)), NIGHT
                    )
                z += 0.27
        height += step
        row += 1


def _draw_window(sheet: Sheet, start: float, wide: float, low: float, high: float) -> None:
    frame = _panel(WALL, start - 0.09, start + wide + 0.09, low - 0.1, high + 0.2)
    pane = _panel(WALL, start, start + wide, low, high)
    sheet.fill(CAMERA.face(frame), PAPER)
    sheet.fill(CAMERA.face(pane), NIGHT)
    bounds = _bounds(pane)
    sheet.hatch(
        CAMERA.face(pane),
        bounds,
        SAGE,
        tone=lambda x, y: 0.75 * ramp(x + y, bounds[0] + bounds[3], bounds[0] + bounds[1]),
        angle=-52,
        gap=14,
    )
    thick = max(2.5, 26 / (start + 1.5))
    sheet.stroke(CAMERA.line([(WALL, low, start + wide / 2), (WALL, high, start + wide / 2)]), PAPER, thick)
    sheet.stroke(CAMERA.line([(WALL, (low + high) / 2, start), (WALL, (low + high) / 2, start + wide)]), PAPER, thick)
    sheet.stroke(CAMERA.face(frame), NIGHT, thick * 0.6)
    sill = _panel(WALL + 0.08, start - 0.14, start + wide + 0.14, low - 0.18, low - 0.07)
    sheet.fill(CAMERA.face(sill), NIGHT)


def _draw_door(sheet: Sheet, start: float, ink: str) -> None:
    sheet.fill(CAMERA.face(_panel(WALL, start - 0.12, start + 1.05, 0.1, 2.65)), PAPER)
    sheet.stroke(CAMERA.face(_panel(WALL, start - 0.12, start + 1.05, 0.1, 2.65)), NIGHT, max(2, 12 / (start + 1)))
    leaf = _panel(WALL, start, start + 0.93, 0.22, 2.2)
    sheet.fill(CAMERA.face(leaf), ink)
    sheet.fill(CAMERA.face(_panel(WALL, start, start + 0.93, 2.28, 2.55)), NIGHT)
    bounds = _bounds(leaf)
    sheet.hatch(
        CAMERA.face(leaf), bounds, NIGHT, tone=lambda x, y: 0.25 + 0.5 * ramp(x, bounds[0], bounds[2]), angle=86, gap=12
    )
    for low, high in ((0.36, 0.98), (1.15, 2.04)):
        for side in (0.12, 0.52):
            panel = _panel(WALL, start + side, start + side + 0.3, low, high)
            sheet.fill(CAMERA.face(panel), ink)
            sheet.stroke(CAMERA.face(panel), NIGHT, max(1.5, 16 / (start + 1.5)))
    sheet.fill(CAMERA.face(_panel(WALL + 0.01, start + 0.3, start + 0.62, 1.03, 1.1)), OCHRE)
    sheet.fill(
        CAMERA.face(
            [
                (WALL, 0.22, start - 0.1),
                (WALL, 0.22, start + 1.05),
                (WALL + 0.34, 0.22, start + 1.05),
                (WALL + 0.34, 0.22, start - 0.1),
            ]
        ),
        PAPER,
    )
    sheet.fill(CAMERA.face(_panel(WALL + 0.34, start - 0.1, start + 1.05, 0.08, 0.22)), NIGHT)


def _draw_tide_line(sheet: Sheet, start: float, end: float) -> None:
    """Paler brick below the mark, strongest at the mark itself; the same height on every front."""
    for low, high, tone, gap in ((FLOOD - 0.045, FLOOD + 0.045, 1.1, 9), (FLOOD - 0.5, FLOOD - 0.04, 0.34, 17)):
        band = _panel(WALL, start, end, low, high)
        size = max(5.0, gap * 3.4 / (start + 1.7))
        if tone > 1 and start > FIRST:
            sheet.fill(CAMERA.face(band), PAPER)
            continue
        sheet.hatch(
            CAMERA.face(band),
            _bounds(band),
            PAPER,
            tone=tone,
            angle=84 if tone < 1 else 20,
            gap=size,
            thickness=1.0 if tone > 1 else 0.8,
        )


def _draw_plate(sheet: Sheet) -> None:
    """The enamel oval: a wave and the date, at the height of the water."""
    middle, wide, tall = 2.92, 0.36, 0.2

    def oval(grow: float) -> str:
        return blob(
            [
                CAMERA.at(
                    (
                        WALL + 0.02,
                        FLOOD + 0.06 + tall * grow * math.sin(k * math.pi / 12),
                        middle + wide * grow * math.cos(k * math.pi / 12),
                    )
                )
                for k in range(24)
            ]
        )

    sheet.fill(oval(1.16), NIGHT)
    sheet.fill(oval(1.06), PAPER)
    sheet.fill(oval(0.98), TEAL)
    sheet.fill(oval(0.9), PAPER)
    for row, up in enumerate((-0.055, -0.105)):
        wave = [
            CAMERA.at(
                (
                    WALL + 0.02,
                    FLOOD + 0.06 + up + 0.018 * math.sin(k * 1.05),
                    middle + (0.24 - row * 0.06) * (k / 12 - 1),
                )
            )
            for k in range(25)
        ]
        sheet.stroke(blob(wave, is_closed=False), TEAL, 8)
    origin = CAMERA.at((WALL + 0.02, FLOOD + 0.075, middle))
    right, above = (
        CAMERA.at((WALL + 0.02, FLOOD + 0.075, middle + 0.01)),
        CAMERA.at((WALL + 0.02, FLOOD + 0.085, middle)),
    )
    a, b = (right[0] - origin[0]) * 100, (right[1] - origin[1]) * 100
    c, d = (origin[0] - above[0]) * 100, (origin[1] - above[1]) * 100
    sheet.words("9 XI 2011", 0, 0, size=0.115, weight=700, face=SERIF, anchor="middle", matrix=(a, b, c, d, *origin))
    for side in (-0.98, 0.98):
        x, y = CAMERA.at((WALL + 0.03, FLOOD + 0.06, middle + wide * side * 0.88))
        sheet.fill(box(x - 4, y - 4, 8, 8), NIGHT)


def _draw_child_bicycle(sheet: Sheet) -> None:
    def place(along: float, up: float) -> tuple[float, float]:
        return CAMERA.at((WALL + 0.42 - 0.3 * min(1.0, up / 0.7), 0.1 + up, 2.36 + along))

    shade: list[Place] = [
        (WALL + 0.42, 0.105, 2.2),
        (WALL + 0.42, 0.105, 3.6),
        (WALL + 0.02, 0.105, 3.6),
        (WALL + 0.02, 0.105, 2.2),
    ]
    sheet.hatch(CAMERA.face(shade), (0, 900, 900, 1333), NIGHT, tone=0.55, angle=10, gap=16)
    draw_bicycle(sheet, place, NIGHT, wheel=0.24, line=15)
    draw_bicycle(sheet, place, OCHRE, wheel=0.24, line=6)
