"""The words on a social card: lines that are even, letters that join, and the right side for the language."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from belowline.imaging import card
from belowline.imaging.card import NoLetters, Words
from tests.imaging.photographs import photograph

PAPER = (255, 253, 249)


def drawn(picture: bytes | None = None, **values: Any) -> Image.Image:
    given: dict[str, Any] = {
        "paper": "The Weir",
        "language": "en",
        "direction": "ltr",
        "headline": "The gauge",
    } | values
    file = card.card(io.BytesIO(picture) if picture else None, Words(**given))
    image = Image.open(io.BytesIO(file.data)).convert("RGB")
    assert image.size == (file.width, file.height) == (1200, 630)
    return image


def ink(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    """How many pixels are darker than paper."""
    return sum(image.crop(box).convert("L").histogram()[:200])


def test_words_begin_at_the_side_where_their_language_does() -> None:
    left, right = (0, 100, 300, 400), (900, 100, 1200, 400)
    english = drawn(headline="Tide")
    assert ink(english, left) > 500 > ink(english, right)
    arabic = drawn(headline="مدّ", language="ar", direction="rtl", paper="السدّ")
    assert ink(arabic, right) > 500 > ink(arabic, left)


def test_the_longest_headline_stays_on_the_card() -> None:
    for direction, word in (("ltr", "Gauge"), ("rtl", "المقياس")):
        image = drawn(headline=" ".join([word] * 40)[:255], direction=direction, labels=("Topic " * 30,))
        assert ink(image, (0, 20, 50, 630)) == 0
        assert ink(image, (1150, 20, 1200, 630)) == 0
        assert ink(image, (0, 600, 1200, 630)) == 0


def test_a_word_without_end_is_broken() -> None:
    image = drawn(headline="W" * 200)
    assert ink(image, (1150, 20, 1200, 630)) == 0


def test_lines_are_even() -> None:
    sheet = card._Sheet(Image.new("RGB", (1200, 630)), Words("x", "en", "ltr"))
    face = card._Face(card.SERIF, 60, 600)
    lines = card._wrapped(sheet, "One two three four five six seven eight nine ten eleven twelve", face, 700)
    lengths = [sheet.length(line, face) for line in lines]
    assert max(lengths) <= 700
    # A greedy break leaves one word alone in the last line.
    assert min(lengths) > 0.6 * max(lengths)


def test_arabic_letters_join() -> None:
    sheet = card._Sheet(Image.new("RGB", (1200, 630)), Words("x", "ar", "rtl"))
    face = card._Face(card.SERIF, 60, 600)
    apart = sum(sheet.length(letter, face) for letter in "ببب")
    assert sheet.length("ببب", face) < 0.9 * apart


def test_a_name_in_another_script_keeps_its_own_direction() -> None:
    cut = list(card._directed("قالت Hobs Landing إن 2,500 متر", is_rtl=True))
    assert [text for text, direction in cut if direction == "ltr"] == ["Hobs Landing", "2,500"]
    assert "".join(text for text, _ in cut) == "قالت Hobs Landing إن 2,500 متر"


def test_a_picture_stands_at_the_far_side() -> None:
    middle = (940, 200, 1100, 400)
    assert ink(drawn(), middle) == 0
    assert ink(drawn(photograph(), credit="Photograph: Ana"), middle) > 1000


def test_a_script_that_no_font_has_is_refused_and_not_drawn_as_boxes() -> None:
    with pytest.raises(NoLetters):
        drawn(headline="漢字")
