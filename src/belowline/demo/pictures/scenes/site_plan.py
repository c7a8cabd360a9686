"""The plan of the Cold Narrows, engraved: shores, marsh, depth lines, the city above and the seven villages below."""

from __future__ import annotations

import math
from itertools import pairwise

from belowline.demo.pictures.press import (
    BRICK,
    NIGHT,
    OCHRE,
    PAPER,
    SAGE,
    SERIF,
    TEAL,
    Line,
    Point,
    Sheet,
    blob,
    box,
    disc,
    polygon,
    ramp,
)

# 110 pixels a kilometre: the throat is 45 wide (410 m), the first village 616 below it (5.6 km).
PIXELS_A_KM = 110.0
NORTH: Line = [
    (-60, 215),
    (120, 285),
    (300, 415),
    (440, 560),
    (550, 655),
    (640, 690),
    (760, 668),
    (900, 638),
    (1050, 600),
    (1205, 545),
    (1380, 470),
    (1560, 370),
    (1720, 260),
    (1860, 140),
    (2080, -20),
]
SOUTH: Line = [
    (-60, 318),
    (100, 385),
    (240, 490),
    (370, 620),
    (500, 715),
    (640, 736),
    (715, 772),
    (790, 850),
    (870, 950),
    (965, 1070),
    (1070, 1200),
    (1200, 1330),
    (1320, 1435),
    (1450, 1560),
    (1500, 1620),
]
VILLAGES = (
    (1, "Hob’s Landing", (1212, 540)),
    (2, "Sallow End", (1425, 446)),
    (3, "Marram", (1610, 338)),
    (4, "Great Stithe", (1770, 216)),
    (5, "Little Stithe", (872, 952)),
    (6, "Pell Ness", (1022, 1142)),
    (7, "Crane Bank", (1196, 1326)),
)
INSET = (330.0, 1090.0, 215.0)
# Left, top, right, bottom of the places where words stand and no house may.
FREE = ((395, 285, 920, 450), (105, 940, 560, 1320))


def draw() -> Sheet:
    sheet = Sheet(width=2000, height=1500, seed=410, roughness=2.4)
    _draw_water(sheet)
    _draw_land(sheet)
    _draw_marsh(sheet)
    _draw_city(sheet)
    _draw_gates(sheet)
    _draw_inset(sheet)
    _draw_villages(sheet)
    _draw_north(sheet, 1800, 1130)
    _draw_scale(sheet, 1570, 1390)
    sheet.stroke(box(17, 17, 1966, 1466), PAPER, 36)
    sheet.stroke(box(26, 26, 1948, 1448), NIGHT, 7)
    sheet.stroke(box(42, 42, 1916, 1416), NIGHT, 2.5)
    return sheet


def water_path() -> str:
    north = blob(NORTH, is_closed=False)
    south = blob(SOUTH[::-1], is_closed=False).replace("M", "L", 1)
    return f"{north}L2080 1540{south}Z"


def _middle(share: float) -> tuple[Point, Point]:
    """A point on either shore at the same share of the way."""

    def on(line: Line) -> Point:
        place = share * (len(line) - 1)
        i = min(int(place), len(line) - 2)
        t = place - i
        return (line[i][0] + (line[i + 1][0] - line[i][0]) * t, line[i][1] + (line[i + 1][1] - line[i][1]) * t)

    return on(NORTH), on(SOUTH)


