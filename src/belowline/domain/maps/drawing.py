"""Drawing a map: what lies on the sheet becomes SVG text. The same scene gives the same bytes.

Every colour hangs on a class, and `style` says the colours: light and dark for the file that readers get, light alone
for the one that a picture is made from.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from belowline.domain.maps.clipping import area_of, clip_line, clip_ring, middle_of, simplified
from belowline.domain.maps.frame import Frame, scale_step_m
from belowline.domain.maps.labels import Placed, Rect, Wish, placed, runs_right_to_left, text_width
from belowline.domain.maps.positions import Position
from belowline.domain.maps.precision import Precision, Ring

# Raise it when the same scene would come out differently: files are made anew at the next publication.
DRAWER = 1

Point = tuple[float, float]
Line = tuple[Point, ...]

# Layers in the order in which they are drawn, with their colours in light and dark. Contrasts of marks and words
# against land and water are above 4.5 to 1, those of the lines of the base on purpose below.
_COLOURS: tuple[tuple[str, str, str, str], ...] = (
    (".water", "fill:{}", "#dbe6e9", "#10191c"),
    (".land", "fill:{}", "#f6f2e8", "#26241e"),
    (".built", "fill:{}", "#e6ddcc", "#37332a"),
    (".green", "fill:{}", "#e3e8d2", "#262c20"),
    (".lake", "fill:{}", "#dbe6e9", "#10191c"),
    (".coast", "fill:none;stroke:{}", "#8fa3a8", "#5b6c70"),
    (".river", "fill:none;stroke:{}", "#a9c0c7", "#35484e"),
    (".street", "fill:none;stroke:{}", "#c9bda6", "#4d483c"),
    (".border", "fill:none;stroke:{}", "#a89a86", "#7d7567"),
    (".net", "fill:none;stroke:{}", "#cbd3d2", "#2f383a"),
    (".area", "fill:{0};stroke:{0}", "#7a4a12", "#e0a860"),
    (".reach", "fill:{0};stroke:{0}", "#a3211b", "#ff8f80"),
    (".exact", "fill:{}", "#a3211b", "#ff8f80"),
    (".vicinity", "fill:{}", "#7a4a12", "#e0a860"),
    (".locality", "fill:{}", "#2b4a5e", "#8fc1dd"),
    (".rim", "stroke:{}", "#fffdf9", "#14130f"),
    (".number", "fill:{}", "#fffdf9", "#14130f"),
    (".name", "fill:{}", "#191612", "#ece7dc"),
    (".quiet", "fill:{}", "#5d564b", "#aea698"),
    (".ink", "stroke:{}", "#191612", "#ece7dc"),
    (".halo", "stroke:{}", "#f6f2e8", "#1c1b17"),
)
_SHAPES = (
    ".coast{stroke-width:.8}.river{stroke-width:1.1}.street{stroke-width:1}.border{stroke-width:1.1;"
    "stroke-dasharray:5 2.5}.net{stroke-width:.7}.area{fill-opacity:.16;stroke-width:1.6}.reach{fill-opacity:.1;"
    "stroke-opacity:.75;stroke-width:1.2;stroke-dasharray:4 3}.rim{stroke-width:1.5}.ink{fill:none;stroke-width:1.5}"
    "text{font-family:'Libre Franklin','Noto Sans','Noto Sans Arabic','Noto Sans Hebrew',system-ui,sans-serif}"
    ".name{font-weight:600}.number{font-weight:700}.halo{stroke-width:3.2;stroke-linejoin:round;paint-order:stroke}"
    ".wide{letter-spacing:.12em}"
)
# Isolates (Unicode UAX #9): a label runs in its own direction whatever the letters of the sheet do.
_RIGHT_TO_LEFT, _END = "\u2067", "\u2069"
# A line of the base is true to this many units; nobody sees less.
_TOLERANCE = 0.6
_LEAST_AREA = 1.5


@dataclass(frozen=True, slots=True)
class Base:
    """What lies under the places, in (longitude, latitude).

    `land` holds groups of rings, each group filled by itself; `fills` and `lines` are (class, rings or line) of a
    layer of the newsroom's own, drawn above the coast. `ground` is what there is where nothing else is.
    """

    ground: str = "water"
    land: tuple[tuple[Line, ...], ...] = ()
    lakes: tuple[Line, ...] = ()
    coast: tuple[Line, ...] = ()
    rivers: tuple[Line, ...] = ()
    borders: tuple[Line, ...] = ()
    fills: tuple[tuple[str, tuple[Line, ...]], ...] = ()
    lines: tuple[tuple[str, Line], ...] = ()


@dataclass(frozen=True, slots=True)
class Marker:
    """A place on the sheet. `number` is what the table calls it, in the digits of the language; "" draws no mark."""

    number: str
    label: str
    precision: Precision
    position: Position | None = None
    radius_m: float = 0.0
    rings: tuple[Ring, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    label: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a drawing depends on. `size` is the type size in units.

    `scale` is how the length of the bar is said, by its metres; `names` are quiet words (countries), drawn where there
    is room; `net` is the distance of the meridians in degrees, 0 for none.
    """

    frame: Frame
    size: float
    title: str
    description: str
    language: str
    base: Base = field(default_factory=Base)
    areas: tuple[Area, ...] = ()
    markers: tuple[Marker, ...] = ()
    names: tuple[tuple[str, Position], ...] = ()
    scale: str = ""
    credit: str = ""
    net: float = 0.0


