"""The Constance on a still morning, seen from the landing."""

from __future__ import annotations

import math

from belowline.demo.pictures.kit import draw_bicycle, draw_gull, draw_standing_person, reeds
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
    disc,
    polygon,
    ramp,
)

HORIZON = 560
SUN = (470.0, 500.0)


def draw() -> Sheet:
    sheet = Sheet(seed=34)
    _draw_sky(sheet)
    _draw_shore(sheet)
    _draw_water(sheet)
    _draw_ferry(sheet)
    _draw_pier(sheet)
    for x, y, span in ((1130, 190, 92), (1260, 262, 64), (905, 128, 58), (1010, 300, 46)):
        draw_gull(sheet, x, y, span)
    return sheet


def _draw_sky(sheet: Sheet) -> None:
    sheet.fill(box(0, 0, 2000, HORIZON + 10), SAND)
    rings = sheet.rings(*SUN, first=120, last=1700, gap=27)
    above = sheet.clip(box(0, 0, 2000, HORIZON))
    sheet.swell(
        rings,
        lambda x, y: 1.05 * ramp(math.dist((x, y), SUN), 1250, 110),
        PAPER,
        width=25,
        clip=above,
        break_chance=0.015,
    )
    lines = sheet.parallels((0, -20, 2000, 460), angle=-2.5, gap=25)

    def cloud(x: float, y: float) -> float:
        drift = 0.5 + 0.5 * math.sin(x / 310 + y / 47) * math.sin(y / 61 + 1.2)
        return (0.35 + 0.65 * drift) * ramp(y, 470, 40) * ramp(math.dist((x, y), SUN), 250, 900)

    sheet.swell(lines, cloud, SAGE, width=23, break_chance=0.012, thinnest=0.14)
    sheet.fill(disc(*SUN, 84), OCHRE, clip=above)
    sheet.stroke(disc(*SUN, 84), PAPER, 10, clip=above)


def _draw_shore(sheet: Sheet) -> None:
    """The far marsh, a row of poplars and the church."""
    far = [
        (-40, 548),
        (180, 541),
        (420, 546),
        (700, 534),
        (960, 540),
        (1200, 528),
        (1420, 526),
        (1700, 535),
        (2040, 528),
    ]
    sheet.fill(blob(far, is_closed=False) + "L2040 580L-40 580Z", SAGE)
    for x, tall in (
        (1466, 62),
        (1500, 84),
        (1532, 70),
        (1570, 92),
        (1610, 60),
        (1020, 44),
        (1054, 58),
        (1270, 60),
        (1302, 46),
        (120, 40),
        (160, 52),
        (205, 38),
    ):
        tree = [
            (x - 15, 545),
            (x - 19, 545 - tall * 0.5),
            (x - 7, 545 - tall * 0.92),
            (x + 4, 545 - tall),
            (x + 15, 545 - tall * 0.6),
            (x + 15, 545),
        ]
        sheet.fill(blob(tree), TEAL)
    sheet.open_group("translate(-226 0)")
    sheet.fill(polygon([(1330, 545), (1330, 396), (1352, 380), (1374, 396), (1374, 545)]), TEAL)
    sheet.fill(polygon([(1330, 400), (1352, 336), (1374, 400)]), NIGHT)
    sheet.fill(polygon([(1374, 545), (1374, 486), (1392, 458), (1446, 458), (1464, 490), (1464, 545)]), TEAL)
    sheet.fill(polygon([(1372, 490), (1390, 454), (1448, 454), (1468, 492)]), NIGHT)
    sheet.fill(box(1343, 424, 9, 26), SAND)
    sheet.hatch(box(1354, 400, 20, 145), (1354, 400, 1374, 545), NIGHT, tone=0.6, angle=60, gap=11)
    sheet.close_group()
    near = [(-40, 560), (240, 551), (520, 558), (820, 548), (1100, 556), (1340, 544), (1640, 552), (2040, 544)]
    sheet.fill(blob(near, is_closed=False) + "L2040 584L-40 584Z", TEAL)
    reeds(sheet, -20, 2020, 578, 26, NIGHT, gap=13)


