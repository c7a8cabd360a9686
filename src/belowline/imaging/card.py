"""The picture for those who share a page: 1200 x 630, its words set with the site's own fonts.

Runs in the child process. HarfBuzz shapes the words (Arabic joins, kerning); which way they run, where lines break and
which font has a letter is decided here, because a card has no browser.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from belowline.imaging.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

PNG = "image/png"
WIDTH, HEIGHT = 1200, 630
# The light colours of pages/static/tokens.css; the files are those that the pages load.
PAPER, RAISED, INK, SOFT, ACCENT = "#fffdf9", "#f6f2ea", "#191612", "#5d564b", "#a3211b"
FONTS = Path(__file__).resolve().parents[1] / "pages" / "static" / "fonts"
SERIF = ("newsreader-latin-wght-normal", "newsreader-latin-ext-wght-normal", "noto-naskh-arabic-arabic-wght-normal")
SANS = (
    "libre-franklin-latin-wght-normal",
    "libre-franklin-latin-ext-wght-normal",
    "noto-naskh-arabic-arabic-wght-normal",
)
EDGE, LINE = 64, 14
COLUMN = 560  # of the picture
PICTURE_HEIGHT_MAX = 430
# What decides how all cards look: whoever keeps cards draws them anew when it changes (newsroom/publishing/cards.py).
STYLE = (WIDTH, HEIGHT, PAPER, RAISED, INK, SOFT, ACCENT, SERIF, SANS, EDGE, LINE, COLUMN, PICTURE_HEIGHT_MAX)
WORD_BREAK = "\N{ZERO WIDTH SPACE}"
ELLIPSIS = "…"


class NoLetters(Exception):
    """A character that none of our fonts has."""


@dataclass(frozen=True, slots=True)
class Words:
    """All that stands on a card. `labels` are short: the topic, "Opinion", "Corrected". A site's own card has no
    `headline` but its `strap`."""

    paper: str
    language: str
    direction: str
    headline: str = ""
    labels: tuple[str, ...] = ()
    strap: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class _Face:
    """A family at one size and weight."""

    family: tuple[str, ...]
    size: int
    weight: int

    @property
    def fonts(self) -> tuple[ImageFont.FreeTypeFont, ...]:
        return tuple(_font(name, self.size, self.weight) for name in self.family)


@cache
def _font(name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    if "naskh" in name:  # small on its body and light beside the others
        size, weight = round(size * 1.06), min(700, weight + 100) if weight > 400 else weight
    font = ImageFont.truetype(FONTS / f"{name}.woff2", size, layout_engine=ImageFont.Layout.RAQM)
    font.set_variation_by_axes([weight])
    return font


@cache
def _has(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    """A font draws the same box for everything that it lacks."""
    mask, lacking = font.getmask(letter), font.getmask("\uffff")
    return (mask.size, bytes(mask)) != (lacking.size, bytes(lacking))


def card(picture: BinaryIO | None, words: Words) -> Drawn:
    """Raises NoLetters, or Pillow's own errors for a picture that cannot be read."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    sheet = _Sheet(image, words)
    if not words.headline:
        sheet.site()
    else:
        sheet.article(_opened(picture) if picture is not None else None)
    out = io.BytesIO()
    # With 256 colours a card with a picture has 200 KB instead of 500: some services pass larger ones over.
    colours, dither = (64, Image.Dither.NONE) if picture is None else (256, Image.Dither.FLOYDSTEINBERG)
    image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=dither).save(out, "PNG", optimize=True)
    return Drawn(PNG, WIDTH, HEIGHT, out.getvalue())


def _opened(source: BinaryIO) -> Image.Image:
    with Image.open(source, formats=("JPEG",)) as opened:
        whole = opened.convert("RGB")
    height = min(round(COLUMN * whole.height / whole.width), PICTURE_HEIGHT_MAX)
    return ImageOps.fit(whole, (COLUMN, height), Image.Resampling.LANCZOS)


