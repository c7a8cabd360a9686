"""The plan of the Cold Narrows, engraved: shores, marsh, depth lines, the city above and the seven villages below."""

from __future__ import annotations

import math

from belowline.demo.pictures.press import (
    BRICK, NIGHT, OCHRE, PAPER, SAGE, SAND, SERIF, TEAL, Line, Point, Sheet, blob, box, disc, polygon, ramp,
)

PIXELS_A_KM = 118.0
# Shores from upstream to the sea. The throat at x = 800 is drawn wider than 410 m would be, so that six gates show.
NORTH: Line = [(-60, 205), (150, 262), (360, 372), (560, 470), (720, 548), (812, 566), (930, 540), (1090, 470), (1270, 400), (1460, 322),
               (1660, 226), (1830, 128), (2080, -40)]  # fmt: skip
SOUTH: Line = [(-60, 452), (120, 500), (300, 588), (480, 672), (640, 716), (772, 700), (850, 742), (900, 850), (960, 985), (1060, 1130),
               (1190, 1270), (1340, 1400), (1500, 1540)]  # fmt: skip
VILLAGES = (
    (1, "Hob’s Landing", (985, 508), "end"), (2, "Sallow End", (1240, 398), "end"), (3, "Marram", (1448, 316), "end"),
    (4, "Great Stithe", (1690, 200), "end"), (5, "Little Stithe", (882, 838), "end"), (6, "Pell Ness", (1010, 1090), "end"),
    (7, "Crane Bank", (1250, 1345), "end"),
)  # fmt: skip


def draw() -> Sheet:
    sheet = Sheet(width=2000, height=1500, seed=410, roughness=2.4)
    _draw_water(sheet)
    _draw_land(sheet)
    _draw_marsh(sheet)
    _draw_city(sheet)
    _draw_gates(sheet)
    _draw_villages(sheet)
    _draw_north(sheet, 1830, 1010)
    _draw_scale(sheet, 1420, 1400)
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
        channel = 560 + (x - 600) * 0.62 + 34
        return 0.14 + 0.95 * max(0.0, 1 - abs(y - channel) / (70 + max(0.0, x - 500) * 0.24))

    sheet.swell(lines, deep, TEAL, width=17, clip=clip, break_chance=0.015, thinnest=0.06)
    for side, wide in ((0.16, 4), (0.3, 4), (0.7, 4), (0.84, 4)):
        line = [(a[0] + (b[0] - a[0]) * side, a[1] + (b[1] - a[1]) * side) for a, b in (_middle(n / 80) for n in range(81))]
        sheet.stroke(blob(line, is_closed=False), PAPER, wide, clip=clip, dash="26 10")


def _dense(line: Line) -> Line:
    out: Line = []
    for a, b in zip(line, line[1:], strict=False):
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
    fields_n = ((1000, 120, 260, 150, -24), (1310, 70, 220, 120, -24), (700, 270, 200, 120, 18), (940, 330, 150, 80, -20))
    fields_s = ((330, 850, 260, 180, 22), (560, 1060, 230, 150, 30), (150, 1160, 260, 170, 14), (760, 1260, 220, 150, 40), (420, 1320, 230, 120, 8))
    for fields, land in ((fields_n, north), (fields_s, south)):
        clip = sheet.clip(land)
        for x, y, wide, tall, turn in fields:
            a = math.radians(turn)
            corners = [(x + math.cos(a) * u - math.sin(a) * v, y + math.sin(a) * u + math.cos(a) * v)
                       for u, v in ((0, 0), (wide, 0), (wide, tall), (0, tall))]
            lines = sheet.parallels((x - 200, y - 150, x + wide + 150, y + tall + 200), angle=turn + sheet.rng.choice((0, 90)), gap=18)
            inner = sheet.clip(polygon(corners))
            sheet.open_group(clip=clip)
            sheet.swell(lines, lambda px, py: 0.3, OCHRE, width=18, clip=inner)
            sheet.close_group()


def _draw_marsh(sheet: Sheet) -> None:
    """Salt marsh: short cuts in rows, thick at the water's edge."""
    for area, shore, side in (((1090, 200, 1900, 560), NORTH, 1), ((860, 820, 1400, 1480), SOUTH, -1)):
        def tone(x: float, y: float, shore: Line = shore, side: int = side) -> float:
            gap = min(math.dist((x, y), p) for p in _dense_shore(shore))
            return 0.95 * ramp(gap, 95, 20)
        sheet.dabs(area, NIGHT, tone=tone, gap=26, length=30, width=5, spread=5, flat=0.62, clip=sheet.clip(water_path()))