def _draw_water(sheet: Sheet) -> None:
    sheet.fill(box(0, 572, 2000, 761), SAGE)
    lines = sheet.parallels((0, 575, 2000, 1340), angle=0, gap=17, step=18)

    def glitter(x: float, y: float) -> float:
        wide = 70 + (y - 572) * 0.62
        return 1.05 * ramp(abs(x - SUN[0]), wide, wide * 0.15) * (0.75 + 0.25 * math.sin(y / 9)) + 0.35 * ramp(
            y, 760, 575
        )

    sheet.swell(lines, glitter, PAPER, width=14, break_chance=0.16, thinnest=0.16, wobble=0.5)
    waves = sheet.parallels((0, 640, 2000, 1340), angle=0.4, gap=23, step=22)

    def deep(x: float, y: float) -> float:
        sun = ramp(abs(x - SUN[0]), (y - 520) * 0.25, (y - 520) * 1.1)
        return (0.1 + 0.95 * ramp(y, 640, 1330)) * (0.25 + 0.75 * sun) * (0.7 + 0.3 * math.sin(x / 130 + y / 23))

    sheet.swell(waves, deep, TEAL, width=22, break_chance=0.1, wobble=0.35)
    sheet.dabs(
        (0, 1010, 2000, 1340),
        NIGHT,
        tone=lambda x, y: 0.65 * ramp(y, 1000, 1330),
        gap=46,
        length=130,
        width=13,
        spread=2,
        flat=0.8,
    )
    sheet.dabs(
        (250, 812, 1180, 1010),
        NIGHT,
        tone=lambda x, y: 1.2 * ramp(y, 1010, 830),
        gap=17,
        length=150,
        width=12,
        spread=1,
        flat=0.7,
    )
    sheet.dabs((690, 900, 830, 1150), PAPER, tone=0.3, gap=30, length=70, width=8, spread=1, flat=0.8)


def _draw_ferry(sheet: Sheet) -> None:
    _draw_deck_load(sheet)
    hull = [(236, 700), (1190, 700), (1262, 716), (1205, 800), (1150, 836), (290, 836), (232, 800), (170, 716)]
    sheet.fill(polygon(hull), NIGHT)
    sheet.fill(polygon([(224, 796), (1208, 796), (1150, 836), (290, 836)]), BRICK)
    sheet.fill(polygon([(180, 720), (1252, 720), (1244, 733), (190, 733)]), PAPER)
    sheet.hatch(
        polygon([*hull[:4], (1205, 800), (232, 800), (170, 716)]),
        (170, 735, 1262, 796),
        TEAL,
        tone=lambda x, y: 0.75 * ramp(x, 900, 250) * ramp(y, 690, 740),
        angle=0,
        gap=13,
    )
    sheet.words("CONSTANCE", 715, 780, size=40, weight=700, face=SERIF, ink=PAPER, anchor="middle", spacing=9)
    for x in range(262, 1180, 61):
        sheet.bar((x, 652), (x, 702), NIGHT, 6)
    for y in (654, 676):
        sheet.bar((240, y), (1190, y), NIGHT, 4.5)
    # Ramps: the one astern is up, the one ahead comes down for the landing.
    sheet.fill(polygon([(232, 704), (186, 706), (150, 566), (176, 560)]), NIGHT)
    sheet.fill(polygon([(220, 690), (196, 694), (168, 584), (176, 580)]), TEAL)
    sheet.fill(polygon([(1192, 700), (1226, 716), (1392, 628), (1384, 606)]), NIGHT)
    sheet.fill(polygon([(1214, 700), (1230, 704), (1374, 626), (1370, 616)]), OCHRE)
    sheet.bar((1132, 560), (1380, 612), NIGHT, 4)
    sheet.bar((1132, 560), (1132, 702), NIGHT, 9)
    sheet.bar((290, 560), (290, 702), NIGHT, 9)
    sheet.bar((290, 560), (160, 572), NIGHT, 4)
    _draw_wheelhouse(sheet)
    # Wash astern and a thin bow wave.
    wash = sheet.parallels((-20, 806, 330, 910), angle=1.5, gap=15)
    sheet.swell(
        wash,
        lambda x, y: 1.1 * ramp(x, -120, 260) * ramp(abs(y - 834 - (250 - x) * 0.09), 24 + (300 - x) * 0.12, 4),
        PAPER,
        width=15,
        break_chance=0.12,
        wobble=0.6,
    )
    sheet.fill(blob([(280, 832), (700, 828), (1170, 834), (1240, 846), (1150, 848), (700, 842), (260, 846)]), PAPER)


