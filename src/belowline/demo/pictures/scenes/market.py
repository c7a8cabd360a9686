"""Lantern Dock market after closing, at the blue hour, the flood gate half across the entrance."""

from __future__ import annotations

import math

from belowline.demo.pictures.kit import Camera, Place, draw_standing_person
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
    Tone,
    blob,
    box,
    disc,
    down,
    polygon,
    ramp,
)
from belowline.demo.pictures.scenes.market_gate import draw_gate

CAMERA = Camera(focal=1150, centre_x=760, horizon_y=700, eye=1.75, yaw=-36)
WALL = -6.4
BAY = 4.3
FIRST = 2.2
SPRING = 2.9  # where the arches leave their piers, metres up
EDGE = 0.9  # the quay's edge, metres right of the eye


def draw() -> Sheet:
    sheet = Sheet(seed=8)
    _draw_sky(sheet)
    _draw_far_bank(sheet)
    _draw_dock(sheet)
    _draw_boats(sheet)
    _draw_quay(sheet)
    _draw_arcade(sheet)
    _draw_people(sheet)
    draw_gate(sheet)
    return sheet


def _draw_sky(sheet: Sheet) -> None:
    sheet.fill(box(0, 0, 2000, 720), TEAL)
    lines = sheet.parallels((0, -20, 2000, 720), angle=-2, gap=24)
    sheet.swell(lines, lambda x, y: 1.05 * ramp(y, 470, -120), NIGHT, width=25, break_chance=0.012)
    sheet.swell(
        sheet.parallels((600, 300, 2000, 720), angle=-2, gap=21),
        lambda x, y: 1.1 * ramp(y, 330, 640),
        SAGE,
        width=21,
        break_chance=0.02,
    )
    sheet.swell(
        sheet.parallels((900, 480, 2000, 720), angle=-2, gap=19),
        lambda x, y: 1.1 * ramp(y, 540, 690),
        SAND,
        width=19,
        break_chance=0.03,
    )
    sheet.fill("M1672 122A52 52 0 1 1 1652 204A46 46 0 0 0 1672 122Z", PAPER)
    for _ in range(26):
        x, y = sheet.rng.uniform(700, 1980), sheet.rng.uniform(20, 330)
        if math.dist((x, y), (1690, 170)) > 110:
            sheet.fill(disc(x, y, sheet.rng.uniform(2.5, 4.5)), PAPER)


