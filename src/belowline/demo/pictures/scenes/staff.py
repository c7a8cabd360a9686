"""The tide staff at Hob's Landing and, 27 centimetres higher, the holes where it used to hang.

The numerals are decimetres, so that the staff and the folding rule have one scale: 132 pixels to ten centimetres.
"""

from __future__ import annotations

import math

from belowline.demo.pictures.press import (
    BRICK,
    NIGHT,
    OCHRE,
    PAPER,
    SAGE,
    SAND,
    TEAL,
    Point,
    Sheet,
    blob,
    box,
    disc,
    down,
    polygon,
    ramp,
)
from belowline.demo.pictures.scenes.staff_hand import draw_hand

DECIMETRE = 132.0
SHIFT = 2.7 * DECIMETRE
WATER = 1130.0
STAFF_LEFT, STAFF_RIGHT = 830.0, 1010.0
STAFF_FOOT = 1150.0
STAFF_TOP = STAFF_FOOT - 5.7 * DECIMETRE
BOLT_X = 1092.0
BOLTS = (STAFF_TOP + 70, STAFF_TOP + 70 + 4 * DECIMETRE)
# Left, right, ink of each timber; the middle one carries the staff.
TIMBERS = ((-60, 250, SAGE), (300, 610, SAND), (668, 1300, SAND), (1372, 1640, SAGE), (1700, 2060, SAND))


def draw() -> Sheet:
    sheet = Sheet(seed=270)
    _draw_behind(sheet)
    for left, right, ink in TIMBERS:
        _draw_timber(sheet, left, right, ink)
    _draw_walings(sheet)
    _draw_carrying_timber(sheet)
    _draw_weed(sheet)
    _draw_staff(sheet)
    _draw_holes(sheet)
    _draw_rule(sheet)
    _draw_water(sheet)
    return sheet


def _draw_behind(sheet: Sheet) -> None:
    """Between the timbers: far water in the morning and the dark under the pier."""
    sheet.fill(box(0, 0, 2000, 1333), NIGHT)
    sheet.fill(box(0, 300, 2000, 300), TEAL)
    sheet.swell(
        sheet.parallels((0, 300, 2000, 620), angle=0, gap=17),
        lambda x, y: 0.9 * ramp(abs(y - 420), 170, 20),
        SAGE,
        width=16,
        break_chance=0.06,
    )
    sheet.swell(
        sheet.parallels((0, 560, 2000, 1140), angle=0, gap=24),
        lambda x, y: 0.5 * ramp(y, 1000, 560),
        TEAL,
        width=20,
        break_chance=0.09,
    )


def _grain(sheet: Sheet, left: float, right: float, clip: str, *, knots: list[Point], dark: float) -> None:
    """Lines along the wood that step around the knots, thicker towards the shaded side."""
    lines = []
    x = left + 6
    while x < right:
        line: list[Point] = []
        phase = sheet.rng.uniform(0, 6.3)
        for k in range(100):
            y = -20 + k * 13.8
            bend = 5 * math.sin(y / 170 + phase) + 3 * math.sin(y / 61 + phase * 2)
            for kx, ky in knots:
                away, near = x - kx, math.exp(-(((y - ky) / 70) ** 2))
                bend += near * 46 * math.copysign(math.exp(-abs(away) / 56), away)
            line.append((x + bend, y))
        lines.append(line)
        x += sheet.rng.uniform(11, 19)

    def tone(px: float, py: float) -> float:
        side = ramp(px, left + (right - left) * 0.5, right)
        patch = 0.5 + 0.5 * math.sin(px / 37 + py / 190) * math.sin(py / 97 - px / 61)
        return 0.16 + dark * side * side + 0.3 * patch + 0.25 * ramp(py, 760, 1100)

    sheet.swell(lines, tone, NIGHT, width=13, clip=clip, break_chance=0.035, wobble=0.35)
    for kx, ky in knots:
        sheet.fill(disc(kx, ky, 19, squash=1.7), NIGHT, clip=clip)
        sheet.stroke(disc(kx, ky, 30, squash=1.7), NIGHT, 4, clip=clip)
        sheet.fill(disc(kx - 3, ky, 8, squash=1.7), BRICK, clip=clip)