def _draw_deck_load(sheet: Sheet) -> None:
    """Four cars and a tractor, cut off below by the bulwark."""
    for x, ink, is_estate in ((276, BRICK, False), (424, SAND, True), (880, TEAL, False), (1012, PAPER, True)):
        top = [(x, 704), (x - 2, 668), (x + 22, 656), (x + 44, 620), (x + 96, 618)]
        tail = (
            [(x + 132, 624), (x + 138, 660), (x + 140, 704)]
            if is_estate
            else [(x + 116, 650), (x + 138, 662), (x + 140, 704)]
        )
        sheet.fill(polygon([(px + (4 if px > x + 60 else -4), py - 5) for px, py in top + tail]), NIGHT)
        sheet.fill(polygon(top + tail), ink)
        sheet.fill(polygon([(x + 32, 656), (x + 48, 628), (x + 72, 627), (x + 72, 656)]), NIGHT)
        sheet.fill(
            polygon(
                [
                    (x + 80, 656),
                    (x + 80, 627),
                    (x + 98, 627),
                    (x + (126 if is_estate else 108), 634 if is_estate else 655),
                    (x + 108, 656),
                ]
            ),
            NIGHT,
        )
        sheet.fill(polygon([(x + 40, 652), (x + 52, 630), (x + 60, 630), (x + 46, 654)]), SAGE)
    x = 662
    sheet.fill(polygon([(x - 74, 704), (x - 74, 640), (x - 8, 636), (x - 4, 574), (x + 66, 574), (x + 76, 704)]), NIGHT)
    sheet.fill(polygon([(x - 68, 700), (x - 68, 647), (x - 4, 642), (x - 2, 700)]), BRICK)
    sheet.fill(polygon([(x + 4, 634), (x + 6, 584), (x + 58, 584), (x + 62, 634)]), SAND)
    sheet.bar((x - 48, 640), (x - 48, 598), NIGHT, 8)
    sheet.fill(disc(x + 42, 672, 46), NIGHT)
    sheet.fill(disc(x + 42, 672, 21), OCHRE)


def _draw_wheelhouse(sheet: Sheet) -> None:
    """Tall and thin on a gantry, so that lorries pass below."""
    tower = polygon([(776, 702), (784, 430), (862, 430), (872, 702)])
    sheet.fill(tower, PAPER)
    sheet.hatch(tower, (776, 430, 872, 702), NIGHT, tone=lambda x, y: 1.0 * ramp(x, 796, 874), angle=62, gap=13)
    sheet.stroke(tower, NIGHT, 7)
    for y in (480, 548, 616):
        sheet.fill(box(797, y, 24, 34), NIGHT)
    sheet.fill(polygon([(744, 436), (744, 410), (902, 410), (902, 436)]), NIGHT)
    house = polygon([(752, 412), (744, 326), (904, 326), (894, 412)])
    sheet.fill(house, PAPER)
    sheet.fill(polygon([(751, 380), (748, 338), (900, 338), (897, 380)]), NIGHT)
    for x in (752, 790, 828, 866):
        sheet.fill(polygon([(x + 3, 374), (x, 344), (x + 30, 344), (x + 28, 374)]), OCHRE if x < 800 else TEAL)
    sheet.hatch(house, (828, 380, 904, 412), NIGHT, tone=0.7, angle=62, gap=12)
    sheet.stroke(house, NIGHT, 7)
    sheet.fill(polygon([(734, 330), (742, 310), (906, 310), (914, 330)]), BRICK)
    sheet.bar((824, 312), (824, 190), NIGHT, 8)
    sheet.bar((790, 250), (858, 250), NIGHT, 6)
    sheet.bar((824, 214), (762, 312), NIGHT, 3)
    sheet.bar((824, 214), (890, 312), NIGHT, 3)
    sheet.fill(polygon([(828, 192), (900, 204), (884, 220), (898, 238), (828, 232)]), BRICK)
    sheet.fill(box(792, 282, 64, 10), NIGHT)