def _draw_far_bank(sheet: Sheet) -> None:
    """Warehouses, a crane and a few lit windows across the dock."""
    x = 1280.0
    while x < 2040:
        wide, tall = sheet.rng.uniform(70, 130), sheet.rng.uniform(60, 140)
        top = 690 - tall
        gable = polygon([(x, 700), (x, top), (x + wide / 2, top - 46), (x + wide, top), (x + wide, 700)])
        sheet.fill(gable, NIGHT)
        for row in range(int(tall // 42)):
            for k in range(int(wide // 30)):
                if sheet.rng.random() < 0.3:
                    sheet.fill(box(x + 14 + k * 28, top + 14 + row * 40, 11, 17), OCHRE)
        x += wide - 2
    for foot, tall, reach in ((1760, 420, 210), (1905, 330, 150)):
        sheet.bar((foot - 22, 690), (foot - 8, 690 - tall * 0.6), NIGHT, 8)
        sheet.bar((foot + 22, 690), (foot + 8, 690 - tall * 0.6), NIGHT, 8)
        for k in range(5):
            y = 690 - tall * 0.12 * k
            sheet.bar((foot - 20, y), (foot + 18, y - tall * 0.1), NIGHT, 4)
        sheet.fill(box(foot - 26, 690 - tall * 0.72, 52, 52), NIGHT)
        sheet.bar((foot + 20, 690 - tall * 0.62), (foot - reach, 690 - tall), NIGHT, 9)
        sheet.bar((foot - reach, 690 - tall), (foot - reach, 690 - tall * 0.6), NIGHT, 3)


def _draw_dock(sheet: Sheet) -> None:
    sheet.fill(box(0, 696, 2000, 640), TEAL)
    lines = sheet.parallels((1000, 690, 2000, 1340), angle=0, gap=18)
    sheet.swell(lines, lambda x, y: 0.3 + 0.7 * ramp(y, 700, 1250), NIGHT, width=20, break_chance=0.07, wobble=0.4)
    sheet.swell(lines, lambda x, y: 0.75 * ramp(y, 860, 700), SAND, width=11, break_chance=0.16, wobble=0.5)
    for x in (1330, 1475, 1640, 1812, 1935):
        sheet.dabs(
            (x - 30, 715, x + 30, 1010),
            OCHRE,
            tone=lambda px, py: 0.85 * ramp(py, 1030, 700),
            gap=22,
            length=64,
            width=8,
            spread=2,
        )


def _draw_quay(sheet: Sheet) -> None:
    """Wet stone: dark, with the lanterns in it."""
    ground: list[Place] = [(WALL, 0, 1.0), (WALL, 0, 44), (EDGE, 0, 44), (EDGE, 0, 0.4)]
    path = CAMERA.face(ground)
    sheet.fill(path, NIGHT)
    sheet.fill(polygon([(0, 1000), (0, 1340), (1400, 1340), (1000, 1000)]), NIGHT)
    clip = sheet.clip(path + polygon([(0, 1000), (0, 1340), (1400, 1340), (1000, 1000)]))
    for k in range(60):
        z = 0.8 * 1.07**k
        if z < 44:
            sheet.stroke(CAMERA.line([(WALL, 0, z), (EDGE, 0, z)]), TEAL, max(1.4, 9 / (z * 0.7 + 2)), clip=clip)
    for k in range(8):
        x = WALL + (EDGE - WALL) * k / 8
        sheet.stroke(CAMERA.line([(x, 0, 0.5), (x, 0, 44)]), TEAL, 3, clip=clip)
    for bay in range(8):
        z = FIRST + (bay + 0.5) * BAY
        px, py = CAMERA.at((WALL + 0.6, 0, z))
        scale = CAMERA.focal / (z * 0.81 + 4)
        for ink, wide, tone in ((BRICK, 1.5, 0.5), (OCHRE, 1.05, 0.95), (PAPER, 0.34, 0.75)):
            area = (px - scale * wide * 0.5, py - 4, px + scale * wide * 0.5, min(1333, py + scale * 3.1))
            bottom = py + scale * 3.1
            sheet.dabs(
                area,
                ink,
                tone=down(bottom, py, gain=tone),
                gap=max(9, scale * 0.1),
                length=scale * 0.42,
                width=max(3, scale * 0.04),
                spread=2,
                clip=clip,
            )
    for ink, tone, low in ((TEAL, 0.5, 1240), (SAGE, 0.28, 1210), (OCHRE, 0.34, 1150)):
        sheet.dabs(
            (1040, 900, 1560, low),
            ink,
            tone=_puddle(tone),
            gap=22,
            length=110,
            width=9,
            spread=2,
            flat=0.8,
            clip=clip,
        )
    edge: list[Place] = [(EDGE, 0, 0.4), (EDGE, 0, 44), (EDGE, -1.1, 44), (EDGE, -1.1, 0.4)]
    sheet.fill(CAMERA.face(edge), NIGHT)
    coping: list[Place] = [(EDGE - 0.45, 0.02, 0.4), (EDGE - 0.45, 0.02, 44), (EDGE, 0.02, 44), (EDGE, 0.02, 0.4)]
    sheet.fill(CAMERA.face(coping), SAGE)
    sheet.hatch(CAMERA.face(coping), (1000, 690, 2000, 1340), NIGHT, tone=0.45, angle=-35, gap=17)
    for z in (9.5, 15, 23):
        x, y = CAMERA.at((EDGE - 0.35, 0, z))
        s = CAMERA.focal / (z * 0.81) / 100
        sheet.fill(
            polygon(
                [
                    (x - 18 * s, y),
                    (x - 14 * s, y - 42 * s),
                    (x - 24 * s, y - 50 * s),
                    (x - 20 * s, y - 62 * s),
                    (x + 20 * s, y - 62 * s),
                    (x + 24 * s, y - 50 * s),
                    (x + 14 * s, y - 42 * s),
                    (x + 18 * s, y),
                ]
            ),
            NIGHT,
        )
        sheet.fill(
            polygon([(x - 18 * s, y - 51 * s), (x - 15 * s, y - 58 * s), (x + 4 * s, y - 58 * s), (x, y - 51 * s)]),
            OCHRE,
        )


def _puddle(tone: float) -> Tone:
    """Light on the wet stones between the gate and the pillar, strongest in the middle."""
    return lambda x, y: tone * ramp(abs(x - 1290 + (y - 1060) * 0.3), 260, 40) * ramp(abs(y - 1060), 190, 60)


def _arch(bay: int, *, shrink: float = 0.0) -> list[Place]:
    """The opening of a bay, from foot to foot."""
    left, right = FIRST + bay * BAY + 0.42 + shrink, FIRST + (bay + 1) * BAY - 0.42 - shrink
    middle, reach = (left + right) / 2, (right - left) / 2
    over: list[Place] = [
        (WALL, SPRING + (reach * 0.82) * math.sin(a), middle - reach * math.cos(a))
        for a in (k * math.pi / 18 for k in range(19))
    ]
    return [(WALL, 0.0, left), *over, (WALL, 0.0, right)]


def _draw_arcade(sheet: Sheet) -> None:
    end = FIRST + 8 * BAY + 0.5
    front: list[Place] = [(WALL, 6.3, 0.9), (WALL, 6.3, end), (WALL, 0, end), (WALL, 0, 0.9)]
    sheet.fill(CAMERA.face(front), NIGHT)
    lines = [[CAMERA.at((WALL, 0.3 * row, 0.9 + (end - 0.9) * k / 90)) for k in range(91)] for row in range(1, 21)]
    sheet.swell(
        lines,
        lambda x, y: 0.4 + 0.35 * ramp(y, 700, 100),
        TEAL,
        width=7,
        clip=sheet.clip(CAMERA.face(front)),
        break_chance=0.09,
    )
    cornice: list[Place] = [
        (WALL + 0.35, 6.5, 0.9),
        (WALL + 0.35, 6.5, end),
        (WALL + 0.35, 6.1, end),
        (WALL + 0.35, 6.1, 0.9),
    ]
    sheet.fill(CAMERA.face(cornice), NIGHT)
    sheet.stroke(CAMERA.line([(WALL + 0.35, 6.1, 0.9), (WALL + 0.35, 6.1, end)]), SAGE, 5)
    for bay in range(7, -1, -1):
        _draw_bay(sheet, bay)
    for bay in range(7, -1, -1):
        _draw_lantern(sheet, bay)


def _draw_bay(sheet: Sheet, bay: int) -> None:
    """Warm inside: a glowing back wall, a counter with goods, the pier's lit edge."""
    z = FIRST + (bay + 0.5) * BAY
    scale = CAMERA.focal / (z * 0.81 + 3.8)
    opening = CAMERA.face(_arch(bay))
    ring = CAMERA.face(_arch(bay, shrink=-0.2))
    sheet.fill(ring, SAGE)
    sheet.fill(opening, BRICK)
    clip = sheet.clip(opening)
    light = CAMERA.at((WALL, 2.9, z))
    sheet.open_group(clip=clip)
    sheet.fill(disc(*light, scale * 1.5), OCHRE)
    rays = sheet.rays(*light, first=scale * 0.3, last=scale * 3.2, count=34, step=max(7.0, scale * 0.09))
    sheet.swell(
        rays, lambda x, y: 0.95 * ramp(math.dist((x, y), light), scale * 3.0, scale * 0.9), OCHRE, width=scale * 0.26
    )
    sheet.swell(
        rays, lambda x, y: 0.9 * ramp(math.dist((x, y), light), scale * 1.5, scale * 0.2), SAND, width=scale * 0.12
    )
    back: list[Place] = [
        (WALL - 3, 1.7, z - 3),
        (WALL - 3, 1.7, z + 5),
        (WALL - 3, 1.62, z + 5),
        (WALL - 3, 1.62, z - 3),
    ]
    sheet.fill(CAMERA.face(back), NIGHT)
    for k in range(14):
        px, py = CAMERA.at((WALL - 3, 1.7, z - 1.6 + k * 0.36))
        tall, wide = scale * sheet.rng.uniform(0.16, 0.3), scale * 0.06
        side = [
            (-wide, 0),
            (-wide, 0.7),
            (-wide * 0.5, 0.8),
            (-wide * 0.5, 1),
            (wide * 0.5, 1),
            (wide * 0.5, 0.8),
            (wide, 0.7),
            (wide, 0),
        ]
        jar = polygon([(px + dx, py - tall * up) for dx, up in side])
        sheet.fill(jar, (NIGHT, TEAL, BRICK)[sheet.rng.randrange(3)])
    jamb: list[Place] = [
        (WALL, 0, z + BAY / 2 - 0.42),
        (WALL, SPRING, z + BAY / 2 - 0.42),
        (WALL - 0.7, SPRING, z + BAY / 2 - 0.42),
        (WALL - 0.7, 0, z + BAY / 2 - 0.42),
    ]
    sheet.fill(CAMERA.face(jamb), NIGHT)
    sheet.close_group()
    _draw_stall(sheet, bay, z, scale)


def _draw_stall(sheet: Sheet, bay: int, z: float, scale: float) -> None:
    """A counter with a striped skirt; oranges, bread, spices or fish boxes on it, by turns."""
    left, right = z - 1.45, z + 1.3
    near = WALL + 0.15
    top: list[Place] = [(near, 0.95, left), (near, 0.95, right), (near - 1.1, 1.2, right), (near - 1.1, 1.2, left)]
    skirt: list[Place] = [(near, 0.95, left), (near, 0.95, right), (near, 0.12, right), (near, 0.12, left)]
    sheet.fill(CAMERA.face(top), NIGHT)
    sheet.fill(CAMERA.face(skirt), TEAL)
    for k in range(0, 11, 2):
        a, b = left + (right - left) * k / 11, left + (right - left) * (k + 1) / 11
        sheet.fill(
            CAMERA.face([(near, 0.95, a), (near, 0.95, b), (near, 0.12, b), (near, 0.12, a)]),
            (SAND, BRICK, SAGE, PAPER)[bay % 4],
        )
    goods = bay % 4
    if goods == 0:
        for row in range(4):
            for k in range(15 - row):
                x, y = CAMERA.at((near - 0.15 - row * 0.2, 1.03 + row * 0.12, left + 0.15 + (k + row / 2) * 0.17))
                sheet.fill(disc(x, y, scale * 0.1), NIGHT)
                sheet.fill(disc(x - scale * 0.012, y - scale * 0.012, scale * 0.083), OCHRE)
                sheet.fill(disc(x - scale * 0.03, y - scale * 0.035, scale * 0.024), PAPER)
    elif goods == 1:
        for row in range(3):
            for k in range(7):
                x, y = CAMERA.at((near - 0.2 - row * 0.25, 1.06 + row * 0.14, left + 0.25 + k * 0.36))
                w = scale * 0.17
                sheet.fill(
                    blob(
                        [
                            (x - w, y),
                            (x - w * 0.5, y - w * 0.7),
                            (x + w * 0.6, y - w * 0.6),
                            (x + w, y + 2),
                            (x, y + w * 0.35),
                        ]
                    ),
                    NIGHT,
                )
                sheet.fill(
                    blob(
                        [
                            (x - w * 0.8, y),
                            (x - w * 0.4, y - w * 0.5),
                            (x + w * 0.5, y - w * 0.45),
                            (x + w * 0.8, y),
                            (x, y + w * 0.16),
                        ]
                    ),
                    SAND,
                )
    elif goods == 2:
        for k in range(6):
            x, y = CAMERA.at((near - 0.45, 1.05, left + 0.3 + k * 0.44))
            w = scale * 0.19
            sheet.fill(polygon([(x - w, y), (x, y - w * 1.9), (x + w, y)]), (BRICK, OCHRE, SAGE)[k % 3])
            sheet.fill(polygon([(x + w * 0.1, y), (x, y - w * 1.9), (x + w, y)]), NIGHT)
            sheet.fill(box(x - w * 1.1, y, w * 2.2, w * 0.5), SAND)
    else:
        for k in range(5):
            x, y = CAMERA.at((near - 0.4, 1.05, left + 0.25 + k * 0.52))
            w = scale * 0.22
            sheet.fill(box(x - w, y - w * 0.9, w * 2, w), NIGHT)
            sheet.fill(box(x - w * 0.88, y - w * 0.8, w * 1.76, w * 0.5), SAGE)
            for j in range(3):
                sheet.fill(disc(x - w * 0.5 + j * w * 0.5, y - w * 0.75, w * 0.3, squash=0.5), PAPER)


def _draw_lantern(sheet: Sheet, bay: int) -> None:
    z = FIRST + (bay + 0.5) * BAY
    scale = CAMERA.focal / (z * 0.81 + 3.8)
    x, y = CAMERA.at((WALL + 0.3, 3.0, z))
    hang = CAMERA.at((WALL + 0.3, SPRING + 1.35, z))
    radius = scale * 0.36
    sheet.bar(hang, (x, y - radius), NIGHT, max(2.5, scale * 0.03))
    sheet.fill(disc(x, y, radius * 1.16), NIGHT)
    sheet.fill(disc(x, y, radius), PAPER)
    for squeeze in (0.36, 0.76):
        rib = f"A{radius * squeeze} {radius} 0 0 0 {x}"
        sheet.stroke(
            f"M{x} {y - radius}{rib} {y + radius}{rib} {y - radius}",
            OCHRE,
            max(2.0, scale * 0.035),
        )
    sheet.fill(box(x - radius * 0.4, y - radius * 1.25, radius * 0.8, radius * 0.28), NIGHT)
    sheet.fill(box(x - radius * 0.34, y + radius * 0.98, radius * 0.68, radius * 0.25), NIGHT)
    sheet.bar((x, y + radius * 1.2), (x, y + radius * 1.8), BRICK, max(2.5, radius * 0.16))


def _draw_boats(sheet: Sheet) -> None:
    for x, y, size, ink in ((1775, 778, 0.55, BRICK), (1905, 905, 1.0, SAGE)):
        hull = [
            (x - 160 * size, y - 44 * size),
            (x + 190 * size, y - 56 * size),
            (x + 150 * size, y + 14 * size),
            (x - 120 * size, y + 16 * size),
        ]
        sheet.fill(polygon(hull), NIGHT)
        sheet.fill(
            polygon(
                [
                    (x - 150 * size, y - 34 * size),
                    (x + 180 * size, y - 46 * size),
                    (x + 174 * size, y - 30 * size),
                    (x - 142 * size, y - 18 * size),
                ]
            ),
            ink,
        )
        cabin: list[Point] = [
            (x - 90 * size, y - 46 * size),
            (x - 84 * size, y - 116 * size),
            (x + 16 * size, y - 120 * size),
            (x + 24 * size, y - 50 * size),
        ]
        sheet.fill(polygon(cabin), NIGHT)
        sheet.fill(box(x - 72 * size, y - 104 * size, 34 * size, 30 * size), OCHRE)
        sheet.fill(box(x - 28 * size, y - 105 * size, 34 * size, 30 * size), OCHRE)
        sheet.bar((x + 60 * size, y - 50 * size), (x + 56 * size, y - 390 * size), NIGHT, 10 * size)
        sheet.bar((x + 57 * size, y - 330 * size), (x - 60 * size, y - 140 * size), NIGHT, 6 * size)
        sheet.bar((x + 56 * size, y - 386 * size), (x + 184 * size, y - 56 * size), NIGHT, 3 * size)
        sheet.bar((x + 56 * size, y - 386 * size), (x - 152 * size, y - 44 * size), NIGHT, 3 * size)
        sheet.dabs(
            (x - 160 * size, y + 16, x + 180 * size, y + 110 * size),
            NIGHT,
            tone=0.75,
            gap=16,
            length=110 * size,
            width=9,
            spread=1,
        )
        sheet.dabs(
            (x - 80 * size, y + 20, x + 10 * size, y + 120 * size),
            OCHRE,
            tone=0.5,
            gap=18,
            length=46 * size,
            width=7,
            spread=1,
        )


def _draw_people(sheet: Sheet) -> None:
    """The last ones: somebody who carries a crate, two who talk further down."""
    for place, height, ink, flip in (
        ((-2.6, 0, 19.0), 1.7, TEAL, True),
        ((-3.5, 0, 18.6), 1.75, BRICK, False),
        ((-3.9, 0, 8.6), 1.72, TEAL, False),
    ):
        x, y = CAMERA.at(place)
        depth = place[0] * math.sin(math.radians(-36)) + place[2] * math.cos(math.radians(-36))
        draw_standing_person(sheet, x, y, height * CAMERA.focal / depth, coat=ink, flip=flip)
        if height == 1.72:
            s = CAMERA.focal / depth
            sheet.fill(box(x - s * 0.62, y - s * 1.08, s * 0.52, s * 0.32), NIGHT)
            for k in range(3):
                sheet.fill(box(x - s * 0.6, y - s * (1.05 - k * 0.1), s * 0.48, s * 0.06), OCHRE)
