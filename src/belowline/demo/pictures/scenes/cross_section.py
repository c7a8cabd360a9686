"""A closed gate in a surge: low water inside, two levels outside, seven walls to hold or not to hold."""

from __future__ import annotations

from belowline.demo.pictures.kit import Frame
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
    across,
    blob,
    box,
    polygon,
    ramp,
)

INSIDE = 1.10
AUTHORITY = 4.58
VAND = 4.85
WALLS = (
    ("Sallow End", 4.70), ("Marram", 4.72), ("Pell Ness", 4.78), ("Little Stithe", 4.80),
    ("Hob’s Landing", 4.95), ("Crane Bank", 5.05), ("Great Stithe", 5.10),
)  # fmt: skip
BED = 1330.0


def draw() -> Sheet:
    sheet = Sheet(width=2000, height=1500, seed=485, roughness=2.6)
    frame = Frame(180, 250, 1950, 1240, 0, 1, 0.0, 5.4)
    _draw_sky(sheet)
    _draw_water(sheet, frame)
    _draw_city(sheet, frame)
    _draw_levels(sheet, frame)
    _draw_walls(sheet, frame)
    _draw_gate(sheet, frame)
    _draw_bed(sheet)
    _draw_scale(sheet, frame)
    return sheet


def _draw_sky(sheet: Sheet) -> None:
    lines = sheet.parallels((740, -40, 2000, 330), angle=-7, gap=30)
    sheet.swell(lines, lambda x, y: 0.5 * ramp(y, 270, 0) * ramp(x, 700, 1500), SAGE, width=20, break_chance=0.06)


def _draw_water(sheet: Sheet, frame: Frame) -> None:
    low, high = frame.y(INSIDE), frame.y(AUTHORITY)
    inside = polygon([(170, low), (700, low), (700, BED), (170, BED)])
    sheet.fill(inside, SAGE)
    sheet.hatch(inside, (170, low, 700, BED), PAPER, tone=lambda x, y: 0.5 * ramp(y, BED, low), angle=0, gap=22)
    outside = box(700, high, 1340, BED - high)
    sheet.fill(outside, TEAL)
    sheet.hatch(
        outside, (700, high, 2040, BED), NIGHT, tone=lambda x, y: 0.18 + 0.75 * ramp(y, high, BED), angle=0, gap=22
    )
    sheet.dabs(
        (720, high + 20, 2000, high + 220),
        SAGE,
        tone=lambda x, y: 0.5 * ramp(y, high + 230, high),
        gap=34,
        length=70,
        width=8,
        spread=3,
        flat=0.8,
    )


