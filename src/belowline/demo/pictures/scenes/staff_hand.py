"""The hand that holds the folding rule against the pier."""

from __future__ import annotations

from belowline.demo.pictures.press import BRICK, NIGHT, PAPER, SAND, TEAL, Sheet, blob, polygon, ramp


def draw_hand(sheet: Sheet, x: float, y: float) -> None:
    """A hand from the right: sleeve, back of the hand, four fingers behind the rule, the thumb across it."""
    sleeve = [
        (x + 236, y - 58),
        (x + 420, y - 66),
        (x + 900, y + 60),
        (x + 900, y + 330),
        (x + 400, y + 118),
        (x + 230, y + 92),
    ]
    sheet.fill(polygon(sleeve), NIGHT)
    cloth = polygon(
        [
            (x + 246, y - 46),
            (x + 418, y - 54),
            (x + 900, y + 74),
            (x + 900, y + 300),
            (x + 404, y + 104),
            (x + 240, y + 80),
        ]
    )
    sheet.fill(cloth, TEAL)
    sheet.hatch(
        cloth,
        (x + 230, y - 70, x + 900, y + 300),
        NIGHT,
        tone=lambda px, py: 0.15 + 0.8 * ramp(py - (px - x) * 0.28, y - 60, y + 80),
        angle=18,
        gap=17,
    )
    cuff = blob(
        [
            (x + 216, y - 60),
            (x + 262, y - 64),
            (x + 276, y + 12),
            (x + 262, y + 96),
            (x + 214, y + 94),
            (x + 206, y + 14),
        ]
    )
    sheet.fill(cuff, NIGHT)
    sheet.fill(
        blob(
            [
                (x + 224, y - 50),
                (x + 254, y - 52),
                (x + 264, y + 12),
                (x + 252, y + 84),
                (x + 222, y + 84),
                (x + 216, y + 14),
            ]
        ),
        BRICK,
    )
    hand = [
        (x + 214, y - 46),
        (x + 150, y - 74),
        (x + 84, y - 84),
        (x + 34, y - 70),
        (x + 4, y - 52),
        (x - 34, y - 44),
        (x - 52, y - 28),
        (x - 38, y - 8),
        (x + 4, y - 8),
        (x + 44, y - 12),
        (x + 30, y + 14),
        (x + 26, y + 44),
        (x + 44, y + 76),
        (x + 90, y + 92),
        (x + 150, y + 94),
        (x + 214, y + 84),
    ]
    sheet.fill(blob([(px + (px - x - 80) * 0.05, py + (py - y) * 0.1) for px, py in hand]), NIGHT)
    skin = blob(hand)
    sheet.fill(skin, SAND)
    sheet.hatch(
        skin,
        (x - 60, y - 90, x + 220, y + 100),
        BRICK,
        tone=lambda px, py: 0.8 * ramp(py, y + 10, y + 96),
        angle=-18,
        gap=14,
    )
    for dy in (16, 42, 66):
        sheet.stroke(f"M{x + 38} {y + dy}Q{x + 84} {y + dy - 8} {x + 128} {y + dy + 2}", NIGHT, 6, cap="round")
    sheet.stroke(f"M{x + 44} {y - 12}Q{x + 96} {y - 20} {x + 136} {y - 6}", NIGHT, 6, cap="round")
    sheet.fill(blob([(x - 46, y - 30), (x - 34, y - 40), (x - 14, y - 38), (x - 20, y - 22), (x - 38, y - 20)]), PAPER)
