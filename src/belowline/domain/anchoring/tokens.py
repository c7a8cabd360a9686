"""A text as tokens: words, numbers and single signs, each with its place in the text.

What is compared is a token's folded form: curly quotes and straight ones, a dash and a hyphen, a word with or without an
invisible character are the same. Places stay those of the text itself, in code points, and never stand inside what a
reader sees as one character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache


class _Kind(IntEnum):
    SPACE = 0
    LETTER = 1
    DIGIT = 2
    SIGN = 3
    EXTEND = 4  # belongs to the character before it
    FLAG = 5  # a regional indicator: two of them are one flag


@dataclass(frozen=True, slots=True)
class Token:
    """`start` and `end` in code points. `weight` are its letters and digits; a sign has none."""

    start: int
    end: int
    folded: str
    weight: int


# Written in many ways by editors and their programs, and meant alike.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
# Scripts that are written without spaces: Han, kana, Hangul, Thai, Lao, Khmer and Burmese. One character is one token.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
# Unicode 16, UAX #29, table 2: what never begins a cluster though its category is no mark's.
_SPACING_EXTENDS = {0x0E33, 0x0EB3, 0x200C, 0x200D}
_SKIN_TONES = (0x1F3FB, 0x1F3FF)
_FLAGS = (0x1F1E6, 0x1F1FF)
_JOINER = "\u200d"
_ALONE = "".join(f"{chr(first)}-{chr(last)}" for first, last in _UNSPACED)
# Most of every text, at the speed of the library.
_RUNS = {_Kind.LETTER: re.compile(rf"[^\W\d_{_ALONE}]+"), _Kind.DIGIT: re.compile(r"\d+")}


@cache
def _kind(character: str) -> _Kind:
    if character.isspace():
        return _Kind.SPACE
    code = ord(character)
    if code in _SPACING_EXTENDS or _SKIN_TONES[0] <= code <= _SKIN_TONES[1]:
        return _Kind.EXTEND
    if _FLAGS[0] <= code <= _FLAGS[1]:
        return _Kind.FLAG
    category = unicodedata.category(character)
    if category[0] == "M" or category == "Cf":
        return _Kind.EXTEND
    if category == "Nd":
        return _Kind.DIGIT
    if category[0] in "LN":
        return _Kind.LETTER
    return _Kind.SIGN


@cache
def _stands_alone(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _UNSPACED)


def tokens_of(text: str) -> list[Token]:
    """In order. What is between them is white space."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    start, length = 0, len(text)
    while start < length:
        kind = _kind(text[start])
        if kind is _Kind.SPACE:
            start += 1
            continue
        end = _end_of(text, start, kind)
        yield _token(text, start, end, kind)
        start = end


def _end_of(text: str, start: int, kind: _Kind) -> int:
    end, length = _past_extensions(text, start + 1), len(text)
    if kind is _Kind.FLAG and end < length and _kind(text[end]) is _Kind.FLAG:
        return _past_extensions(text, end + 1)
    if kind not in _RUNS or _stands_alone(text[start]):
        return end
    while run := _RUNS[kind].match(text, end):
        end = _past_extensions(text, run.end())
    return end


def _past_extensions(text: str, place: int) -> int:
    """Behind marks, and behind what a joiner ties to the character before it, as in a family of emoji."""
    while place < len(text) and not text[place].isascii():
        if _kind(text[place]) is _Kind.EXTEND or (text[place - 1] == _JOINER and _kind(text[place]) is _Kind.SIGN):
            place += 1
        else:
            break
    return place


def _token(text: str, start: int, end: int, kind: _Kind) -> Token:
    written = text[start:end]
    if kind in {_Kind.LETTER, _Kind.DIGIT}:
        plain = written if written.isalnum() else "".join(one for one in written if not _is_invisible(one))
        return Token(start, end, plain, len(plain))
    folded = "".join(one for one in written if not _is_invisible(one)) or written
    return Token(start, end, folded.translate(_ALIKE), 0)


@cache
def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" and character != _JOINER


def whole_characters(text: str, start: int, end: int) -> tuple[int, int]:
    """The same span, widened where an end stands within what a reader sees as one character."""
    while 0 < start < len(text) and not _is_between_characters(text, start):
        start -= 1
    while 0 < end < len(text) and not _is_between_characters(text, end):
        end += 1
    return start, end


def _is_between_characters(text: str, place: int) -> bool:
    before, after = text[place - 1], _kind(text[place])
    if after is _Kind.EXTEND or (before == _JOINER and after is _Kind.SIGN):
        return False
    if after is not _Kind.FLAG:
        return True
    first = place
    while first and _kind(text[first - 1]) is _Kind.FLAG:
        first -= 1
    return (place - first) % 2 == 0
