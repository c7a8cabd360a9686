"""The printing press of the demo's pictures: paper, six inks, cut lines and grain, written as one SVG.

A sheet is painted from back to front in flat inks. Light and shadow come from cut lines whose width swells with a
tone between 0 (nothing) and 1 (lines touch), as in a linocut. Lengths are pixels of the printed picture; y points down.
Every sheet has its own seed, so that a drawing comes out the same every time.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

Point = tuple[float, float]
Line = list[Point]
Tone = Callable[[float, float], float]

PAPER = "#f3e8d2"
SAND = "#e0c592"
OCHRE = "#d99a35"
BRICK = "#bf4a2c"
SAGE = "#93ada0"
TEAL = "#2f6470"
NIGHT = "#1b2735"

SERIF = "'Noto Serif', 'DejaVu Serif', serif"
SANS = "'Noto Sans', 'DejaVu Sans', sans-serif"


def polygon(points: Iterable[Point]) -> str:
    """A closed path with straight sides."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def box(x: float, y: float, width: float, height: float) -> str:
    """An upright rectangle from its top left corner."""
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}Z"


def disc(x: float, y: float, radius: float, squash: float = 1.0) -> str:
    """A circle, or an ellipse whose height is `squash` times its width."""
    ry = radius * squash
    half = f"a{radius:.1f} {ry:.1f} 0 1 1"
    return f"M{x - radius:.1f} {y:.1f}{half} {2 * radius:.1f} 0{half} {-2 * radius:.1f} 0Z"


def blob(points: Sequence[Point], *, is_closed: bool = True) -> str:
    """A smooth path through the points (Catmull-Rom turned into cubic Bézier pieces)."""
    count = len(points)
    pieces = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for i in range(count if is_closed else count - 1):
        if is_closed:
            a, b, c, d = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        first = (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6)
        second = (c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6)
        pieces.append(f"C{first[0]:.1f} {first[1]:.1f} {second[0]:.1f} {second[1]:.1f} {c[0]:.1f} {c[1]:.1f}")
    return "".join(pieces) + ("Z" if is_closed else "")


