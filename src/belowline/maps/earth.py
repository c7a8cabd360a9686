"""Natural Earth as it lies in the package (data/earth.zip, made by `./dev earth`): the cells that a box touches.

Nothing of it stays in memory: a region reads a few cells of some kilobytes, and a drawing is made once for each
publication.
"""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path
from typing import Any

from belowline.domain.maps.drawing import Base, Line
from belowline.domain.maps.positions import Box

ARCHIVE = Path(__file__).parent / "data" / "earth.zip"
# As in tasks/earth.py: degrees a side of a cell, and a thousandth of a degree a step.
CELLS = {"fine": 10, "coarse": 45}
UNIT = 0.001
# Wider than this the coast at 1:50 million shows all that a screen can; its rivers and lakes are true to 4 km, which is
# too coarse for a closer look.
COARSE_FROM_DEGREES = 16.0
WATERS_FROM_DEGREES = 7.0


def earth(box: Box, *, has_borders: bool) -> Base:
    """The coast, and the borders as Natural Earth draws them, of what is in the box or near it."""
    wide = box.east - box.west
    level = "coarse" if wide >= COARSE_FROM_DEGREES else "fine"
    with zipfile.ZipFile(ARCHIVE) as archive:
        cells = _cells(archive, level, box)
        waters = cells if level == "coarse" else _cells(archive, "coarse", box) if wide >= WATERS_FROM_DEGREES else []
    return Base(
        land=tuple(_lines(cell, "land") for cell in cells),
        coast=tuple(line for cell in cells for line in _lines(cell, "coast")),
        borders=tuple(line for cell in cells for line in _lines(cell, "border")) if has_borders else (),
        lakes=tuple(ring for cell in waters for ring in _lines(cell, "lake")),
        rivers=tuple(line for cell in waters for line in _lines(cell, "river")),
    )


def country_rings() -> list[tuple[str, tuple[Line, ...]]]:
    """(ISO 3166 code, rings at 1:110 million) of the countries that Natural Earth knows by a code."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        found: list[tuple[str, list[list[int]]]] = json.loads(archive.read("countries.json"))
    return [(code, tuple(_unpacked(ring) for ring in rings)) for code, rings in found]


def _cells(archive: zipfile.ZipFile, level: str, box: Box) -> list[dict[str, Any]]:
    side = CELLS[level]
    across = range(math.floor((box.west + 180) / side), math.floor((box.east + 180) / side) + 1)
    up = range(max(0, math.floor((box.south + 90) / side)), math.floor((box.north + 90) / side) + 1)
    columns = sorted({column % (360 // side) for column in across})
    names = [f"{level}/{column}-{row}.json" for column in columns for row in up]
    present = set(archive.namelist())
    return [json.loads(archive.read(name)) for name in names if name in present]


def _lines(cell: dict[str, Any], kind: str) -> tuple[Line, ...]:
    return tuple(_unpacked(one) for one in cell.get(kind, ()))


def _unpacked(steps: list[int]) -> Line:
    x = y = 0
    points = []
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x * UNIT, y * UNIT))
    return tuple(points)