def _draw_water(sheet: Sheet) -> None:
    """Sage water with lines of equal depth that follow the shores and grow dark in the channel."""
    sheet.fill(water_path(), SAGE)
    clip = sheet.clip(water_path())
    lines = []
    for k in range(1, 34):
        side = k / 34
        line = []
        for n in range(161):
            north, south = _middle(n / 160)
            bend = side + 0.035 * math.sin(n / 9 + k)
            line.append((north[0] + (south[0] - north[0]) * bend, north[1] + (south[1] - north[1]) * bend))
        lines.append(_dense(line))

    def deep(x: float, y: float) -> float:
        channel = 712 + (x - 640) * (0.36 if x > 640 else 0.78 - (640 - x) * 0.0002)
        return 0.14 + 0.95 * max(0.0, 1 - abs(y - channel) / (46 + max(0.0, x - 640) * 0.26))

    sheet.swell(lines, deep, TEAL, width=15, clip=clip, break_chance=0.015, thinnest=0.06)
    for side, wide in ((0.16, 4), (0.3, 4), (0.7, 4), (0.84, 4)):
        line = [
            (a[0] + (b[0] - a[0]) * side, a[1] + (b[1] - a[1]) * side) for a, b in (_middle(n / 80) for n in range(81))
        ]
        sheet.stroke(blob(line, is_closed=False), PAPER, wide, clip=clip, dash="26 10")


def _dense(line: Line) -> Line:
    out: Line = []
    for a, b in pairwise(line):
        count = max(1, int(math.dist(a, b) / 14))
        out += [(a[0] + (b[0] - a[0]) * i / count, a[1] + (b[1] - a[1]) * i / count) for i in range(count)]
    return out


def _draw_land(sheet: Sheet) -> None:
    """Both shores: a cut edge, the sea wall behind it and fields."""
    for shore, side in ((NORTH, -1), (SOUTH, 1)):
        sheet.stroke(blob(shore, is_closed=False), NIGHT, 9)
        wall = [(x + (0 if side < 0 else -26), y + side * 22) for x, y in shore[6:]]
        sheet.stroke(blob(wall, is_closed=False), NIGHT, 3)
    north = blob(NORTH, is_closed=False) + "L2080 -80L-80 -80Z"
    south = blob(SOUTH, is_closed=False) + "L-80 1580L-80 452Z"
    fields_n = (
        (960, 300, 250, 130, -16),
        (1180, 210, 200, 110, -20),
        (1010, 120, 190, 110, -16),
        (1420, 70, 150, 70, -30),
    )
    fields_s = (
        (640, 1010, 190, 130, 46),
        (760, 1190, 220, 140, 46),
        (600, 1260, 160, 120, 30),
        (900, 1330, 160, 90, 40),
    )
    for fields, land in ((fields_n, north), (fields_s, south)):
        clip = sheet.clip(land)
        for x, y, wide, tall, turn in fields:
            a = math.radians(turn)
            corners = [
                (x + math.cos(a) * u - math.sin(a) * v, y + math.sin(a) * u + math.cos(a) * v)
                for u, v in ((0, 0), (wide, 0), (wide, tall), (0, tall))
            ]
            lines = sheet.parallels(
                (x - 200, y - 150, x + wide + 150, y + tall + 200), angle=turn + sheet.rng.choice((0, 90)), gap=18
            )
            inner = sheet.clip(polygon(corners))
            sheet.open_group(clip=clip)
            sheet.swell(lines, lambda px, py: 0.3, OCHRE, width=18, clip=inner)
            sheet.close_group()


def _draw_marsh(sheet: Sheet) -> None:
    """Salt marsh: short cuts in rows, thick at the water's edge."""
    for area, shore, side in (((700, 180, 1860, 700), NORTH, 1), ((700, 770, 1450, 1480), SOUTH, -1)):

        def tone(x: float, y: float, shore: Line = shore, side: int = side) -> float:
            gap = min(math.dist((x, y), p) for p in _dense_shore(shore))
            return 0.95 * ramp(gap, 105, 20)

        sheet.dabs(
            area, NIGHT, tone=tone, gap=26, length=30, width=5, spread=5, flat=0.62, clip=sheet.clip(water_path())
        )


def _dense_shore(shore: Line) -> Line:
    key = id(shore)
    if key not in _SHORES:
        _SHORES[key] = [p for i, p in enumerate(_dense(shore)) if i % 3 == 0]
    return _SHORES[key]