def _dense_shore(shore: Line) -> Line:
    key = id(shore)
    if key not in _SHORES:
        _SHORES[key] = [p for i, p in enumerate(_dense(shore)) if i % 3 == 0]
    return _SHORES[key]


_SHORES: dict[int, Line] = {}


def _draw_city(sheet: Sheet) -> None:
    """Ellerquay: blocks of houses on both banks, denser at the quays."""
    for bank, side in ((NORTH, -1), (SOUTH, 1)):
        for row in range(4):
            for k in range(15):
                share = 0.045 + k * 0.0215
                place = share * (len(bank) - 1)
                i = int(place)
                t = place - i
                if i >= 4 or sheet.rng.random() < 0.05 * row:
                    continue
                (ax, ay), (bx, by) = bank[i], bank[i + 1]
                angle = math.atan2(by - ay, bx - ax)
                away = 26 + row * 50
                x, y = ax + (bx - ax) * t - math.sin(angle) * away * side, ay + (by - ay) * t + math.cos(angle) * away * side
                wide, tall = sheet.rng.uniform(30, 46), sheet.rng.uniform(28, 38)
                if x < 60 or y < 62:
                    continue
                move = f"translate({x:.1f} {y:.1f}) rotate({math.degrees(angle):.1f})"
                sheet.fill(box(-wide / 2, 0 if side > 0 else -tall, wide, tall), BRICK if sheet.rng.random() < 0.16 else NIGHT, move=move)
    sheet.fill(box(318, 292, 24, 24), PAPER)
    sheet.bar((250, 322), (232, 556), NIGHT, 16)
    sheet.bar((250, 322), (232, 556), PAPER, 8)
    sheet.fill(disc(430, 420, 19), PAPER)
    sheet.fill(disc(430, 420, 13), BRICK)
    sheet.words("ELLERQUAY", 110, 800, size=66, weight=700, face=SERIF, spacing=8, halo=PAPER)
    sheet.words("Customs Stairs gauge", 470, 400, size=44, halo=PAPER)
    sheet.words("Skelder", 285, 508, size=54, face=SERIF, style="italic", turn=28, ink=NIGHT, halo=SAGE)


def _draw_gates(sheet: Sheet) -> None:
    top, foot = (818, 560), (778, 706)
    sheet.bar(top, foot, PAPER, 40)
    for k in range(7):
        x, y = top[0] + (foot[0] - top[0]) * k / 6, top[1] + (foot[1] - top[1]) * k / 6
        sheet.fill(box(-30, -7.5, 60, 15), NIGHT, move=f"translate({x:.1f} {y:.1f}) rotate(15)")
    sheet.stroke(f"M{top[0]} {top[1]}L{foot[0]} {foot[1]}", BRICK, 12, dash="14 10.5")
    sheet.stroke("M770 740C720 860 690 900 640 950", NIGHT, 4)
    sheet.fill(box(250, 925, 420, 160), PAPER)
    sheet.words("COLD NARROWS", 660, 990, size=56, weight=700, anchor="end", ink=BRICK, spacing=3)
    sheet.words("six gates, 410 m", 660, 1052, size=46, anchor="end")


def _draw_villages(sheet: Sheet) -> None:
    for number, name, (x, y), _side in VILLAGES:
        sheet.fill(disc(x, y, 37), PAPER)
        sheet.fill(disc(x, y, 31), NIGHT)
        sheet.words(str(number), x, y + 17, size=46, weight=700, ink=PAPER, anchor="middle")
        is_north = number < 5
        sheet.words(name, x - (0 if is_north else 54), y - (54 if is_north else -16), size=46, weight=600, halo=PAPER,
                    anchor="end" if is_north and number != 4 else "end")
    sheet.fill(polygon([(1046, 548), (1022, 512), (1070, 512)]), BRICK)
    sheet.bar((1022, 551), (1070, 551), BRICK, 6)
    sheet.words("gauge", 1084, 556, size=44, ink=NIGHT, halo=SAGE)
    sheet.words("GREY BIGHT", 1420, 905, size=76, weight=700, face=SERIF, spacing=14, turn=33, ink=PAPER, halo=TEAL)


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
        sheet.words(f"{value}{' km' if value == 2 else ''}", x + at * part - (0 if value < 2 else 14), y - 38, size=42, anchor="middle" if value < 2 else "start")