def _draw_timber(sheet: Sheet, left: float, right: float, ink: str) -> None:
    if left == 668:
        return
    path = polygon([(left, -20), (right, -20), (right + 4, 1360), (left - 4, 1360)])
    sheet.fill(path, ink)
    clip = sheet.clip(path)
    middle = (left + right) / 2
    _grain(sheet, left, right, clip, knots=[(middle + 40, 860 if left < 400 else 240)], dark=0.95)
    sheet.hatch(
        path,
        (left, 0, right, 1333),
        NIGHT,
        tone=lambda x, y: 0.9 * ramp(x, left + (right - left) * 0.72, right),
        angle=56,
        gap=19,
    )
    sheet.hatch(box(left, -20, 16, 1400), (left, 0, left + 16, 1333), PAPER, tone=0.9, angle=88, gap=15)
    sheet.stroke(path, NIGHT, 8)


def _draw_walings(sheet: Sheet) -> None:
    """The bracing of the rebuilt pier: newer wood, running behind the middle timber."""
    for y in (96, 742):
        beam = polygon([(-20, y + 16), (2020, y - 10), (2020, y + 92), (-20, y + 118)])
        sheet.fill(beam, OCHRE)
        sheet.hatch(
            beam,
            (0, y - 20, 2000, y + 120),
            NIGHT,
            tone=down(y + 40, y + 112, base=0.25, gain=0.7),
            angle=-0.8,
            gap=15,
        )
        sheet.stroke(beam, NIGHT, 8)
        for x in (140, 450, 1500, 1860):
            sheet.fill(disc(x, y + 50, 30), NIGHT)
            sheet.fill(disc(x - 4, y + 46, 19), SAGE)
            sheet.fill(disc(x - 9, y + 40, 7), PAPER)


def _draw_carrying_timber(sheet: Sheet) -> None:
    left, right = 668.0, 1300.0
    sheet.fill(polygon([(right, -20), (right + 44, -20), (right + 48, 1360), (right, 1360)]), NIGHT)
    path = polygon([(left, -20), (right, -20), (right + 4, 1360), (left - 4, 1360)])
    sheet.fill(path, SAND)
    clip = sheet.clip(path)
    _grain(sheet, left, right, clip, knots=[(742, 330), (1222, 214)], dark=0.5)
    sheet.hatch(path, (left, 0, right, 1333), NIGHT, tone=lambda x, y: 0.95 * ramp(x, 1160, 1310), angle=56, gap=20)
    sheet.hatch(box(left, -20, 30, 1400), (left, 0, left + 30, 1333), PAPER, tone=0.95, angle=88, gap=15)
    # The paler patch where the staff kept the weather off until 2014.
    ghost = box(STAFF_LEFT - 6, STAFF_TOP - SHIFT, STAFF_RIGHT - STAFF_LEFT + 12, SHIFT)
    sheet.hatch(
        ghost, (STAFF_LEFT - 6, STAFF_TOP - SHIFT, STAFF_RIGHT + 6, STAFF_TOP), PAPER, tone=0.8, angle=90, gap=17
    )
    crack = [(760, -20), (766, 60), (756, 120), (764, 188), (759, 250), (755, 188), (748, 120), (756, 60), (750, -20)]
    sheet.fill(blob(crack), NIGHT)
    sheet.stroke(path, NIGHT, 9)