_SHORES: dict[int, Line] = {}


def _draw_city(sheet: Sheet) -> None:
    """Ellerquay: blocks of houses on both banks, denser at the quays."""
    for bank, side in ((NORTH, -1), (SOUTH, 1)):
        for row in range(7):
            for k in range(17):
                _draw_house_block(sheet, bank, side, row, 0.045 + k * 0.0172)
    sheet.bar((206, 350), (168, 434), NIGHT, 17)
    sheet.bar((206, 350), (168, 434), PAPER, 8)
    sheet.bar((312, 420), (400, 420), NIGHT, 4)
    sheet.fill(disc(305, 426, 21), PAPER)
    sheet.fill(disc(305, 426, 15), BRICK)
    sheet.words("ELLERQUAY", 400, 350, size=72, weight=700, face=SERIF, spacing=8, halo=PAPER)
    sheet.words("Customs Stairs gauge", 412, 436, size=46, halo=PAPER)
    sheet.words("Skelder", 366, 538, size=50, face=SERIF, style="italic", turn=45, ink=NIGHT, halo=SAGE)


def _draw_house_block(sheet: Sheet, bank: Line, side: int, row: int, share: float) -> None:
    place = share * (len(bank) - 1)
    i = int(place)
    if i >= 4 or sheet.rng.random() < 0.05 * row:
        return
    (ax, ay), (bx, by) = bank[i], bank[i + 1]
    angle = math.atan2(by - ay, bx - ax)
    away = 22 + row * 44
    x = ax + (bx - ax) * (place - i) - math.sin(angle) * away * side
    y = ay + (by - ay) * (place - i) + math.cos(angle) * away * side
    if (
        x < 70
        or y < 80
        or any(left - 40 < x < right and top - 30 < y < bottom + 30 for left, top, right, bottom in FREE)
    ):
        return
    wide, tall = sheet.rng.uniform(27, 40), sheet.rng.uniform(24, 34)
    move = f"translate({x:.1f} {y:.1f}) rotate({math.degrees(angle):.1f})"
    ink = BRICK if sheet.rng.random() < 0.14 else NIGHT
    sheet.fill(box(-wide / 2, 0 if side > 0 else -tall, wide, tall), ink, move=move)


def _draw_gates(sheet: Sheet) -> None:
    """The gates at their true size, and where the enlarged view is taken from."""
    sheet.bar((644, 682), (638, 744), NIGHT, 22)
    sheet.stroke("M644 682L638 744", BRICK, 12, dash="7 3")
    sheet.stroke(disc(641, 713, 56), NIGHT, 5)
    x, y, radius = INSET
    sheet.stroke(f"M600 752L{x + 20} {y - radius}M664 766L{x + 158} {y - 146}", NIGHT, 4)