def style(*, has_dark: bool = True) -> str:
    """The colours of every class; without `has_dark` the light ones alone, for a renderer that knows no media."""
    light = "".join(f"{name}{{{rule.format(colour)}}}" for name, rule, colour, _ in _COLOURS)
    if not has_dark:
        return light + _SHAPES
    dark = "".join(f"{name}{{{rule.format(colour)}}}" for name, rule, _, colour in _COLOURS)
    return f"{light}{_SHAPES}@media (prefers-color-scheme:dark){{{dark}}}"


def draw(scene: Scene, *, has_dark: bool = True) -> str:
    """The whole SVG. Words are escaped; nothing in it acts or loads."""
    wide, tall = scene.frame.width, scene.frame.height
    strip = _strip_height(scene)
    size = f'viewBox="0 0 {wide} {tall + strip}" width="{wide}" height="{tall + strip}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" lang="{escape(scene.language)}">',
        f"<title>{escape(scene.title)}</title>",
        f"<desc>{escape(scene.description)}</desc>" if scene.description else "",
        f"<style>{style(has_dark=has_dark)}</style>",
        f'<clipPath id="sheet"><path d="M0 0H{wide}V{tall}H0Z"/></clipPath><g clip-path="url(#sheet)">',
        f'<path class="{scene.base.ground}" d="M0 0H{wide}V{tall}H0Z"/>',
        *_base(scene),
        *_above(scene),
        "</g>",
        *_credit(scene, strip=strip),
        "</svg>",
    ]
    return "".join(part for part in parts if part) + "\n"


def height_of(scene: Scene) -> int:
    """The height of the whole drawing, the line of the credit included."""
    return scene.frame.height + _strip_height(scene)


def _strip_height(scene: Scene) -> int:
    return round(scene.size * 2) if scene.credit else 0


def _credit(scene: Scene, *, strip: int) -> list[str]:
    if not scene.credit:
        return []
    wide, tall = scene.frame.width, scene.frame.height
    size = scene.size * 0.82
    # A long credit becomes smaller rather than cut: the name of whoever made it must be there.
    size *= min(1.0, (wide - 2 * size) / max(text_width(scene.credit, size=size), 1.0))
    return [
        f'<path class="land" d="M0 {tall}H{wide}V{tall + strip}H0Z"/>',
        _words(Placed(scene.credit, *_edge(scene, tall + strip * 0.66), size), "quiet"),
    ]


def _edge(scene: Scene, y: float) -> tuple[float, float, str]:
    is_turned = runs_right_to_left(scene.credit)
    return (scene.frame.width - scene.size * 0.6, y, "end") if is_turned else (scene.size * 0.6, y, "start")


# --- the base ---------------------------------------------------------------------------------------------------------


def _base(scene: Scene) -> list[str]:
    base, frame = scene.base, scene.frame
    parts = [_fill("land", group, frame) for group in base.land]
    parts.append(_fill("lake", base.lakes, frame))
    parts.append(_stroke("net", _net(scene), frame))
    parts += [_fill(kind, rings, frame) for kind, rings in base.fills]
    parts.append(_stroke("river", base.rivers, frame))
    parts += [_stroke(kind, (line,), frame) for kind, line in base.lines]
    parts.append(_stroke("coast", base.coast, frame))
    parts.append(_stroke("border", base.borders, frame))
    return [part for part in parts if part]


def _net(scene: Scene) -> tuple[Line, ...]:
    if not scene.net:
        return ()
    box, step = scene.frame.box, scene.net
    across = range(math.ceil(box.west / step), math.floor(box.east / step) + 1)
    up = range(math.ceil(box.south / step), math.floor(box.north / step) + 1)
    return (
        *(((one * step, box.south), (one * step, box.north)) for one in across),
        *(((box.west, one * step), (box.east, one * step)) for one in up),
    )