class _Sheet:
    def __init__(self, image: Image.Image, words: Words) -> None:
        self.image, self.words = image, words
        self.draw = ImageDraw.Draw(image)
        self.is_rtl = words.direction == "rtl"
        self.leading = 1.42 if self.is_rtl else 1.08
        self.draw.rectangle((0, 0, WIDTH, LINE), fill=ACCENT)

    def site(self) -> None:
        face, lines = _fitted(self, self.words.paper, SERIF, 700, WIDTH - 2 * EDGE, (150, 64), lines_max=3, room=330)
        top = (HEIGHT - len(lines) * face.size * self.leading) / 2 - (30 if self.words.strap else 0)
        bottom = self.lines(lines, face, top=top, fill=INK, width=WIDTH - 2 * EDGE)
        if self.words.strap:
            strap, wrapped = _fitted(
                self, self.words.strap, SANS, 400, WIDTH - 2 * EDGE, (40, 30), lines_max=2, room=130
            )
            self.lines(wrapped, strap, top=bottom + 24, fill=SOFT, width=WIDTH - 2 * EDGE)

    def article(self, picture: Image.Image | None) -> None:
        width = WIDTH - 2 * EDGE - (COLUMN - 8 if picture is not None else 0)
        top = float(LINE + 46)
        if self.words.labels:
            label = _Face(SANS, 30, 600)
            top = self.lines(
                [self._clipped(" · ".join(self.words.labels), label, width)], label, top=top, fill=ACCENT, width=width
            )
            top += 14
        name = _Face(SERIF, 40, 700)
        foot = HEIGHT - EDGE + 12
        room = foot - name.size * self.leading - 24 - top
        sizes = (72, 38) if picture is not None else (120, 46)
        face, lines = _fitted(self, self.words.headline, SERIF, 600, width, sizes, lines_max=6, room=room)
        self.lines(lines, face, top=top, fill=INK, width=width)
        paper = self._clipped(self.words.paper, name, width)
        self.line(paper, name, baseline=foot, fill=INK, width=width)
        if picture is not None:
            self._picture(picture)

    def _picture(self, picture: Image.Image) -> None:
        start = 0 if self.is_rtl else WIDTH - COLUMN
        self.draw.rectangle((start, LINE + 1, start + COLUMN, HEIGHT), fill=RAISED)
        face = _Face(SANS, 24, 400)
        lines = _wrapped(self, self.words.credit, face, COLUMN - 64)[:2] if self.words.credit else []
        below = len(lines) * face.size * 1.3 + 18 if lines else 0
        top = LINE + 1 + max(0, round((HEIGHT - LINE - picture.height - below) / 2))
        self.image.paste(picture, (start, top))
        self.lines(
            lines, face, top=top + picture.height + 14, fill=SOFT, width=COLUMN - 64, left=start + 32, leading=1.3
        )

    def lines(
        self,
        lines: list[str],
        face: _Face,
        *,
        top: float,
        fill: str,
        width: int,
        left: int | None = None,
        leading: float | None = None,
    ) -> float:
        """Where the next thing may begin."""
        step = face.size * (leading or self.leading)
        for number, line in enumerate(lines):
            baseline = top + step * number + face.size * (1.05 if self.is_rtl else 0.82)
            self.line(line, face, baseline=baseline, fill=fill, width=width, left=left)
        return top + step * len(lines)

    def line(self, line: str, face: _Face, *, baseline: float, fill: str, width: int, left: int | None = None) -> None:
        start = left if left is not None else (WIDTH - EDGE - width if self.is_rtl else EDGE)
        pieces = list(self._pieces(line, face))
        x = start + (width - sum(one[3] for one in pieces) if self.is_rtl else 0)
        for text, font, direction, length in reversed(pieces) if self.is_rtl else pieces:
            self.draw.text((x, baseline), text, font=font, fill=fill, anchor="ls", direction=direction)
            x += length

    def length(self, line: str, face: _Face) -> float:
        return sum(one[3] for one in self._pieces(line, face))

    def _pieces(self, line: str, face: _Face) -> Iterator[tuple[str, ImageFont.FreeTypeFont, str, float]]:
        """Stretches of one font and one direction in the order of reading, each with its length. Two levels of
        direction: enough for a name in another script, and all that a headline has.
        """
        for text, direction in _directed(line, is_rtl=self.is_rtl):
            runs = list(_in_fonts(text, face.fonts))
            # A stretch against the line's direction is read from its other end.
            for run, font in reversed(runs) if (direction == "rtl") != self.is_rtl else runs:
                yield run, font, direction, font.getlength(run, direction=direction)

    def _clipped(self, text: str, face: _Face, width: int) -> str:
        while self.length(text, face) > width and len(text) > 1:
            text = text.removesuffix(ELLIPSIS)[:-1].rstrip(" ·") + ELLIPSIS
        return text


