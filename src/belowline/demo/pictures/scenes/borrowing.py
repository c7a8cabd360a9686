"""What the city owes: ten solid steps and a dashed one above the city's own ceiling."""

from __future__ import annotations

from belowline.demo.pictures.kit import Frame, head_chart
from belowline.demo.pictures.press import BRICK, NIGHT, OCHRE, PAPER, SAGE, SAND, TEAL, Sheet, box, polygon

DEBT = (212, 208, 231, 240, 262, 259, 297, 334, 361, 388)
WITH_LOAN = 478
CEILING = 450


def draw() -> Sheet:
    sheet = Sheet(width=2000, height=1500, seed=388, roughness=3.5)
    frame = Frame(190, 330, 1910, 1290, 0, 11, 0, 500)
    head_chart(sheet, "What Ellerquay owes", "Debt at each year’s end, millions of crowns")
    for value in range(0, 501, 100):
        y = frame.y(value)
        sheet.bar((frame.left, y), (frame.right, y), NIGHT if value == 0 else SAGE, 6 if value == 0 else 2)
        sheet.words(str(value), frame.left - 24, y + 16, size=46, anchor="end")
    _draw_steps(sheet, frame)
    _draw_loan(sheet, frame)
    _draw_ceiling(sheet, frame)
    for index in range(10):
        name = "now" if index == 9 else f"−{9 - index}"
        sheet.words(name, frame.x(index + 0.5), 1352, size=46, anchor="middle", weight=700 if index == 9 else 400)
    sheet.words("next", frame.x(10.5), 1352, size=46, anchor="middle", ink=BRICK, weight=700)
    sheet.words(
        "Years before now. The dashed step is what the loan would make of it.", 90, 1450, size=40, style="italic"
    )
    return sheet


def _draw_steps(sheet: Sheet, frame: Frame) -> None:
    top = [(frame.x(i + side), frame.y(debt)) for i, debt in enumerate(DEBT) for side in (0, 1)]
    area = polygon([(frame.left, frame.bottom), *top, (frame.x(10), frame.bottom)])
    sheet.fill(area, TEAL)
    bounds = (frame.left, frame.y(400), frame.x(10), frame.bottom)
    sheet.hatch(area, bounds, NIGHT, tone=lambda x, y: 0.15 + 0.6 * (x - frame.left) / 1560, angle=-38, gap=18)
    for index in range(1, 10):
        x = frame.x(index)
        sheet.bar((x, frame.y(min(DEBT[index - 1], DEBT[index]))), (x, frame.bottom), PAPER, 3)
    for index, debt in enumerate(DEBT):
        x, y = frame.x(index), frame.y(debt)
        sheet.fill(box(x, y - 6, frame.x(index + 1) - x, 13), NIGHT)
        sheet.words(str(debt), (x + frame.x(index + 1)) / 2, y - 24, size=50, weight=700, anchor="middle", halo=PAPER)


def _draw_loan(sheet: Sheet, frame: Frame) -> None:
    left, right, top = frame.x(10), frame.x(11), frame.y(WITH_LOAN)
    path = box(left, top, right - left, frame.bottom - top)
    sheet.fill(path, SAND)
    sheet.fill(box(left, top, right - left, frame.y(DEBT[-1]) - top), OCHRE)
    sheet.hatch(path, (left, top, right, frame.bottom), BRICK, tone=0.32, angle=38, gap=24)
    sheet.stroke(f"M{left} {frame.y(DEBT[-1])}V{top}H{right}V{frame.bottom}", BRICK, 9, dash="30 18")
    sheet.words(
        str(WITH_LOAN), (left + right) / 2, top - 26, size=58, weight=700, ink=BRICK, anchor="middle", halo=PAPER
    )
    sheet.words("with Weighhouse Quay", left - 24, top + 2, size=46, weight=600, ink=BRICK, anchor="end", halo=PAPER)


def _draw_ceiling(sheet: Sheet, frame: Frame) -> None:
    y = frame.y(CEILING)
    sheet.bar((frame.left, y), (frame.right, y), NIGHT, 6)
    sheet.words("450 — the city’s own ceiling", frame.left + 20, y - 22, size=46, weight=600, halo=PAPER)
