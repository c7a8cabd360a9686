"""Page cursors: what was written is read, everything else is nothing."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.cursors import read_cursor, write_cursor

SECRET = b"the site's secret"
SCOPE = "thread:7:best"
ALPHABET = string.ascii_letters + string.digits + "-_"


def read(text: str, *, scope: str = SCOPE, secret: bytes = SECRET) -> int | None:
    return read_cursor(text, scope=scope, secret=secret)


@given(key=st.integers(min_value=0, max_value=2**63 - 1))
def test_a_cursor_says_what_was_written_into_it(key: int) -> None:
    text = write_cursor(key, scope=SCOPE, secret=SECRET)
    assert read(text) == key
    assert set(text) <= set(ALPHABET)


@pytest.mark.parametrize("key", [0, 1, 2**40, 2**63 - 1])
def test_a_cursor_with_any_character_changed_is_refused(key: int) -> None:
    text = write_cursor(key, scope=SCOPE, secret=SECRET)
    for place in range(len(text)):
        for letter in ALPHABET:
            if letter != text[place]:
                assert read(text[:place] + letter + text[place + 1 :]) is None, (place, letter)


def test_a_cursor_of_another_list_or_another_site_is_refused() -> None:
    text = write_cursor(99, scope=SCOPE, secret=SECRET)
    assert read(text, scope="thread:7:newest") is None
    assert read(text, scope="thread:8:best") is None
    assert read(text, scope=SCOPE + ":") is None
    assert read(text, secret=b"another secret") is None


@given(text=st.text(max_size=40))
def test_no_made_up_text_is_a_cursor(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("length", [*range(22), 23, 24, 10_000])
def test_a_cursor_of_another_length_is_refused(length: int) -> None:
    text = write_cursor(99, scope=SCOPE, secret=SECRET)
    assert read((text * 1000)[:length]) is None


@pytest.mark.parametrize("text", ["ä" * 22, " " * 22, "=" * 22, "+/" * 11, "\n" * 22, "\0" * 22, "٣" * 22])
def test_characters_that_no_cursor_has_are_refused(text: str) -> None:
    assert read(text) is None


def test_spaces_inside_do_not_make_a_second_spelling_of_a_cursor() -> None:
    text = write_cursor(99, scope=SCOPE, secret=SECRET)
    for place in range(len(text)):
        for letter in " \n+/=%.":
            assert read(text[:place] + letter + text[place + 1 :]) is None
