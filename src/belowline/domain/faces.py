"""The small picture beside a reader's name: drawn here, from nothing but their number and name.

No address and no digest of one is in it, and nobody else is asked for it. The number alone decides the tone and the
shape, so that both stay when the name changes; the letter is the name's first.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

# Pairs of ground and letter in pages/static/profile.css; each holds 4.5 : 1 in light and dark (tests/pages/test_faces.py).
TONES = 8
SHAPES = 6


@dataclass(frozen=True, slots=True)
class Face:
    """`tone` counts from 0 to TONES - 1, `shape` to SHAPES - 1. No `letter` for who has no name here."""

    tone: int
    shape: int
    letter: str = ""


def face_of(reader_id: int, name: str) -> Face:
    """The same for the same reader, for ever. Neighbours in number look nothing like each other."""
    digest = hashlib.blake2b(str(reader_id).encode(), digest_size=2, person=b"belowline face").digest()
    return Face(tone=digest[0] % TONES, shape=digest[1] % SHAPES, letter=first_letter(name))


def first_letter(name: str) -> str:
    """The first letter of a name as a capital, with the marks that belong to it; empty where there is none."""
    text = unicodedata.normalize("NFC", name)
    place = next((at for at, character in enumerate(text) if unicodedata.category(character)[0] == "L"), None)
    if place is None:
        return ""
    end = place + 1
    # Vowel signs and accents that have no letter of their own; two are more than an honest initial has.
    while end < len(text) and end <= place + 2 and unicodedata.category(text[end])[0] == "M":
        end += 1
    capital = text[place].upper()
    return (capital if len(capital) == 1 else text[place]) + text[place + 1 : end]
