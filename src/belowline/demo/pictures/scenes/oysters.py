"""Low water at Marram: trestles to the vanishing point, one figure at work, the wall behind."""

from __future__ import annotations

import math

from belowline.demo.pictures.kit import Camera, draw_gull, reeds, scaled
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
    across,
    blob,
    box,
    disc,
    down,
    polygon,
    ramp,
)

HORIZON = 610
CAMERA = Camera(focal=1150, centre_x=760, horizon_y=HORIZON, eye=2.0)
ROWS = (-13.0, -9.6, -6.2, -2.8, 0.6, 4.0, 7.4, 10.8, 14.2)
GLARE = (760.0, 610.0)


def draw() -> Sheet:
    sheet = Sheet(seed=472)
    _draw_sky(sheet)
    _draw_mud(sheet)
    _draw_wall(sheet)
    for ahead in range(17, 0, -1):
        for row in ROWS:
            _draw_trestle(sheet, row, 1.2 + ahead * 3.3)
            if ahead == 2 and row == 4.0:
                _draw_worker(sheet, *CAMERA.at((2.82, 0.0, 8.3)))
    for x, y, size, flip in ((262, 1284, 1.45, False), (600, 1240, 2.1, True), (1290, 1075, 0.95, True)):
        _draw_wader(sheet, x, y, size, flip=flip)
    _draw_catch(sheet, 1500, 1268)
    for x, y, span in ((1280, 250, 84), (1390, 300, 60), (1180, 330, 48), (1476, 236, 44)):
        draw_gull(sheet, x, y, span)
    return sheet


