"""Faces of readers: the same for ever, unlike their neighbours', and of one letter."""

from __future__ import annotations

from itertools import pairwise

import pytest

from belowline.domain.faces import SHAPES, TONES, Face, face_of, first_letter


def test_a_reader_has_one_face_whatever_they_are_called() -> None:
    assert face_of(7, "Alma") == face_of(7, "Alma")
    assert (face_of(7, "Alma").tone, face_of(7, "Alma").shape) == (face_of(7, "Zoe").tone, face_of(7, "Zoe").shape)


def test_faces_are_spread_evenly_and_neighbours_differ() -> None:
    faces = [face_of(number, "") for number in range(1, 4_801)]
    each = len(faces) / (TONES * SHAPES)
    counts = [sum(one == Face(tone, shape) for one in faces) for tone in range(TONES) for shape in range(SHAPES)]
    assert min(counts) > each * 0.6
    assert max(counts) < each * 1.5
    alike = sum(one == other for one, other in pairwise(faces))
    assert alike < len(faces) * 0.05


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("alma", "A"),
        ("  Zoe\u0308", "Z"),
        ("éva", "É"),
        ("e\u0301va", "É"),
        ("ßen", "ß"),
        ("ليلى", "ل"),
        ("أحمد", "أ"),
        ("иван", "И"),
        ("小王", "小"),
        ("कि", "कि"),
        ("12 Bob", "B"),
        ("'Anna", "A"),
        ("a" + "\u0316" * 1_000, "A\u0316\u0316"),
        ("", ""),
        ("123", ""),
        ("\u202eevil", "E"),
    ],
    ids=ascii,
)
def test_the_letter_is_the_first_one_of_the_name(name: str, letter: str) -> None:
    assert first_letter(name) == letter