def ramp(value: float, low: float, high: float) -> float:
    """0 at `low`, 1 at `high`, straight between, clamped outside; `low` may be the larger one."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def across(low: float, high: float, *, base: float = 0.0, gain: float = 1.0) -> Tone:
    """A tone that grows from `base` by `gain` between two places from left to right (or back, when `low` is larger)."""
    return lambda x, y: base + gain * ramp(x, low, high)


def down(low: float, high: float, *, base: float = 0.0, gain: float = 1.0) -> Tone:
    """A tone that grows from `base` by `gain` between two heights."""
    return lambda x, y: base + gain * ramp(y, low, high)


@dataclass
class Sheet:
    """One picture under way. `svg()` is the finished sheet; everything else adds to it."""

    width: int = 2000
    height: int = 1333
    seed: int = 1
    paper: str = PAPER
    roughness: float = 5.0
    body: list[str] = field(default_factory=list)
    defs: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - a drawing, no secret

    # ---- flat ink

    def fill(self, path: str, ink: str, *, clip: str = "", opacity: float = 1.0, move: str = "") -> None:
        """Lay a flat area of ink."""
        extra = f' clip-path="url(#{clip})"' if clip else ""
        extra += f' opacity="{opacity}"' if opacity < 1 else ""
        extra += f' transform="{move}"' if move else ""
        self.body.append(f'<path d="{path}" fill="{ink}"{extra}/>')

    def stroke(self, path: str, ink: str, width: float, *, clip: str = "", cap: str = "butt", dash: str = "") -> None:
        """Draw a line of even width."""
        extra = f' clip-path="url(#{clip})"' if clip else ""
        extra += f' stroke-dasharray="{dash}"' if dash else ""
        self.body.append(
            f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{width:.1f}" stroke-linecap="{cap}" '
            f'stroke-linejoin="round"{extra}/>'
        )

    def bar(self, start: Point, end: Point, ink: str, width: float, *, cap: str = "butt") -> None:
        """Draw a straight line."""
        self.stroke(f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}", ink, width, cap=cap)

    def clip(self, path: str, *, rule: str = "nonzero") -> str:
        """Name an area for later clipping."""
        name = f"c{len(self.defs)}"
        self.defs.append(f'<clipPath id="{name}"><path d="{path}" clip-rule="{rule}"/></clipPath>')
        return name

    def open_group(self, move: str = "", *, clip: str = "") -> None:
        """Start a group that is moved or clipped as a whole; end it with `close_group`."""
        extra = f' transform="{move}"' if move else ""
        extra += f' clip-path="url(#{clip})"' if clip else ""
        self.body.append(f"<g{extra}>")

    def close_group(self) -> None:
        self.body.append("</g>")

    # ---- cut lines

    def swell(
        self,
        lines: Iterable[Line],
        tone: Tone,
        ink: str,
        *,
        width: float,
        clip: str = "",
        break_chance: float = 0.02,
        thinnest: float = 0.1,
        wobble: float = 0.15,
    ) -> None:
        """Cut along the lines: `width` pixels where the tone is 1, nothing where it is below `thinnest`."""
        pieces: list[str] = []
        for line in lines:
            run: list[tuple[float, float, float]] = []
            for x, y in line:
                share = min(1.0, tone(x, y)) * (1 + self.rng.uniform(-wobble, wobble))
                if share < thinnest or self.rng.random() < break_chance:
                    pieces.append(_ribbon(run, width))
                    run = []
                else:
                    run.append((x, y, share))
            pieces.append(_ribbon(run, width))
        if path := "".join(pieces):
            self.fill(path, ink, clip=clip)

    def parallels(
        self,
        area: tuple[float, float, float, float],
        *,
        angle: float,
        gap: float,
        step: float = 14,
        jitter: float = 0.12,
    ) -> list[Line]:
        """Straight guide lines over the area (left, top, right, bottom), at `angle` degrees from level."""
        left, top, right, bottom = area
        middle = ((left + right) / 2, (top + bottom) / 2)
        reach = math.hypot(right - left, bottom - top) / 2
        along = (math.cos(math.radians(angle)), math.sin(math.radians(angle)))
        lines = []
        for k in range(int(2 * reach / gap) + 1):
            aside = -reach + k * gap + self.rng.uniform(-jitter, jitter) * gap
            shift = self.rng.uniform(0, step)
            line = []
            for n in range(int(2 * reach / step) + 2):
                t = -reach + n * step + shift
                x, y = middle[0] + along[0] * t - along[1] * aside, middle[1] + along[1] * t + along[0] * aside
                if left - gap <= x <= right + gap and top - gap <= y <= bottom + gap:
                    line.append((x, y))
            lines.append(line)
        return lines

    def rings(self, x: float, y: float, *, first: float, last: float, gap: float, squash: float = 1.0) -> list[Line]:
        """Guide circles around a point."""
        lines = []
        radius = first
        while radius < last:
            count = max(12, int(radius * 6.3 / 14))
            start = self.rng.uniform(0, 6.3)
            turn = [start + 2 * math.pi * n / count for n in range(count + 1)]
            lines.append([(x + radius * math.cos(a), y + radius * squash * math.sin(a)) for a in turn])
            radius += gap * self.rng.uniform(0.9, 1.1)
        return lines

    def rays(self, x: float, y: float, *, first: float, last: float, count: int, step: float = 16) -> list[Line]:
        """Guide lines that leave a point."""
        lines = []
        for k in range(count):
            angle = 2 * math.pi * (k + self.rng.uniform(-0.15, 0.15)) / count
            radii = [first + n * step for n in range(int((last - first) / step))]
            lines.append([(x + r * math.cos(angle), y + r * math.sin(angle)) for r in radii])
        return lines

    def hatch(
        self,
        path: str,
        area: tuple[float, float, float, float],
        ink: str,
        *,
        tone: Tone | float,
        angle: float,
        gap: float,
        thickness: float = 0.85,
        break_chance: float = 0.03,
    ) -> None:
        """Shade the inside of a path with straight cuts; `area` is a box around it."""
        even = tone if callable(tone) else (lambda x, y: tone)
        lines = self.parallels(area, angle=angle, gap=gap)
        self.swell(lines, even, ink, width=gap * thickness, clip=self.clip(path), break_chance=break_chance)

    def dabs(
        self,
        area: tuple[float, float, float, float],
        ink: str,
        *,
        tone: Tone | float,
        gap: float,
        length: float,
        width: float,
        angle: float = 0,
        spread: float = 8,
        clip: str = "",
        flat: float = 1.0,
    ) -> None:
        """Scatter short lens-shaped cuts; the tone is the chance of one at a place, `flat` squeezes rows together."""
        left, top, right, bottom = area
        pieces = []
        y = top
        while y < bottom:
            x = left - self.rng.uniform(0, length)
            while x < right:
                px, py = x + self.rng.uniform(-0.3, 0.3) * gap, y + self.rng.uniform(-0.4, 0.4) * gap * flat
                chance = tone(px, py) if callable(tone) else tone
                if self.rng.random() < chance:
                    turn = math.radians(angle + self.rng.uniform(-spread, spread))
                    size = self.rng.uniform(0.55, 1.1)
                    pieces.append(_lens(px, py, length * size, width * self.rng.uniform(0.7, 1.1), turn))
                x += max(length, gap) * self.rng.uniform(0.8, 1.3) if flat < 1 else gap
            y += gap * flat
        if pieces:
            self.fill("".join(pieces), ink, clip=clip)

    # ---- words

    def words(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float = 34,
        ink: str = NIGHT,
        anchor: str = "start",
        weight: int = 400,
        face: str = SANS,
        turn: float = 0,
        spacing: float = 0,
        style: str = "normal",
        halo: str = "",
        matrix: Sequence[float] = (),
    ) -> None:
        """Set a line of type; it stays above the cut lines and keeps its clean edge."""
        move = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
        if matrix:
            move = f' transform="matrix({" ".join(f"{value:.4f}" for value in matrix)})"'
        glow = (
            f' stroke="{halo}" stroke-width="{size * 0.28:.1f}" paint-order="stroke" stroke-linejoin="round"'
            if halo
            else ""
        )
        self.labels.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-family="{face}" font-size="{size}" font-weight="{weight}" '
            f'font-style="{style}" fill="{ink}" text-anchor="{anchor}" letter-spacing="{spacing}"{glow}{move}>'
            f"{escape(text)}</text>"
        )

    # ---- the print

    def svg(self) -> str:
        """The finished sheet: inks with rough edges and specks of bare paper, then the type."""
        size = f'width="{self.width}" height="{self.height}"'
        everywhere = 'x="0" y="0" width="100%" height="100%"'
        sheet = f'x="-20" y="-20" width="{self.width + 40}" height="{self.height + 40}"'
        # Trim a little on every side: at the very edge, the bent ink would leave gaps.
        trim = 12 * self.height / self.width
        view = f'viewBox="12 {trim:.2f} {self.width - 24} {self.height - 2 * trim:.2f}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view}>'
            f"<defs>{''.join(self.defs)}{_filters(self.seed, self.roughness, everywhere, self.paper)}</defs>"
            f'<rect {sheet} fill="{self.paper}"/>'
            f'<g filter="url(#cut)"><rect {sheet} fill="{self.paper}"/>{"".join(self.body)}</g>'
            f'<rect {sheet} filter="url(#specks)"/>'
            f'<rect {sheet} filter="url(#roller)"/>'
            f"{''.join(self.labels)}</svg>"
        )


def _filters(seed: int, roughness: float, everywhere: str, paper: str) -> str:
    """Edges wander as under a knife (two scales of noise); specks and roller marks let the paper through."""
    red, green, blue = (int(paper[i : i + 2], 16) / 255 for i in (1, 3, 5))
    colour = f"0 0 0 0 {red:.3f} 0 0 0 0 {green:.3f} 0 0 0 0 {blue:.3f}"
    plain = f'{everywhere} filterUnits="objectBoundingBox" color-interpolation-filters="sRGB"'
    return (
        f'<filter id="cut" {plain}>'
        f'<feTurbulence type="fractalNoise" baseFrequency="0.018" numOctaves="2" seed="{seed}" result="slow"/>'
        f'<feDisplacementMap in="SourceGraphic" in2="slow" scale="{roughness * 1.7:.1f}" xChannelSelector="R" '
        f'yChannelSelector="G" result="bent"/>'
        f'<feTurbulence type="fractalNoise" baseFrequency="0.085" numOctaves="1" seed="{seed + 7}" result="fast"/>'
        f'<feDisplacementMap in="bent" in2="fast" scale="{roughness * 0.8:.1f}" xChannelSelector="R" yChannelSelector="G"/>'
        "</filter>"
        f'<filter id="specks" {plain}>'
        f'<feTurbulence type="fractalNoise" baseFrequency="0.33" numOctaves="2" seed="{seed + 3}"/>'
        f'<feColorMatrix values="{colour} 9 0 0 0 -6.95"/></filter>'
        f'<filter id="roller" {plain}>'
        f'<feTurbulence type="fractalNoise" baseFrequency="0.006 0.05" numOctaves="3" seed="{seed + 5}"/>'
        f'<feColorMatrix values="{colour} 0 0.6 0 0 -0.3"/></filter>'
    )


def _ribbon(run: Sequence[tuple[float, float, float]], width: float) -> str:
    """A stroke around a run of (x, y, tone), pointed at both ends; nothing for fewer than three places."""
    if len(run) < 3:
        return ""
    upper, lower = [], []
    for i, (x, y, share) in enumerate(run):
        before, after = run[max(i - 1, 0)], run[min(i + 1, len(run) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1
        half = width * share / 2 * min(1.0, (i + 0.02) / 2, (len(run) - 1 - i + 0.02) / 2)
        upper.append((x - dy / length * half, y + dx / length * half))
        lower.append((x + dy / length * half, y - dx / length * half))
    return polygon(upper + lower[::-1])


def _lens(x: float, y: float, length: float, width: float, turn: float) -> str:
    """A pointed stroke around its middle."""
    ax, ay = math.cos(turn) * length / 2, math.sin(turn) * length / 2
    bx, by = -math.sin(turn) * width, math.cos(turn) * width
    return (
        f"M{x - ax:.1f} {y - ay:.1f}Q{x + bx:.1f} {y + by:.1f} {x + ax:.1f} {y + ay:.1f}"
        f"Q{x - bx:.1f} {y - by:.1f} {x - ax:.1f} {y - ay:.1f}Z"
    )