def _directed(line: str, *, is_rtl: bool) -> Iterator[tuple[str, str]]:
    """The line cut where its direction turns. Signs and spaces between two words of one direction go with them."""
    base = "rtl" if is_rtl else "ltr"
    kinds = [_direction_of(letter) for letter in line]
    before, last = [], base
    for kind in kinds:
        last = kind or last
        before.append(last)
    after, last = [], base
    for kind in reversed(kinds):
        last = kind or last
        after.append(last)
    after.reverse()
    turned = [kind or (b if b == a else base) for kind, b, a in zip(kinds, before, after, strict=True)]
    start = 0
    for place in range(1, len(line) + 1):
        if place == len(line) or turned[place] != turned[start]:
            yield line[start:place], turned[start]
            start = place


def _direction_of(letter: str) -> str:
    kind = unicodedata.bidirectional(letter)
    if kind in {"L", "EN", "AN"}:
        return "ltr"
    return "rtl" if kind in {"R", "AL"} else ""


def _in_fonts(text: str, fonts: tuple[ImageFont.FreeTypeFont, ...]) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    start, current = 0, None
    for place, letter in enumerate(text):
        # A mark stands on the letter before it, whichever font that came from.
        if current is not None and unicodedata.combining(letter):
            continue
        found = next((font for font in fonts if letter == " " or _has(font, letter)), None)
        if found is None:
            raise NoLetters(f"U+{ord(letter):04X}")
        if current is not None and found is not current and letter != " ":
            yield text[start:place], current
            start = place
        current = found if letter != " " or current is None else current
    if current is not None:
        yield text[start:], current


def _fitted(
    sheet: _Sheet,
    text: str,
    family: tuple[str, ...],
    weight: int,
    width: int,
    sizes: tuple[int, int],
    *,
    lines_max: int,
    room: float,
) -> tuple[_Face, list[str]]:
    """The largest size at which the text has room, and its lines; at the smallest what has no room is cut off."""
    largest, smallest = sizes
    for size in range(largest, smallest - 1, -4):
        face = _Face(family, size, weight)
        lines = _wrapped(sheet, text, face, width)
        # Two words that fill a line each would be larger than everything else on the page of a social network.
        if len(lines) <= lines_max and len(lines) * size * sheet.leading <= room and _fits(sheet, lines, face, width):
            return face, lines
    allowed = max(1, int(room // (face.size * sheet.leading)))
    kept = lines[:allowed]
    if len(lines) > allowed:
        kept[-1] = sheet._clipped(f"{kept[-1]} {ELLIPSIS}", face, width)
    return face, kept


def _fits(sheet: _Sheet, lines: list[str], face: _Face, width: int) -> bool:
    return all(sheet.length(line, face) <= width for line in lines)


def _wrapped(sheet: _Sheet, text: str, face: _Face, width: int) -> list[str]:
    """As few lines as there can be, and those as even as they can be."""
    words = [part for word in text.split() for part in _broken(sheet, word, face, width)]
    if not words:
        return []

    @cache
    def length(first: int, last: int) -> float:
        return sheet.length(_joined(words[first:last]), face)

    # best[n]: (lines, what is left over in them squared, where the last line of the first n words begins)
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(words) + 1):
        choices = []
        for begin in range(end - 1, -1, -1):
            used = length(begin, end)
            if used > width and end - begin > 1:
                break
            count, waste, _ = best[begin]
            choices.append((count + 1, waste + (width - used) ** 2, begin))
        best.append(min(choices))
    lines, end = [], len(words)
    while end:
        begin = best[end][2]
        lines.append(_joined(words[begin:end]))
        end = begin
    return lines[::-1]


def _joined(words: list[str]) -> str:
    return " ".join(words).replace(WORD_BREAK + " ", "")


def _broken(sheet: _Sheet, word: str, face: _Face, width: int) -> list[str]:
    """A word that is longer than a line in parts that are not; they are joined without a space."""
    if len(word) < 8 or sheet.length(word, face) <= width:
        return [word]
    parts, rest = [], word
    while rest:
        size = len(rest)
        while size > 1 and sheet.length(rest[:size], face) > width:
            size -= max(1, size // 8)
        parts.append(rest[:size])
        rest = rest[size:]
    return [f"{one}{WORD_BREAK}" for one in parts[:-1]] + parts[-1:]


def card_of(source: BinaryIO, *, has_picture: bool, words: dict[str, Any]) -> Drawn:
    """As the child process is asked: `words` as JSON."""
    given = Words(**words | {"labels": tuple(words.get("labels", ()))})
    return card(source if has_picture else None, given)
