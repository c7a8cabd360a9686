"""Texts that are nearly the same: MinHash over three words in a row, and bands to find candidates by.

A. Broder, "On the resemblance and containment of documents" (1997); bands as in Leskovec, Rajaraman, Ullman, "Mining of
Massive Datasets", 3.4. The words are those of the match view, so that a letter in disguise changes nothing; addresses and
names that are mentioned are no words. Hashes are those of BLAKE2b and of fixed multipliers: the same on every machine.

Many people may share one text with good reason (a petition, a prayer): alike says nothing about spam by itself.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from operator import eq
from typing import Final

from belowline.domain.match_view import match_view, words

PERMUTATIONS: Final = 64
SHINGLE_WORDS: Final = 3
# Fewer words have too few shingles to be told apart: "I agree with every word of this".
WORDS_MIN: Final = 8
# Measured on prototypes: from here on 0.995 of copies with 8 % of their words changed and none of 22,000 other pairs.
# docs/benchmarks.md has it for 10 % and a million pairs.
ALIKE_FROM: Final = 0.35
# 16 bands of 4 find 0.84 of the pairs whose likeness is that of a copy with a tenth of its words changed (0.57), 21 of 3
# find 0.987: 1 - (1 - s^rows)^bands. 32 of 2 would find all of them, for half as many index rows again with each comment.
BANDS: Final = 21
BAND_ROWS: Final = 3

_BYTES = struct.Struct(f">{PERMUTATIONS}I")
_MASK = 2**64 - 1


def _multipliers() -> tuple[tuple[int, int], ...]:
    """Odd factors and terms of 64 bits, from BLAKE2b of their number. Multiply-shift: Dietzfelbinger and others, 1997."""
    digests = (hashlib.blake2b(b"near duplicates %d" % one, digest_size=16).digest() for one in range(PERMUTATIONS))
    return tuple((int.from_bytes(one[:8], "big") | 1, int.from_bytes(one[8:], "big")) for one in digests)


_MULTIPLIERS: Final = _multipliers()


@dataclass(frozen=True, slots=True)
class Sketch:
    """64 numbers of 32 bits; the share of places in which two sketches agree estimates what their texts share."""

    values: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """256 bytes, the same on every machine."""
        return _BYTES.pack(*self.values)

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """Raises ValueError unless there are 256 of them."""
        if len(data) != _BYTES.size:
            raise ValueError(f"a sketch has {_BYTES.size} bytes, not {len(data)}")
        return cls(_BYTES.unpack(data))


def sketch(text: str) -> Sketch | None:
    """None for a text of fewer than eight words."""
    found = [one[0] for one in words(match_view(text).text)]
    if len(found) < WORDS_MIN:
        return None
    shingles = {" ".join(found[at : at + SHINGLE_WORDS]) for at in range(len(found) - SHINGLE_WORDS + 1)}
    hashes = [
        int.from_bytes(hashlib.blake2b(one.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
        for one in shingles
    ]
    return Sketch(
        tuple([min([(factor * one + term) & _MASK for one in hashes]) >> 32 for factor, term in _MULTIPLIERS])
    )


def bands(of: Sketch) -> tuple[int, ...]:
    """One number for each band, its place mixed in: two sketches that share one are candidates. Signed, of 64 bits."""
    values = of.values
    return tuple(_band(number, values[number * BAND_ROWS : (number + 1) * BAND_ROWS]) for number in range(BANDS))


def likeness(one: Sketch, other: Sketch) -> float:
    """0 to 1: an estimate of the share of shingles that two texts have in common, of all that either has."""
    agreeing: int = sum(map(eq, one.values, other.values))
    return agreeing / PERMUTATIONS


def _band(number: int, rows: Sequence[int]) -> int:
    digest = hashlib.blake2b(struct.pack(f">B{len(rows)}I", number, *rows), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