def _draw_sky(sheet: Sheet) -> None:
    """Wide and pale: bellied clouds left as bare paper, with cut shade below each."""
    sheet.fill(box(0, 0, 2000, HORIZON + 10), SAND, opacity=0.62)
    lines = sheet.parallels((0, -20, 2000, 420), angle=-1.5, gap=24)
    sheet.swell(lines, lambda x, y: 0.85 * ramp(y, 380, -40), SAGE, width=22, break_chance=0.012)
    clouds = (((-80, 250), 620, 150), ((560, 210), 760, 170), ((1330, 330), 820, 150))
    for (x, y), wide, tall in clouds:
        path = polygon([(x, y), (x + wide, y), (x + wide * 0.9, y - tall * 0.3), (x + wide * 0.1, y - tall * 0.3)])
        count = max(5, wide // 85)
        for k in range(count):
            share = (k + 0.5) / count
            radius = tall * (0.22 + 0.34 * math.sin(math.pi * share)) * sheet.rng.uniform(0.75, 1.15)
            lift = tall * (0.12 + 0.42 * math.sin(math.pi * share) * sheet.rng.uniform(0.7, 1.1))
            path += disc(x + wide * share, y - lift, radius * 1.25, squash=0.8)
        path += disc(x + wide * 0.5, y - tall * 0.12, wide * 0.5, squash=tall * 0.3 / wide)
        sheet.fill(path, PAPER)
        shade = sheet.parallels((x - 60, y - tall, x + wide + 60, y + 40), angle=-2, gap=15)
        sheet.swell(
            shade,
            down(y - tall * 0.5, y + 16, gain=0.85),
            SAGE,
            width=13,
            clip=sheet.clip(path),
            break_chance=0.06,
        )
    rays = sheet.rings(*GLARE, first=150, last=620, gap=24, squash=0.42)
    sheet.swell(
        rays,
        lambda x, y: 0.7 * ramp(math.dist((x, y), GLARE), 560, 140),
        PAPER,
        width=18,
        clip=sheet.clip(box(0, 0, 2000, HORIZON)),
    )


def _draw_mud(sheet: Sheet) -> None:
    sheet.fill(box(0, HORIZON, 2000, 730), SAGE)
    lines = sheet.parallels((0, HORIZON, 2000, 1340), angle=0, gap=16, step=20)

    def shine(x: float, y: float) -> float:
        wide = 200 + (y - HORIZON) * 1.0
        return 1.1 * ramp(abs(x - GLARE[0]), wide, 0) * ramp(y, 1420, 620) * (0.7 + 0.3 * math.sin(y / 11 + x / 90))

    sheet.swell(lines, shine, PAPER, width=15, break_chance=0.07, wobble=0.4)
    for k in range(54):
        y = HORIZON + 30 + 700 * sheet.rng.random() ** 1.5
        x, size = sheet.rng.uniform(-50, 2050), (y - HORIZON) * sheet.rng.uniform(0.25, 0.6)
        pool = [
            (x - size, y),
            (x - size * 0.4, y - size * 0.07),
            (x + size * 0.5, y - size * 0.09),
            (x + size, y),
            (x + size * 0.2, y + size * 0.07),
        ]
        sheet.fill(blob(pool), PAPER if k % 3 else SAND)
    ripples = sheet.parallels((0, 700, 2000, 1340), angle=-3, gap=21, step=18)

    def ripple(x: float, y: float) -> float:
        return (
            ramp(y, 680, 1320)
            * (0.3 + 0.5 * math.sin(x / 70 + y / 13) * math.sin(x / 190 - y / 31))
            * ramp(abs(x - GLARE[0]), 0, 700)
        )

    sheet.swell(ripples, ripple, TEAL, width=22, break_chance=0.05)
    sheet.dabs(
        (0, 1080, 2000, 1340),
        NIGHT,
        tone=lambda x, y: 0.4 * ramp(y, 1060, 1340),
        gap=44,
        length=84,
        width=10,
        spread=6,
        flat=0.7,
    )


def _draw_wall(sheet: Sheet) -> None:
    """Two cottages look over the sea wall."""
    for x, y, size in ((1420, 558, 1.0), (1640, 552, 1.22)):
        body = box(x, y - 70 * size, 150 * size, 80 * size)
        sheet.fill(body, PAPER)
        sheet.hatch(
            box(x + 100 * size, y - 70 * size, 50 * size, 80 * size),
            (x, y - 90 * size, x + 150 * size, y),
            NIGHT,
            tone=0.55,
            angle=60,
            gap=12,
        )
        roof = polygon(
            [
                (x - 12, y - 66 * size),
                (x + 24 * size, y - 124 * size),
                (x + 126 * size, y - 124 * size),
                (x + 162 * size, y - 66 * size),
            ]
        )
        sheet.fill(roof, BRICK)
        sheet.hatch(
            roof,
            (x, y - 130 * size, x + 165 * size, y - 60 * size),
            NIGHT,
            tone=across(x + 60 * size, x + 150 * size, base=0.3, gain=0.5),
            angle=0,
            gap=11,
        )
        sheet.fill(box(x + 30 * size, y - 152 * size, 20 * size, 40 * size), NIGHT)
        for wx in (24, 66):
            sheet.fill(box(x + wx * size, y - 50 * size, 22 * size, 28 * size), NIGHT)
    crest = [(-40, 553), (300, 548), (700, 552), (1050, 545), (1400, 548), (1750, 540), (2040, 544)]
    bank = blob(crest, is_closed=False) + "L2040 634L-40 626Z"
    sheet.fill(bank, TEAL)
    sheet.hatch(bank, (0, 540, 2000, 634), NIGHT, tone=lambda x, y: 0.25 + 0.6 * ramp(y, 555, 630), angle=72, gap=13)
    sheet.hatch(bank, (0, 540, 2000, 580), SAGE, tone=lambda x, y: 0.75 * ramp(y, 580, 545), angle=78, gap=14)
    sheet.fill(polygon([(-20, 622), (2020, 630), (2020, 644), (-20, 634)]), NIGHT)
    for x in range(30, 2000, 92):
        sheet.bar((x, 548), (x, 522), NIGHT, 5)
    sheet.stroke("M20 530L2000 524", NIGHT, 2.5)
    reeds(sheet, -10, 420, 636, 30, NIGHT, gap=14)


def _draw_trestle(sheet: Sheet, row: float, ahead: float) -> None:
    """An iron table with three mesh bags on it and its reflection in the wet mud."""
    at = CAMERA.at
    left, right, far = row - 0.52, row + 0.52, ahead + 2.9
    if at((right, 0, ahead))[0] < -300 or at((left, 0, ahead))[0] > 2300:
        return
    scale = CAMERA.focal / ahead
    shade = [at((left, 0, ahead)), at((right, 0, ahead)), at((right, 0, far)), at((left, 0, far))]
    xs, ys = [p[0] for p in shade], [p[1] for p in shade]
    if ahead < 14:
        sheet.hatch(
            polygon(shade), (min(xs), min(ys), max(xs), max(ys)), NIGHT, tone=0.62, angle=0, gap=max(8.0, scale * 0.055)
        )
    else:
        sheet.fill(polygon(shade), TEAL)
    for z in (far, ahead + 1.45, ahead):
        for x in (left + 0.06, right - 0.06):
            sheet.bar(at((x, 0, z)), at((x, 0.62, z)), NIGHT, max(2.0, 0.05 * scale * ahead / z))
    for n in (2, 1, 0):
        z, end = ahead + 0.05 + n * 0.97, ahead + 0.9 + n * 0.97
        top = [at((left, 0.8, z)), at((right, 0.8, z)), at((right, 0.8, end)), at((left, 0.8, end))]
        front = [at((left, 0.8, z)), at((right, 0.8, z)), at((right, 0.62, z)), at((left, 0.62, z))]
        inner = (left, right)[row < 0]
        flank = [at((inner, 0.8, z)), at((inner, 0.8, end)), at((inner, 0.62, end)), at((inner, 0.62, z))]
        sheet.fill(polygon(flank), NIGHT)
        sheet.fill(polygon(front), NIGHT)
        sheet.fill(polygon(top), NIGHT)
        if ahead < 22:
            face = polygon(
                [((p[0] * 0.9 + sum(q[0] for q in top) / 40), (p[1] * 0.9 + sum(q[1] for q in top) / 40)) for p in top]
            )
            sheet.fill(face, SAND if (n + int(row)) % 3 else SAGE)
            xs, ys = [p[0] for p in top], [p[1] for p in top]
            gap = max(6.0, 0.1 * scale)
            bounds = (min(xs), min(ys), max(xs), max(ys))
            sheet.hatch(face, bounds, NIGHT, tone=0.42, angle=34, gap=gap)
            sheet.hatch(face, bounds, NIGHT, tone=0.42, angle=-30, gap=gap)


def _draw_worker(sheet: Sheet, x: float, y: float) -> None:
    """Bent over a trestle in yellow waders, seen from the side."""
    size = 2.7

    def cut(points: list[Point], ink: str, *, outline: float = 5) -> str:
        path = polygon(scaled(points, x, y, size))
        sheet.stroke(path, NIGHT, outline * 2)
        sheet.fill(path, ink)
        return path

    def shade(path: str, start: float, end: float, lean: float = 0.0) -> None:
        """Dark cuts that grow from `start` to `end` (grid units across), following a lean."""
        sheet.hatch(
            path,
            (x - 90, y - 260, x + 160, y + 5),
            NIGHT,
            angle=62,
            gap=10,
            tone=lambda px, py: 0.95 * ramp((px - x) / size - lean * (y - py) / size, start, end),
        )

    sheet.dabs(
        (x - 80, y - 4, x + 90, y + 130),
        NIGHT,
        tone=lambda px, py: 0.8 * ramp(py, y + 130, y),
        gap=13,
        length=80,
        width=7,
        spread=2,
        flat=0.9,
    )
    sheet.dabs(
        (x - 50, y + 2, x + 40, y + 120),
        OCHRE,
        tone=lambda px, py: 0.5 * ramp(py, y + 120, y),
        gap=15,
        length=46,
        width=6,
        spread=2,
        flat=0.9,
    )
    far_leg = cut([(-4, 0), (15, -1), (15, 4), (8, 8), (9, 26), (11, 40), (10, 52), (-6, 52), (-2, 28), (-3, 8)], OCHRE)
    shade(far_leg, -6, 6)
    near_leg: list[Point] = [
        (-24, 0),
        (-4, -1),
        (-4, 4),
        (-11, 8),
        (-9, 27),
        (-3, 42),
        (4, 54),
        (12, 62),
        (22, 70),
        (14, 80),
        (0, 76),
    ]
    near_leg += [(-14, 69), (-23, 58), (-25, 44), (-21, 26), (-22, 8)]
    waders = cut(near_leg, OCHRE)
    shade(waders, -17, -4, lean=0.17)
    torso = cut([(12, 79), (22, 70), (34, 67), (39, 72), (37, 80), (28, 84)], TEAL)
    shade(torso, 12, 40, lean=0.12)
    sheet.bar((x + 14 * size, y - 78 * size), (x + 31 * size, y - 78 * size), OCHRE, 8, cap="round")
    cut([(29, 72), (37, 70), (39, 58), (36, 46), (30, 47), (32, 58)], TEAL, outline=4)
    cut([(30, 48), (37, 47), (38, 41), (31, 40)], BRICK, outline=4)
    head = blob(
        scaled(
            [(38, 78), (42, 85), (49, 86), (55, 81), (56, 76), (58, 72), (54, 70), (52, 65), (45, 65), (40, 70)],
            x,
            y,
            size,
        )
    )
    sheet.stroke(head, NIGHT, 9)
    sheet.fill(head, SAND)
    cap = blob(
        scaled(
            [
                (36, 74),
                (37, 84),
                (44, 91),
                (53, 88),
                (57, 81),
                (63, 76),
                (61, 74),
                (54, 77),
                (47, 78),
                (43, 72),
                (39, 69),
            ],
            x,
            y,
            size,
        )
    )
    sheet.stroke(cap, NIGHT, 9)
    sheet.fill(cap, BRICK)


def _draw_catch(sheet: Sheet, x: float, y: float) -> None:
    """A basket of oysters with a rake in the near corner."""
    sheet.dabs((x - 40, y - 8, x + 330, y + 60), NIGHT, tone=0.75, gap=15, length=110, width=8, spread=2)
    sheet.bar((x - 120, y + 26), (x + 420, y - 268), NIGHT, 16, cap="round")
    sheet.bar((x - 116, y + 20), (x + 416, y - 270), SAND, 6, cap="round")
    for k in range(5):
        sheet.bar((x - 150 + k * 15, y - 2 + k * 14), (x - 178 + k * 15, y + 26 + k * 14), NIGHT, 7, cap="round")
    sheet.bar((x - 158, y - 10), (x - 82, y + 62), NIGHT, 12, cap="round")
    for k in range(38):
        px = x + 24 + sheet.rng.uniform(0, 236)
        rise = 66 * (1 - ((px - x - 142) / 140) ** 2)
        py = y - 150 - sheet.rng.uniform(0, max(4.0, rise))
        w = sheet.rng.uniform(25, 37)
        shell = blob(
            [
                (px - w, py + 4),
                (px - w * 0.4, py - w * 0.55),
                (px + w * 0.7, py - w * 0.4),
                (px + w, py + 6),
                (px + w * 0.1, py + w * 0.5),
            ]
        )
        sheet.fill(shell, NIGHT)
        inner = [
            (px - w * 0.75, py + 2),
            (px - w * 0.3, py - w * 0.38),
            (px + w * 0.55, py - w * 0.26),
            (px + w * 0.72, py + 4),
            (px, py + w * 0.26),
        ]
        sheet.fill(blob(inner), (PAPER, SAGE, SAND)[k % 3])
        sheet.stroke(f"M{px - w * 0.5:.0f} {py:.0f}q{w * 0.5:.0f} {-w * 0.3:.0f} {w:.0f} 0", NIGHT, 2.5)
    basket = polygon([(x, y - 158), (x + 284, y - 158), (x + 250, y + 12), (x + 34, y + 12)])
    sheet.fill(basket, NIGHT)
    inside = sheet.clip(basket)
    for row in range(5):
        for k in range(9):
            px, py = x + 12 + k * 30 + (15 if row % 2 else 0), y - 142 + row * 31
            squeeze = (px - x - 142) * (1 - 0.045 * row) + x + 142
            rod = blob([(squeeze - 20, py + 9), (squeeze, py - 2), (squeeze + 20, py + 9), (squeeze, py + 20)])
            sheet.fill(rod, OCHRE if px < x + 190 else BRICK, clip=inside)
            sheet.fill(box(squeeze - 16, py + 7, 32, 4), NIGHT, clip=inside)
    sheet.fill(polygon([(x - 12, y - 172), (x + 296, y - 172), (x + 292, y - 148), (x - 8, y - 148)]), NIGHT)
    sheet.hatch(box(x - 4, y - 166, 290, 14), (x, y - 168, x + 290, y - 150), OCHRE, tone=0.7, angle=50, gap=14)


def _draw_wader(sheet: Sheet, x: float, y: float, size: float, *, flip: bool) -> None:
    """A curlew with its reflection."""
    sign = -1 if flip else 1
    for dx in (-6, 10):
        sheet.stroke(
            f"M{x + sign * dx * size} {y - 46 * size}l{3 * size * sign} {46 * size}l{9 * size * sign} 3",
            NIGHT,
            4 * size,
        )
        sheet.stroke(f"M{x + sign * (dx + 2) * size} {y + 6}l{3 * size * sign} {24 * size}", NIGHT, 3.2 * size)
    body = [
        (-44, 62),
        (-30, 76),
        (0, 82),
        (24, 78),
        (34, 92),
        (40, 112),
        (50, 120),
        (62, 116),
        (64, 108),
        (56, 100),
        (50, 84),
        (36, 58),
        (10, 42),
        (-20, 46),
    ]
    sheet.fill(blob(scaled(body, x, y, size, flip=flip)), NIGHT)
    sheet.fill(
        blob(scaled([(-30, 62), (-10, 72), (16, 70), (26, 60), (8, 52), (-14, 54)], x, y, size, flip=flip)), SAND
    )
    sheet.hatch(
        blob(scaled([(-30, 62), (-10, 72), (16, 70), (26, 60), (8, 52), (-14, 54)], x, y, size, flip=flip)),
        (x - 50 * size, y - 80 * size, x + 50 * size, y - 40 * size),
        NIGHT,
        tone=0.6,
        angle=20,
        gap=9,
    )
    sheet.stroke(
        blob(scaled([(62, 112), (80, 108), (96, 96), (102, 84)], x, y, size, flip=flip), is_closed=False),
        NIGHT,
        4.6 * size,
        cap="round",
    )
    sheet.fill(disc(x + sign * 54 * size, y - 113 * size, 2.6 * size), PAPER)
    sheet.dabs(
        (x - 60 * size, y + 26 * size, x + 60 * size, y + 76 * size),
        NIGHT,
        tone=0.6,
        gap=10 * size,
        length=52 * size,
        width=5,
        spread=2,
    )