def _turns(frame: Frame) -> tuple[int, ...]:
    """How often 360 degrees have to be added for what may lie on the sheet."""
    return tuple(turn for turn in (-360, 0, 360) if frame.box.west < 180 + turn and frame.box.east > -180 + turn)


def _fill(kind: str, rings: Iterable[Line], frame: Frame) -> str:
    pieces = []
    for turn in _turns(frame):
        for ring in rings:
            projected = [frame.at(x + turn, y) for x, y in ring]
            # A little beyond the sheet: the outline of an area that goes on must not run along the edge.
            inside = clip_ring(projected, west=-4, south=-4, east=frame.width + 4, north=frame.height + 4)
            if inside and area_of(inside) >= _LEAST_AREA:
                kept = simplified(inside, tolerance=_TOLERANCE)
                if len(kept) > 3:
                    pieces.append(_path(kept[:-1]) + "Z")
    return f'<path class="{kind}" fill-rule="evenodd" d="{"".join(pieces)}"/>' if pieces else ""


def _stroke(kind: str, lines: Iterable[Line], frame: Frame) -> str:
    pieces = []
    for turn in _turns(frame):
        for line in lines:
            projected = [frame.at(x + turn, y) for x, y in line]
            inside = clip_line(projected, west=-4, south=-4, east=frame.width + 4, north=frame.height + 4)
            pieces += [_path(simplified(part, tolerance=_TOLERANCE)) for part in inside]
    return f'<path class="{kind}" d="{"".join(pieces)}"/>' if pieces else ""


def _path(points: Sequence[Point]) -> str:
    """Relative steps of tenths of a unit: half as long as places."""
    x, y = round(points[0][0] * 10), round(points[0][1] * 10)
    out = [f"M{_tenths(x)} {_tenths(y)}l"]
    steps = []
    for px, py in points[1:]:
        nx, ny = round(px * 10), round(py * 10)
        if (nx, ny) != (x, y):
            steps.append(f"{_tenths(nx - x)} {_tenths(ny - y)}")
            x, y = nx, ny
    return out[0] + " ".join(steps) if steps else f"M{_tenths(x)} {_tenths(y)}"


def _tenths(value: int) -> str:
    sign, whole, part = "-" if value < 0 else "", abs(value) // 10, abs(value) % 10
    return f"{sign}{whole}" if not part else f"{sign}{whole or ''}.{part}"


def _number(value: float) -> str:
    return _tenths(round(value * 10))


# --- places, words and the scale --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spot:
    """A marker where it is drawn: `x, y` is the mark, `to` what it stands for, elsewhere when marks would overlap."""

    marker: Marker
    x: float
    y: float
    to: Point
    reach: float


def _above(scene: Scene) -> list[str]:
    frame, radius = scene.frame, scene.size * 0.62
    spots = _spots(scene, radius=radius)
    scale, scale_rect = _scale(scene)
    taken = [Rect(one.x - radius, one.y - radius, one.x + radius, one.y + radius) for one in spots]
    if scale_rect is not None:
        taken.append(scale_rect)
    wishes = [Wish(one.marker.label, one.x, one.y, radius + 4, scene.size) for one in spots]
    areas = [area for area in (*scene.areas, *_place_areas(scene)) if area.rings]
    wishes += [wish for area in areas if (wish := _area_wish(area, scene)) is not None]
    quiet = [Wish(text, *frame.of(position), 0, scene.size * 0.86, is_centred=True) for text, position in scene.names]
    margin = 3.0
    sheet = Rect(margin, margin, frame.width - margin, frame.height - margin)
    found = placed([*wishes, *quiet], sheet=sheet, taken=taken)
    names, countries = found[: len(wishes)], found[len(wishes) :]
    return [
        *(_fill("area", area.rings, frame) for area in areas),
        *(_words(one, "quiet halo wide") for one in countries if one is not None),
        *(_reach(one) for one in spots if one.reach > radius),
        *(_leader(one) for one in spots),
        *(_mark(one, radius=radius, size=scene.size) for one in spots),
        *(_words(one, "name halo") for one in names if one is not None),
        scale,
    ]


def _place_areas(scene: Scene) -> list[Area]:
    return [Area(_named(marker), marker.rings) for marker in scene.markers if marker.rings]


def _named(marker: Marker) -> str:
    return f"{marker.number} {marker.label}".strip()