def _draw_weed(sheet: Sheet) -> None:
    """Wet below the tide: dark wood, barnacles, bladderwrack."""
    for left, right, _ink in TIMBERS:
        area = (left, 830, right, 1340)
        wood = sheet.clip(box(left, 800, right - left, 560))
        sheet.swell(
            sheet.parallels(area, angle=90, gap=19),
            lambda x, y: 1.1 * ramp(y, 850, 1090),
            TEAL,
            width=20,
            clip=wood,
            wobble=0.5,
        )
        sheet.dabs(
            area,
            PAPER,
            tone=lambda x, y: 0.55 * ramp(abs(y - 930), 90, 10),
            gap=26,
            length=15,
            width=9,
            spread=90,
            clip=wood,
        )
        x = left + 4.0
        while x < right - 6:
            top = sheet.rng.uniform(940, 1090)
            foot = top + sheet.rng.uniform(110, 230)
            sway = sheet.rng.uniform(-24, 24)
            frond = [
                (x, top),
                (x + 13 + sway * 0.3, (top + foot) / 2),
                (x + sway, foot),
                (x - 11 + sway * 0.4, (top + foot) / 2),
            ]
            sheet.fill(blob(frond), NIGHT if sheet.rng.random() < 0.65 else TEAL)
            if sheet.rng.random() < 0.5:
                sheet.fill(disc(x + sway * 0.5, (top + foot) / 2, 7), OCHRE)
            x += sheet.rng.uniform(13, 30)


