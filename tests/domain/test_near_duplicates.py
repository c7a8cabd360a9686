"""Copies are recognised although words were changed; texts that have nothing to do with each other are not."""

from __future__ import annotations

import subprocess
import sys
from random import Random

import pytest
from bench.bars.copies import edited, made_texts

from belowline.domain.near_duplicates import ALIKE_FROM, BANDS, Sketch, bands, likeness, sketch

TEXT = "Nobody asked the people of the valley whether they wanted the dam, and now the water stands in their gardens."


def sketched(text: str) -> Sketch:
    made = sketch(text)
    assert made is not None
    return made


def is_candidate(one: Sketch, other: Sketch) -> bool:
    return not set(bands(one)).isdisjoint(bands(other))


def test_a_text_of_seven_words_has_no_sketch() -> None:
    assert sketch("one two three four five six seven") is None
    assert sketch("") is None
    assert sketch("one two three four five six seven eight") is not None


def test_a_copy_in_disguise_is_the_same_text() -> None:
    disguised = (
        TEXT.upper().replace("DAM", "D@M").replace("WATER", "wa\u200bter").replace("O", "о") + " https://a.example"
    )
    assert likeness(sketched(TEXT), sketched(disguised)) == 1.0
    assert bands(sketched(TEXT)) == bands(sketched(disguised))


def test_a_sketch_is_256_bytes_and_comes_back_from_them() -> None:
    made = sketched(TEXT)
    assert len(made.to_bytes()) == 256
    assert Sketch.from_bytes(made.to_bytes()) == made
    with pytest.raises(ValueError, match="not 255"):
        Sketch.from_bytes(made.to_bytes()[:-1])


def test_bands_fit_a_column_of_64_bits() -> None:
    found = [one for text in made_texts(50, Random(4)) for one in bands(sketched(text))]
    assert len(found) == 50 * BANDS
    assert min(found) < 0 < max(found)
    assert all(-(2**63) <= one < 2**63 for one in found)


def test_the_same_rows_in_another_band_are_another_number() -> None:
    assert len(set(bands(Sketch((7,) * 64)))) == BANDS


def test_another_process_makes_the_same_sketch() -> None:
    code = (
        "import sys; from belowline.domain.near_duplicates import sketch, bands;"
        "made = sketch(sys.argv[1]); print(made.to_bytes().hex(), bands(made)[0])"
    )
    environment = {"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "77"}
    other = subprocess.run(
        [sys.executable, "-c", code, TEXT], capture_output=True, text=True, env=environment, check=True
    )
    assert other.stdout.split() == [sketched(TEXT).to_bytes().hex(), str(bands(sketched(TEXT))[0])]
    # Stored sketches are compared for a fortnight: they may not change with a release.
    assert sketched(TEXT).to_bytes()[:8].hex() == "2941062704134a56"


def test_a_copy_with_a_tenth_of_its_words_changed_is_found() -> None:
    dice = Random(10)
    texts = made_texts(400, dice)
    pairs = [(sketched(text), sketched(edited(text, 0.10, dice))) for text in texts]
    alike = [likeness(*pair) >= ALIKE_FROM and is_candidate(*pair) for pair in pairs]
    assert sum(alike) >= 0.97 * len(pairs)


def test_of_forty_thousand_strangers_no_two_are_alike() -> None:
    sketches = [sketched(text) for text in made_texts(285, Random(9))]
    pairs = [(one, other) for number, one in enumerate(sketches) for other in sketches[:number]]
    assert len(pairs) > 40_000
    assert max(likeness(*pair) for pair in pairs) < ALIKE_FROM


def test_likeness_estimates_what_two_texts_share() -> None:
    words = [f"word{number}" for number in range(202)]
    for shared in (0, 50, 100, 150, 200):
        other = words[: shared + 2] + [f"else{number}" for number in range(200 - shared)]
        truth = shared / (400 - shared)
        assert abs(likeness(sketched(" ".join(words)), sketched(" ".join(other))) - truth) < 0.16