def _draw_city(sheet: Sheet, frame: Frame) -> None:
    """A city quay with three house fronts, safe behind the gate."""
    quay = frame.y(2.35)
    houses = ((178, 122, 300, SAND), (300, 92, 218, OCHRE))
    for left, wide, tall, ink in houses:
        top = quay - tall
        roof = polygon([(left - 8, top), (left + wide / 2, top - 70), (left + wide + 8, top)])
        sheet.fill(box(left, top, wide, tall), ink)
        sheet.hatch(
            box(left + wide * 0.6, top, wide * 0.4, tall),
            (left, top, left + wide, quay),
            NIGHT,
            tone=0.4,
            angle=60,
            gap=15,
        )
        sheet.fill(roof, BRICK)
        sheet.hatch(roof, (left, top - 70, left + wide, top), NIGHT, tone=0.35, angle=0, gap=13)
        for row in range(int(tall // 78)):
            for column in range(2):
                sheet.fill(box(left + 20 + column * (wide - 62), top + 24 + row * 74, 22, 40), NIGHT)
    face = polygon([(170, quay), (404, quay), (410, quay + 26), (394, quay + 30), (400, BED), (170, BED)])
    sheet.fill(face, SAND)
    sheet.hatch(face, (170, quay, 410, BED), NIGHT, tone=0.24, angle=0, gap=36)
    sheet.hatch(face, (170, quay, 410, BED), NIGHT, tone=lambda x, y: ramp(x, 280, 410) * 0.7, angle=64, gap=17)
    sheet.fill(box(164, quay - 8, 250, 22), NIGHT)


def _draw_walls(sheet: Sheet, frame: Frame) -> None:
    for index, (name, crest) in enumerate(WALLS):
        x, top = 1116 + index * 132, frame.y(crest)
        holds = crest > VAND
        sheet.fill(polygon([(x - 38, top - 7), (x + 36, top - 7), (x + 54, BED), (x - 50, BED)]), NIGHT)
        path = polygon([(x - 31, top), (x + 29, top), (x + 46, BED), (x - 42, BED)])
        sheet.fill(path, SAND if holds else BRICK)
        sheet.hatch(
            path,
            (x - 50, top, x + 55, BED),
            NIGHT,
            tone=across(x + 14, x + 44, gain=0.95),
            angle=58,
            gap=15,
        )
        ink = NIGHT if holds else BRICK
        sheet.words(
            f"{crest:.2f}",
            x,
            min(top, frame.y(VAND) - 6) - 22,
            size=50,
            weight=700,
            anchor="middle",
            ink=ink,
            halo=PAPER,
        )
        sheet.words(
            name,
            x + 15,
            frame.bottom + 40,
            size=50,
            ink=NIGHT if holds else PAPER,
            weight=600,
            turn=-90,
            halo=SAND if holds else BRICK,
        )


def _draw_levels(sheet: Sheet, frame: Frame) -> None:
    solid, dashed = frame.y(AUTHORITY), frame.y(VAND)
    sheet.hatch(box(690, dashed, 1350, solid - dashed), (690, dashed, 2040, solid), OCHRE, tone=0.5, angle=0, gap=13)
    sheet.bar((640, solid), (2040, solid), PAPER, 14)
    sheet.bar((640, solid), (2040, solid), NIGHT, 7)
    sheet.stroke(f"M690 {dashed}H2040", PAPER, 20)
    sheet.stroke(f"M690 {dashed}H2040", BRICK, 10, dash="40 20")
    sheet.words("4.85 m (Vand)", 716, dashed - 22, size=48, weight=700, ink=BRICK, halo=PAPER)
    sheet.words("4.58 m", 716, solid + 58, size=48, weight=700, ink=PAPER, halo=NIGHT)
    sheet.words("(Authority)", 716, solid + 116, size=48, weight=700, ink=PAPER, halo=NIGHT)


def _draw_gate(sheet: Sheet, frame: Frame) -> None:
    """The lift gate between its piers, with the lifting frame above."""
    for left, right in ((548, 590), (648, 690)):
        sheet.fill(polygon([(left, 200), (right, 200), (right + 10, BED), (left - 10, BED)]), NIGHT)
        inner = polygon([(left + 6, 206), (right - 6, 206), (right + 2, BED), (left - 3, BED)])
        sheet.fill(inner, SAND)
        sheet.hatch(
            inner,
            (left - 10, 230, right + 10, BED),
            NIGHT,
            tone=across(left + 4, left + 50, gain=0.95),
            angle=60,
            gap=14,
        )
    sheet.fill(polygon([(516, 206), (516, 150), (620, 84), (724, 150), (724, 206)]), NIGHT)
    sheet.fill(polygon([(534, 192), (534, 160), (620, 106), (640, 118), (640, 192)]), TEAL)
    for x in (606, 632):
        sheet.bar((x, 200), (x, frame.y(5.15)), NIGHT, 6)
    top = frame.y(5.15)
    sheet.fill(box(590, top, 58, BED - top), NIGHT)
    for row in range(9):
        y = top + 14 + row * (BED - top) / 9
        sheet.fill(box(598, y, 42, (BED - top) / 9 - 16), OCHRE if row == 0 else TEAL)
        sheet.hatch(box(598, y, 42, 90), (598, y, 640, y + 90), NIGHT, tone=0.5, angle=0, gap=16)
    sheet.words("the closed gate", 752, 158, size=48, face=SERIF, style="italic", halo=PAPER)


def _draw_bed(sheet: Sheet) -> None:
    top = [
        (0, 1336),
        (180, 1322),
        (420, 1330),
        (560, 1312),
        (700, 1314),
        (980, 1334),
        (1400, 1320),
        (1800, 1332),
        (2040, 1320),
    ]
    path = blob(top, is_closed=False) + "L2040 1520L-20 1520Z"
    sheet.fill(path, NIGHT)
    sheet.dabs(
        (0, 1345, 2000, 1490),
        SAND,
        tone=lambda x, y: 0.45 * ramp(y, 1500, 1330),
        gap=30,
        length=54,
        width=7,
        spread=10,
        flat=0.8,
    )
    sheet.fill(box(90, 1358, 600, 130), NIGHT)
    sheet.fill(box(720, 1358, 1250, 130), NIGHT)
    sheet.words("INSIDE", 120, 1400, size=48, weight=700, ink=PAPER, spacing=5)
    sheet.words("city quay", 345, 1400, size=46, ink=PAPER, face=SERIF, style="italic")
    sheet.words("OUTSIDE", 740, 1400, size=48, weight=700, ink=PAPER, spacing=5)
    sheet.words("crests of the seven village walls", 1030, 1400, size=48, ink=PAPER, face=SERIF, style="italic")
    sheet.words("red: lower than 4.85 metres", 1030, 1462, size=48, ink=OCHRE, face=SERIF, style="italic")


def _draw_scale(sheet: Sheet, frame: Frame) -> None:
    sheet.fill(box(0, 0, 172, 1325), PAPER)
    sheet.fill(box(160, frame.y(5.4), 12, frame.bottom - frame.y(5.4)), NIGHT)
    for half in range(11):
        value = half / 2
        y = frame.y(value)
        sheet.fill(box(128 if half % 2 == 0 else 146, y - 3, 30, 6), NIGHT)
        if half % 2 == 0:
            sheet.words(f"{value:.0f}", 110, y + 17, size=50, weight=700, anchor="end")
    sheet.words("metres", 40, frame.y(5.4) - 78, size=42)
    sheet.words("above VD", 40, frame.y(5.4) - 30, size=42)
    sheet.words("1.10 m", 474, frame.y(INSIDE) - 22, size=44, weight=700, anchor="middle", halo=PAPER)