def _draw_staff(sheet: Sheet) -> None:
    """Black and white by two centimetres, a numeral at each decimetre."""
    wide = STAFF_RIGHT - STAFF_LEFT
    sheet.fill(box(STAFF_LEFT + 14, STAFF_TOP + 16, wide + 10, STAFF_FOOT - STAFF_TOP + 40), NIGHT)
    for y in BOLTS:
        strap = polygon(
            [(STAFF_LEFT - 44, y - 34), (BOLT_X + 44, y - 34), (BOLT_X + 44, y + 34), (STAFF_LEFT - 44, y + 34)]
        )
        sheet.fill(
            polygon(
                [(STAFF_LEFT - 38, y - 22), (BOLT_X + 54, y - 22), (BOLT_X + 54, y + 46), (STAFF_LEFT - 38, y + 46)]
            ),
            NIGHT,
        )
        sheet.fill(strap, TEAL)
        sheet.stroke(strap, NIGHT, 6)
    face = box(STAFF_LEFT, STAFF_TOP, wide, STAFF_FOOT - STAFF_TOP + 60)
    sheet.fill(face, PAPER)
    block = DECIMETRE / 5
    for k in range(-2, 29):
        y = STAFF_FOOT - k * block - block
        if k % 2 == 0 and y > STAFF_TOP - 2:
            in_upper = (k // 5) % 2 == 0
            sheet.fill(box(STAFF_LEFT if in_upper else STAFF_LEFT + 30, y, 66, block), NIGHT)
        if k % 5 == 0 and y > STAFF_TOP:
            sheet.fill(box(STAFF_LEFT, y + block - 3, wide, 6), NIGHT)
    for k in range(6):
        y = STAFF_FOOT - k * DECIMETRE
        sheet.fill(box(STAFF_LEFT, y - DECIMETRE + (0 if k < 5 else 40), 12, DECIMETRE - (0 if k < 5 else 40)), NIGHT)
    sheet.stroke(face, NIGHT, 8)
    for numeral in range(1, 6):
        sheet.words(
            str(numeral),
            STAFF_RIGHT - 46,
            STAFF_FOOT - numeral * DECIMETRE + 44,
            size=104,
            weight=700,
            anchor="middle",
            halo=PAPER,
        )
    for y in BOLTS:
        points = [(BOLT_X + 31 * math.cos(a), y + 31 * math.sin(a)) for a in (k * math.pi / 3 + 0.3 for k in range(6))]
        sheet.fill(polygon(points), NIGHT)
        sheet.fill(polygon([(BOLT_X + (px - BOLT_X) * 0.78, y + (py - y) * 0.78) for px, py in points]), PAPER)
        sheet.fill(disc(BOLT_X + 3, y + 3, 12), SAGE)
    lap = sheet.clip(box(STAFF_LEFT, 960, wide, 260))
    sheet.dabs(
        (STAFF_LEFT, 1000, STAFF_RIGHT, 1160),
        TEAL,
        tone=lambda x, y: 0.75 * ramp(y, 1000, 1140),
        gap=18,
        length=40,
        width=7,
        angle=80,
        clip=lap,
    )


def _draw_holes(sheet: Sheet) -> None:
    for y in (bolt - SHIFT for bolt in BOLTS):
        for k, (dx, length) in enumerate(((-10, 120), (-2, 190), (6, 150), (13, 84))):
            x = BOLT_X + dx
            sheet.fill(
                blob(
                    [
                        (x - 4, y + 8),
                        (x + 5, y + 8),
                        (x + 3 + k, y + length * 0.6),
                        (x, y + length),
                        (x - 3, y + length * 0.6),
                    ]
                ),
                BRICK,
            )
        sheet.fill(disc(BOLT_X, y, 40), BRICK)
        sheet.fill(disc(BOLT_X, y, 33), SAND)
        sheet.fill(disc(BOLT_X, y, 27), NIGHT)
        sheet.stroke(f"M{BOLT_X - 18} {y + 12}A22 22 0 0 0 {BOLT_X + 18} {y + 12}", BRICK, 5)


def _draw_rule(sheet: Sheet) -> None:
    """A folding rule from the lower bolt up to its old hole, held by a hand; the rest of it folds away to the right."""
    left, foot = BOLT_X + 54, BOLTS[1]
    top = foot - SHIFT
    tail = polygon([(left + 10, top - 64), (left + 60, top - 84), (left + 352, top + 150), (left + 326, top + 186)])
    sheet.fill(tail, NIGHT)
    inner = polygon([(left + 20, top - 60), (left + 56, top - 74), (left + 338, top + 152), (left + 322, top + 174)])
    sheet.fill(inner, OCHRE)
    for k in range(1, 22):
        x, y = left + 46 + k * 13.2, top - 68 + k * 10.6
        sheet.bar((x, y), (x - 12, y + 16), NIGHT, 3)
    blade = box(left, top - 84, 62, SHIFT + 98)
    sheet.fill(box(left + 8, top - 78, 66, SHIFT + 100), NIGHT)
    sheet.fill(blade, OCHRE)
    sheet.stroke(blade, NIGHT, 6)
    for mark in range(28):
        y = foot - mark * DECIMETRE / 10
        sheet.bar((left, y), (left + (34 if mark % 10 == 0 else 26 if mark % 5 == 0 else 16), y), NIGHT, 3.5)
    for value in (10, 20):
        sheet.words(str(value), left + 57, foot - value * DECIMETRE / 10 - 6, size=27, weight=700, anchor="end")
    sheet.fill(disc(left + 31, top - 56, 17), NIGHT)
    sheet.fill(disc(left + 31, top - 56, 8), SAGE)
    for y in (top, foot):
        sheet.bar((BOLT_X + 30, y), (left + 62, y), BRICK, 7)
    sheet.fill(box(left + 90, top + 74, 222, 92), PAPER)
    sheet.stroke(box(left + 90, top + 74, 222, 92), NIGHT, 5)
    sheet.words("27 cm", left + 201, top + 142, size=66, weight=700, anchor="middle", ink=BRICK)
    draw_hand(sheet, left + 30, foot - 46)


def _draw_water(sheet: Sheet) -> None:
    top = [
        (-40, WATER + 30),
        (200, WATER + 18),
        (480, WATER + 34),
        (820, WATER + 16),
        (1100, WATER + 30),
        (1420, WATER + 14),
        (1720, WATER + 32),
        (2040, WATER + 18),
    ]
    path = blob(top, is_closed=False) + "L2040 1360L-40 1360Z"
    sheet.fill(path, TEAL)
    clip = sheet.clip(path)
    for left, right, _ink in TIMBERS:
        sheet.dabs((left, WATER + 30, right, 1340), NIGHT, tone=0.9, gap=17, length=120, width=9, spread=3, clip=clip)
    sheet.dabs((0, WATER + 20, 2000, 1340), SAGE, tone=0.55, gap=30, length=120, width=9, spread=3, flat=0.8, clip=clip)
    sheet.dabs(
        (STAFF_LEFT - 10, WATER + 40, STAFF_RIGHT + 10, 1340),
        PAPER,
        tone=0.75,
        gap=24,
        length=84,
        width=9,
        spread=3,
        clip=clip,
    )
    sheet.stroke(blob(top, is_closed=False), PAPER, 7)
