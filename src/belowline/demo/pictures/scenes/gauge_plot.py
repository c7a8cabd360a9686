"""Two gauges that ought to agree, and the nineteen months in which they do not.

The monthly values are invented for the demo: one slow wander with a winter peak, shared by both gauges.
"""

from __future__ import annotations

import math
import random

from belowline.demo.pictures.kit import Frame, head_chart
from belowline.demo.pictures.press import BRICK, NIGHT, OCHRE, PAPER, SAGE, SAND, TEAL, Line, Sheet, box, polygon

MONTHS = 72  # January 2012 to December 2017
REBUILT = 26 + 2 / 31  # 3 March 2014
CORRECTED = 45 + 11 / 31  # 12 October 2015
OFFSET_METRES = 0.27
# Six calibration storms, as months since January 2012: two outside the nineteen months, four inside.
STORMS = (10.4, 27.6, 34.7, 37.2, 43.8, 59.5)


def monthly_levels() -> tuple[list[float], list[float]]:
    """Metres above Vesmark Datum at Cold Narrows and at Hob's Landing, one value a month."""
    rng = random.Random(2011)  # noqa: S311 - a drawing, no secret
    narrows, landing, drift = [], [], 0.0
    for month in range(MONTHS):
        drift = 0.72 * drift + rng.uniform(-0.032, 0.032)
        level = 0.2 + 0.055 * math.cos(2 * math.pi * (month - 0.4) / 12) + drift
        narrows.append(level)
        is_off = REBUILT <= month + 0.5 <= CORRECTED
        landing.append(level + rng.uniform(-0.011, 0.011) + (OFFSET_METRES if is_off else 0))
    return narrows, landing


def draw() -> Sheet:
    sheet = Sheet(width=2000, height=1500, seed=27, roughness=2.6)
    frame = Frame(200, 330, 1910, 1300, 0, MONTHS, 0.0, 0.7)
    head_chart(sheet, "Two gauges, one river", "Monthly mean level, metres above Vesmark Datum (VD)")
    _draw_band(sheet, frame)
    _draw_axes(sheet, frame)
    narrows, landing = monthly_levels()
    low = [(frame.x(i + 0.5), frame.y(v)) for i, v in enumerate(narrows)]
    high = [(frame.x(i + 0.5), frame.y(v)) for i, v in enumerate(landing)]
    _draw_gap(sheet, low, high)
    sheet.stroke("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in low), PAPER, 27, cap="round")
    sheet.stroke("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in high), PAPER, 22, cap="round")
    sheet.stroke("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in low), TEAL, 17, cap="round")
    sheet.stroke("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in high), BRICK, 9, cap="round")
    _draw_storms(sheet, frame, landing)
    _label(sheet, frame)
    return sheet


def _draw_band(sheet: Sheet, frame: Frame) -> None:
    left, right = frame.x(REBUILT), frame.x(CORRECTED)
    sheet.fill(box(left, frame.top, right - left, frame.bottom - frame.top), SAND)
    sheet.hatch(
        box(left, frame.top, right - left, frame.bottom - frame.top),
        (left, frame.top, right, frame.bottom),
        PAPER,
        tone=0.34,
        angle=-38,
        gap=20,
    )
    for x in (left, right):
        sheet.stroke(f"M{x} {frame.top}V{frame.bottom}", NIGHT, 4, dash="16 12")


def _draw_axes(sheet: Sheet, frame: Frame) -> None:
    for step in range(8):
        y = frame.y(step / 10)
        sheet.bar((frame.left, y), (frame.right, y), NIGHT if step == 0 else SAGE, 6 if step == 0 else 2.5)
        sheet.words(f"{step / 10:.1f}", frame.left - 24, y + 16, size=46, anchor="end")
    for year in range(7):
        x = frame.x(year * 12)
        sheet.bar((x, frame.bottom), (x, frame.bottom + 24), NIGHT, 5)
        if year < 6:
            sheet.words(str(2012 + year), frame.x(year * 12 + 6), frame.bottom + 66, size=48, anchor="middle")


def _draw_gap(sheet: Sheet, low: Line, high: Line) -> None:
    """Hatch what one gauge shows above the other."""
    inside = [i for i in range(MONTHS) if low[i][1] - high[i][1] > 200]
    path = polygon([high[i] for i in inside] + [low[i] for i in reversed(inside)])
    bounds = (low[inside[0]][0], 300.0, low[inside[-1]][0], 1300.0)
    sheet.hatch(path, bounds, OCHRE, tone=0.75, angle=90, gap=19)


def _draw_storms(sheet: Sheet, frame: Frame, landing: list[float]) -> None:
    for month in STORMS:
        x, y = frame.x(month), frame.y(landing[int(month)]) - 34
        sheet.fill(polygon([(x, y + 4), (x - 28, y - 46), (x + 28, y - 46)]), PAPER)
        sheet.fill(polygon([(x, y), (x - 21, y - 38), (x + 21, y - 38)]), NIGHT)


def _label(sheet: Sheet, frame: Frame) -> None:
    middle = (frame.x(REBUILT) + frame.x(CORRECTED)) / 2
    sheet.words("pier rebuilt", frame.x(REBUILT) - 18, 380, size=46, weight=700, anchor="end", halo=PAPER)
    sheet.words("3 March 2014", frame.x(REBUILT) - 18, 436, size=46, anchor="end", halo=PAPER)
    sheet.words("zero corrected", frame.x(CORRECTED) + 18, 380, size=46, weight=700, halo=PAPER)
    sheet.words("12 October 2015", frame.x(CORRECTED) + 18, 436, size=46, halo=PAPER)
    sheet.words("27 cm", middle, frame.y(0.318), size=60, weight=700, anchor="middle", halo=PAPER)
    sheet.words("Hob’s Landing", frame.x(CORRECTED) + 24, frame.y(0.47), size=50, weight=700, ink=BRICK, halo=PAPER)
    sheet.words("Cold Narrows", frame.x(REBUILT) + 40, frame.y(0.065), size=50, weight=700, ink=TEAL, halo=PAPER)
    sheet.fill(polygon([(118, 1454), (97, 1416), (139, 1416)]), NIGHT)
    sheet.words("calibration storm (six: four of them inside the nineteen months)", 160, 1452, size=44)
