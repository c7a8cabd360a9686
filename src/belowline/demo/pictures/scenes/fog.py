"""Fog days at the pilot station: bars that thin out like the fog."""

from __future__ import annotations

from belowline.demo.pictures.kit import Frame, head_chart
from belowline.demo.pictures.press import BRICK, NIGHT, PAPER, SAGE, TEAL, Sheet, box, ramp

DECADES = (
    ("1950s", 61),
    ("1960s", 58),
    ("1970s", 49),
    ("1980s", 42),
    ("1990s", 35),
    ("2000s", 28),
    ("2010s", 23),
    ("since 2020", 19),
)
HANDBOOK_AVERAGE = 42


def draw() -> Sheet:
    sheet = Sheet(width=2000, height=1500, seed=61, roughness=3.5)
    frame = Frame(190, 330, 1910, 1290, 0, len(DECADES), 0, 70)
    head_chart(sheet, "The fog is thinning out", "Fog days a year at the Ellerquay pilot station, average by decade")
    for value in range(0, 71, 10):
        y = frame.y(value)
        sheet.bar((frame.left, y), (frame.right, y), NIGHT if value == 0 else SAGE, 6 if value == 0 else 2)
        sheet.words(str(value), frame.left - 24, y + 16, size=46, anchor="end")
    for index, (decade, days) in enumerate(DECADES):
        _draw_bar(sheet, frame, index, days)
        middle = frame.x(index + 0.5)
        sheet.words(str(days), middle, frame.y(days) - 24, size=58, weight=700, anchor="middle", halo=PAPER)
        sheet.words(decade, middle, 1360, size=44, anchor="middle")
    _draw_average(sheet, frame)
    sheet.words("A fog day is a day with visibility under 1,000 metres.", 90, 1455, size=40, style="italic")
    return sheet


def _draw_bar(sheet: Sheet, frame: Frame, index: int, days: int) -> None:
    """Solid ink for the foggiest decade; the fewer the days, the wider the cuts that let the paper through."""
    left, right, top = frame.x(index + 0.14), frame.x(index + 0.86), frame.y(days)
    path = box(left, top, right - left, frame.bottom - top)
    density = ramp(days, 10, 61)
    sheet.fill(path, TEAL if density > 0.5 else SAGE)
    area = (left, top, right, frame.bottom)
    if density > 0.5:
        sheet.hatch(path, area, NIGHT, tone=ramp(days, 30, 75), angle=-38, gap=17)
    sheet.hatch(
        path, area, PAPER, tone=lambda x, y: (1 - density) * (0.55 + 0.5 * ramp(y, top, frame.bottom)), angle=0, gap=16
    )
    sheet.stroke(path, NIGHT, 4)


def _draw_average(sheet: Sheet, frame: Frame) -> None:
    y = frame.y(HANDBOOK_AVERAGE)
    sheet.bar((frame.left, y), (frame.right, y), BRICK, 7)
    sheet.words(
        "42 — the average still printed", frame.right, y - 84, size=46, weight=600, ink=BRICK, anchor="end", halo=PAPER
    )
    sheet.words(
        "in the pilots’ handbook", frame.right, y - 28, size=46, weight=600, ink=BRICK, anchor="end", halo=PAPER
    )
