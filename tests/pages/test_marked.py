"""Passages of a text, marked in their place: always escaped, in one line, and inside the text."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.pages.marked import AROUND, MARKED_MOST, MOST, marked


@pytest.mark.parametrize(
    ("source", "passages", "shown"),
    [
        ("You old fool.", [(8, 12)], ["You old <mark>fool</mark>."]),
        ("a <b> & c", [(2, 5)], ["a <mark>&lt;b&gt;</mark> &amp; c"]),
        ("one\ntwo\n\nthree", [(4, 7)], ["one <mark>two</mark>  three"]),
        ("fools and fools", [(10, 15), (0, 5)], ["<mark>fools</mark> and <mark>fools</mark>"]),
        ("overlapping", [(0, 6), (4, 11)], ["<mark>overlapping</mark>"]),
        ("fool", [(-3, 2), (3, 99), (2, 2), (50, 60)], ["<mark>fo</mark>o<mark>l</mark>"]),
        ("مرحبا يا أحمق", [(9, 13)], ["مرحبا يا <mark>أحمق</mark>"]),
        ("nothing", [], []),
        ("", [(0, 4)], []),
    ],
)
def test_a_passage_stands_in_its_place(source: str, passages: list[tuple[int, int]], shown: list[str]) -> None:
    assert list(marked(source, passages)) == shown


def test_a_few_whole_words_stand_around_and_what_is_left_out_is_shown() -> None:
    source = "word " * 40 + "fool" + " word" * 40
    (quote,) = marked(source, [(200, 204)])
    assert quote == f"… {'word ' * 8}<mark>fool</mark>{' word' * 8} …"


def test_what_is_far_apart_is_quoted_apart_and_not_without_end() -> None:
    source = ("fool" + " word" * 40) * 9
    quotes = marked(source, [(n * 204, n * 204 + 4) for n in range(9)])
    assert len(quotes) == MOST
    assert all(quote.count("<mark>") == 1 for quote in quotes)


@given(
    st.text(max_size=600),
    st.lists(st.tuples(st.integers(-5, 700), st.integers(-5, 700)), max_size=12),
)
def test_any_passage_of_any_text_is_harmless_and_short(source: str, passages: list[tuple[int, int]]) -> None:
    for quote in marked(source, passages):
        assert re.sub(r"</?mark>", "", quote).count("<") == 0
        assert quote.count("<mark>") == quote.count("</mark>") >= 1
        plain = html.unescape(re.sub(r"</?mark>", "", quote))
        assert not re.search(r"[\n\r\t\u2028]", plain)
        assert len(plain) <= quote.count("<mark>") * (MARKED_MOST + 3 + 2 * AROUND) + 2 * AROUND + 4