def _area_wish(area: Area, scene: Scene) -> Wish | None:
    """In the middle of the largest part that is on the sheet."""
    frame = scene.frame
    best: list[Point] = []
    for turn in _turns(frame):
        for ring in area.rings:
            projected = [frame.at(x + turn, y) for x, y in ring]
            inside = clip_ring(projected, west=0, south=0, east=frame.width, north=frame.height)
            if inside and (not best or area_of(inside) > area_of(best)):
                best = inside
    return Wish(area.label, *middle_of(best), 2, scene.size) if best and area.label else None


def _spots(scene: Scene, *, radius: float) -> list[_Spot]:
    """Where marks stand. One that would lie on another moves aside and keeps a line to its place."""
    found: list[_Spot] = []
    for marker in scene.markers:
        if marker.position is None:
            continue
        x, y = to = scene.frame.of(marker.position)
        if not (0 <= x <= scene.frame.width and 0 <= y <= scene.frame.height):
            continue
        for aside_x, aside_y in _asides(radius * 2.3):
            x, y = to[0] + aside_x, to[1] + aside_y
            if all(math.hypot(x - one.x, y - one.y) >= radius * 2 for one in found):
                break
        reach = scene.frame.units(marker.radius_m, latitude=marker.position.latitude)
        found.append(_Spot(marker, x, y, to, reach))
    return found


def _asides(step: float) -> list[Point]:
    spots = [(0.0, 0.0)]
    for ring in (1, 2, 3):
        spots += [
            (step * ring * math.cos(math.pi * turn / 4), -step * ring * math.sin(math.pi * turn / 4))
            for turn in range(8)
        ]
    return spots


def _reach(spot: _Spot) -> str:
    x, y = spot.to
    return f'<circle class="reach" cx="{_number(x)}" cy="{_number(y)}" r="{_number(spot.reach)}"/>'


def _leader(spot: _Spot) -> str:
    x, y = spot.to
    if math.hypot(spot.x - x, spot.y - y) < 0.5:
        return ""
    return f'<path class="ink" d="M{_number(x)} {_number(y)}L{_number(spot.x)} {_number(spot.y)}"/>'


def _mark(spot: _Spot, *, radius: float, size: float) -> str:
    """A round mark is exact, a diamond within a kilometre, a square about a locality; the number leads to the table."""
    x, y, kind = spot.x, spot.y, spot.marker.precision
    if kind is Precision.EXACT:
        shape = f'<circle class="exact rim" cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"/>'
    elif kind is Precision.VICINITY:
        r = radius * 1.3
        edge, back = _number(r), _number(-r)
        sides = f"l{edge} {edge} {back} {edge} {back} {back}Z"
        shape = f'<path class="vicinity rim" d="M{_number(x)} {_number(y - r)}{sides}"/>'
    else:
        r = radius * 0.94
        shape = (
            f'<rect class="locality rim" x="{_number(x - r)}" y="{_number(y - r)}" width="{_number(2 * r)}" '
            f'height="{_number(2 * r)}" rx="1.5"/>'
        )
    small = size * (0.78 if len(spot.marker.number) < 2 else 0.66)
    return shape + _words(Placed(spot.marker.number, x, y + small * 0.36, "middle", small), "number")


def _scale(scene: Scene) -> tuple[str, Rect | None]:
    if not scene.scale:
        return "", None
    frame, size = scene.frame, scene.size * 0.86
    metres = scale_step_m(frame, longest=frame.width * 0.24)
    long = frame.units(metres, latitude=frame.middle_latitude)
    left, bottom = size * 0.9, frame.height - size * 0.9
    words = _words(Placed(scene.scale, left, bottom - size * 0.65, "start", size), "name halo")
    bar = f"M{_number(left)} {_number(bottom - 5)}v5h{_number(long)}v-5"
    around = Rect(0, bottom - size * 2, left + max(long, text_width(scene.scale, size=size)) + size, frame.height)
    return f'<path class="halo" fill="none" d="{bar}"/><path class="ink" d="{bar}"/>{words}', around


def _words(one: Placed, kinds: str) -> str:
    text = escape(one.text)
    if runs_right_to_left(one.text):
        text = f"{_RIGHT_TO_LEFT}{text}{_END}"
    anchor = "" if one.anchor == "start" else f' text-anchor="{one.anchor}"'
    return (
        f'<text class="{kinds}" x="{_number(one.x)}" y="{_number(one.y)}" font-size="{_number(one.size)}"{anchor}>'
        f"{text}</text>"
    )