def _draw_inset(sheet: Sheet) -> None:
    """The throat enlarged: seven piers, six gates."""
    x, y, radius = INSET
    sheet.fill(disc(x, y, radius), PAPER)
    sheet.open_group(clip=sheet.clip(disc(x, y, radius)))
    north = [(x - 240, y - 175), (x - 120, y - 118), (x, y - 104), (x + 120, y - 122), (x + 240, y - 160)]
    south = [(x + 240, y + 190), (x + 120, y + 132), (x, y + 108), (x - 120, y + 112), (x - 240, y + 70)]
    river = blob(north, is_closed=False) + blob(south, is_closed=False).replace("M", "L", 1) + "Z"
    sheet.fill(river, SAGE)
    lines = sheet.parallels((x - 220, y - 200, x + 220, y + 200), angle=4, gap=15)
    sheet.swell(lines, lambda px, py: 0.2 + 0.6 * ramp(abs(py - y), 90, 0), TEAL, width=13, clip=sheet.clip(river))
    sheet.stroke(blob(north, is_closed=False), NIGHT, 8)
    sheet.stroke(blob(south, is_closed=False), NIGHT, 8)
    sheet.bar((x + 6, y - 100), (x - 6, y + 104), PAPER, 30)
    sheet.bar((x + 6, y - 100), (x - 6, y + 104), BRICK, 18)
    for k in range(7):
        px, py = x + 6 - 2 * k, y - 102 + k * 34.5
        sheet.fill(
            polygon(
                [
                    (px - 46, py),
                    (px - 26, py - 9),
                    (px + 26, py - 9),
                    (px + 46, py),
                    (px + 26, py + 9),
                    (px - 26, py + 9),
                ]
            ),
            NIGHT,
        )
    sheet.close_group()
    sheet.stroke(disc(x, y, radius), NIGHT, 8)
    sheet.words(
        "COLD NARROWS", x, y + radius + 66, size=54, weight=700, anchor="middle", ink=BRICK, spacing=3, halo=PAPER
    )
    sheet.words("six gates, 410 m", x, y + radius + 126, size=46, anchor="middle", halo=PAPER)


def _draw_villages(sheet: Sheet) -> None:
    sheet.stroke("M1206 580L1032 1100", NIGHT, 7, cap="round", dash="1 17")
    sheet.words("ferry", 1140, 862, size=46, face=SERIF, style="italic", halo=SAGE)
    for number, name, (x, y) in VILLAGES:
        sheet.fill(disc(x, y, 37), PAPER)
        sheet.fill(disc(x, y, 31), NIGHT)
        sheet.words(str(number), x, y + 17, size=46, weight=700, ink=PAPER, anchor="middle")
        across, up = (26, 54) if number < 5 else (-54, -16)
        sheet.words(
            name, x + (-across if number < 5 else across), y - up, size=48, weight=600, halo=PAPER, anchor="end"
        )
    sheet.fill(polygon([(1286, 588), (1262, 552), (1310, 552)]), BRICK)
    sheet.bar((1262, 592), (1310, 592), BRICK, 6)
    sheet.words("gauge", 1326, 600, size=46, halo=SAGE)
    sheet.words("GREY BIGHT", 1250, 785, size=80, weight=700, face=SERIF, spacing=16, ink=NIGHT, halo=SAGE, turn=10)


def _draw_north(sheet: Sheet, x: float, y: float) -> None:
    sheet.stroke(disc(x, y, 74), PAPER, 22)
    sheet.stroke(disc(x, y, 74), NIGHT, 7)
    sheet.fill(polygon([(x, y - 150), (x + 40, y + 56), (x, y + 30)]), NIGHT)
    sheet.fill(polygon([(x, y - 150), (x - 40, y + 56), (x, y + 30)]), PAPER)
    sheet.stroke(polygon([(x, y - 150), (x - 40, y + 56), (x, y + 30), (x + 40, y + 56)]), NIGHT, 5)
    sheet.words("N", x, y - 168, size=60, weight=700, face=SERIF, anchor="middle", halo=SAGE)


def _draw_scale(sheet: Sheet, x: float, y: float) -> None:
    """Two kilometres in four parts."""
    part = PIXELS_A_KM * 2 / 4
    whole = part * 4
    sheet.fill(box(x - 40, y - 92, whole + 150, 140), PAPER)
    sheet.stroke(box(x - 40, y - 92, whole + 150, 140), NIGHT, 4)
    sheet.fill(box(x, y - 22, whole, 28), NIGHT)
    for k in (0, 2):
        sheet.fill(box(x + k * part + 4, y - 17, part - 4, 18), PAPER)
    for value, at in ((0, 0), (1, 2), (2, 4)):
        sheet.words(
            f"{value}{' km' if value == 2 else ''}",
            x + at * part - (0 if value < 2 else 14),
            y - 38,
            size=42,
            anchor="middle" if value < 2 else "start",
        )
