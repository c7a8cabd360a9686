"""The flood gate in front of the market: steel on a rail, chalk on it."""

from __future__ import annotations

from belowline.demo.pictures.press import (
    NIGHT,
    OCHRE,
    PAPER,
    SAGE,
    SERIF,
    TEAL,
    Sheet,
    across,
    box,
    disc,
    polygon,
    ramp,
)


def draw_gate(sheet: Sheet) -> None:
    """The waist-high steel gate on its rail, chalked, and the post it will close against."""
    sheet.fill(polygon([(-20, 1278), (1480, 1268), (1480, 1298), (-20, 1310)]), NIGHT)
    sheet.fill(polygon([(-20, 1283), (1480, 1273), (1480, 1282), (-20, 1292)]), SAGE)
    left, right, top, foot = -30, 1010, 960, 1284
    sheet.fill(box(left, top - 8, right - left + 8, foot - top + 14), NIGHT)
    for k in range(5):
        x = left + 20 + k * 204
        panel = box(x, top + 34, 184, foot - top - 62)
        sheet.fill(panel, TEAL)
        sheet.hatch(
            panel,
            (x, top + 30, x + 184, foot),
            NIGHT,
            tone=across(x + 60, x + 190, base=0.2, gain=0.75),
            angle=66,
            gap=16,
        )
        sheet.hatch(
            panel,
            (x, top + 30, x + 184, foot),
            SAGE,
            tone=across(x + 70, x, gain=0.8),
            angle=0,
            gap=18,
        )
        for y in (top + 48, foot - 44):
            for px in (x + 14, x + 170):
                sheet.fill(disc(px, y, 7), NIGHT)
    sheet.fill(box(left, top, right - left, 22), SAGE)
    sheet.hatch(box(left, top, right - left, 22), (left, top, right, top + 22), OCHRE, tone=0.8, angle=2, gap=12)
    sheet.fill(box(right - 14, top - 12, 26, foot - top + 16), OCHRE)
    for k in range(6):
        y = top - 10 + k * 58
        sheet.fill(polygon([(right - 14, y + 26), (right + 12, y), (right + 12, y + 27), (right - 14, y + 53)]), NIGHT)
    for x in (120, 530, 930):
        sheet.fill(disc(x, 1288, 27), NIGHT)
        sheet.fill(disc(x, 1288, 13), SAGE)
    # Chalk: five nights counted, and the height of 2011.
    for k in range(4):
        sheet.bar((262 + k * 24, 1066 + k * 2), (258 + k * 24, 1148 + k * 3), PAPER, 7, cap="round")
    sheet.bar((246, 1136), (352, 1074), PAPER, 7, cap="round")
    sheet.bar((430, 1040), (536, 1036), PAPER, 7, cap="round")
    sheet.bar((483, 1042), (483, 1104), PAPER, 6, cap="round")
    sheet.stroke("M466 1062L483 1042L501 1060", PAPER, 6, cap="round")
    sheet.words("9 XI", 428, 1162, size=58, ink=PAPER, face=SERIF, style="italic", weight=600, turn=-3)
    _draw_post(sheet)


def _draw_post(sheet: Sheet) -> None:
    """The stone pillar that the gate will close against, with its striped slot."""
    sheet.fill(polygon([(1440, 1296), (1460, 880), (1604, 876), (1632, 1294)]), NIGHT)
    stone = polygon([(1490, 1284), (1494, 892), (1590, 888), (1612, 1282)])
    sheet.fill(stone, SAGE)
    sheet.hatch(stone, (1480, 880, 1620, 1290), NIGHT, tone=lambda x, y: 0.9 * ramp(x, 1535, 1615), angle=64, gap=15)
    for y in (968, 1046, 1128, 1208):
        sheet.bar((1488, y), (1612, y - 2), NIGHT, 6)
    slot = polygon([(1452, 1284), (1466, 900), (1492, 900), (1488, 1284)])
    sheet.fill(slot, OCHRE)
    clip = sheet.clip(slot)
    for k in range(8):
        y = 890 + k * 56
        sheet.fill(polygon([(1446, y + 28), (1498, y - 6), (1498, y + 22), (1446, y + 56)]), NIGHT, clip=clip)
    sheet.fill(polygon([(1436, 896), (1462, 846), (1608, 842), (1634, 892)]), NIGHT)
    sheet.fill(polygon([(1452, 886), (1470, 856), (1560, 854), (1574, 884)]), SAGE)
