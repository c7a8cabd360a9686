"""Where words stand on a map: beside what they name, over nothing else, or nowhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

RIGHT_TO_LEFT = {"R", "AL"}
# Widths in parts of the type size, on the safe side of the sans-serif faces that browsers take.
_WIDE, _CAPITAL, _LETTER, _NARROW = 1.05, 0.72, 0.58, 0.34
_NARROW_LETTERS = frozenset("iljtfrI.,:;'’!|() ")


@dataclass(frozen=True, slots=True)
class Rect:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Rect) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """A name to be placed: beside (x, y) at `gap`, or in the middle of it."""

    text: str
    x: float
    y: float
    gap: float
    size: float
    is_centred: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A name that found room. `anchor` is start, middle or end, from the left whatever the script; y is the baseline."""

    text: str
    x: float
    y: float
    anchor: str
    size: float


def runs_right_to_left(text: str) -> bool:
    """By the first letter that has a direction, as `dir="auto"` decides."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in RIGHT_TO_LEFT:
            return True
        if kind == "L":
            return False
    return False


def text_width(text: str, *, size: float) -> float:
    return size * sum(_letter_width(letter) for letter in text)


def _letter_width(letter: str) -> float:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return _WIDE
    if letter in _NARROW_LETTERS:
        return _NARROW
    return _CAPITAL if letter.isupper() or letter in "mwMW" else _LETTER


def placed(wishes: Sequence[Wish], *, sheet: Rect, taken: Sequence[Rect]) -> list[Placed | None]:
    """For each wish, in order, the best free place inside the sheet; None where there is none.

    Beside a point the places are tried in the order that reads best: for Latin right of it first (E. Imhof, The American
    Cartographer 2, 1975), for Arabic and Hebrew left of it.
    """
    occupied = list(taken)
    found: list[Placed | None] = []
    for wish in wishes:
        for candidate, rect in _candidates(wish):
            if _is_inside(rect, sheet) and not any(rect.meets(other) for other in occupied):
                occupied.append(rect)
                found.append(candidate)
                break
        else:
            found.append(None)
    return found


def _is_inside(rect: Rect, sheet: Rect) -> bool:
    return (
        rect.left >= sheet.left and rect.right <= sheet.right and rect.top >= sheet.top and rect.bottom <= sheet.bottom
    )


def _candidates(wish: Wish) -> list[tuple[Placed, Rect]]:
    wide, tall = text_width(wish.text, size=wish.size), wish.size
    if wish.is_centred:
        return [_candidate(wish, "middle", wish.x, wish.y, wide, tall)]
    near, far = ("end", "start") if runs_right_to_left(wish.text) else ("start", "end")
    aside = {"start": wish.gap, "end": -wish.gap}
    up, down = -wish.gap - tall * 0.5, wish.gap + tall * 0.5
    slant = wish.gap * 0.6
    spots = [
        (near, aside[near], 0.0),
        (far, aside[far], 0.0),
        (near, aside[near] * 0.6, -slant - tall * 0.45),
        (near, aside[near] * 0.6, slant + tall * 0.45),
        (far, aside[far] * 0.6, -slant - tall * 0.45),
        (far, aside[far] * 0.6, slant + tall * 0.45),
        ("middle", 0.0, up),
        ("middle", 0.0, down),
    ]
    return [_candidate(wish, anchor, wish.x + x, wish.y + y, wide, tall) for anchor, x, y in spots]


def _candidate(wish: Wish, anchor: str, x: float, y: float, wide: float, tall: float) -> tuple[Placed, Rect]:
    """`y` is the middle of the letters; a baseline is about a third of the size below it."""
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    rect = Rect(left - 1, y - tall * 0.58, left + wide + 1, y + tall * 0.58)
    return Placed(wish.text, x, y + tall * 0.35, anchor, wish.size), rect