def _draw_pier(sheet: Sheet) -> None:
    """Piles, deck and lamp in the near right corner; two people with bicycles look towards the ferry."""
    for x, wide, foot in ((1392, 46, 1340), (1500, 34, 1240), (1640, 58, 1340), (1760, 38, 1250), (1906, 64, 1340)):
        pile = polygon([(x, 985), (x + wide, 985), (x + wide + 3, foot), (x - 3, foot)])
        sheet.fill(pile, NIGHT)
        sheet.hatch(
            pile,
            (x, 1000, x + wide, foot),
            SAND,
            tone=across(x + wide * 0.55, x, gain=0.8),
            angle=86,
            gap=11,
        )
        sheet.dabs(
            (x - 40, foot - 40 if foot < 1300 else 1290, x + wide + 40, foot + 20),
            NIGHT,
            tone=0.8,
            gap=16,
            length=70,
            width=8,
            spread=2,
        )
    sheet.bar((1410, 1020), (1690, 1210), NIGHT, 20)
    sheet.bar((1690, 1020), (1430, 1220), NIGHT, 18)
    sheet.bar((1680, 1020), (1960, 1230), NIGHT, 20)
    deck = polygon([(1322, 968), (1352, 934), (2040, 918), (2040, 1012), (1330, 1010)])
    sheet.fill(deck, NIGHT)
    top = polygon([(1334, 964), (1358, 938), (2040, 922), (2040, 972)])
    sheet.fill(top, SAND)
    sheet.hatch(top, (1330, 920, 2010, 975), NIGHT, tone=0.5, angle=-68, gap=38)
    sheet.hatch(top, (1330, 945, 2010, 975), NIGHT, tone=0.45, angle=0, gap=13)
    for k in range(13):
        sheet.fill(box(1344 + k * 56, 980, 40, 24), TEAL)
    _draw_lamp(sheet, 1428, 952)
    draw_bicycle(sheet, lambda u, v: (1502 + u, 958 - v), NIGHT, wheel=58, line=8)
    draw_standing_person(sheet, 1712, 964, 330, coat=BRICK)
    draw_bicycle(sheet, lambda u, v: (1800 + u, 962 - v), NIGHT, wheel=58, line=8)
    draw_standing_person(sheet, 1884, 968, 352, coat=OCHRE)
    reeds(sheet, -20, 560, 1350, 250, NIGHT, gap=15)
    reeds(sheet, -30, 380, 1350, 320, TEAL, gap=30)


def _draw_lamp(sheet: Sheet, x: float, y: float) -> None:
    sheet.swell(
        sheet.rays(x, y - 478, first=62, last=170, count=22),
        lambda px, py: 0.9 * ramp(math.dist((px, py), (x, y - 478)), 175, 60),
        PAPER,
        width=15,
        break_chance=0.05,
    )
    sheet.fill(
        polygon([(x - 20, y), (x - 8, y - 60), (x - 6, y - 430), (x + 6, y - 430), (x + 8, y - 60), (x + 20, y)]), NIGHT
    )
    sheet.fill(polygon([(x - 30, y - 428), (x - 40, y - 510), (x + 40, y - 510), (x + 30, y - 428)]), NIGHT)
    sheet.fill(polygon([(x - 20, y - 438), (x - 28, y - 502), (x + 28, y - 502), (x + 20, y - 438)]), OCHRE)
    sheet.fill(disc(x, y - 470, 14), PAPER)
    sheet.fill(polygon([(x - 52, y - 508), (x, y - 556), (x + 52, y - 508)]), NIGHT)
