"""What readers see of a change: the words that came and went, and nothing that only moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.differences import WORDS_MAX, Change, Mark, Passage, compared, differences
from tests.domain.allowlist import cases


def passages(**texts: str) -> list[Passage]:
    return [Passage(key, "paragraph", text) for key, text in texts.items()]


def written(change: Change) -> str:
    signs = {Mark.SAME: "{}", Mark.ADDED: "[+{}]", Mark.REMOVED: "[-{}]"}
    return "".join(signs[piece.mark].format(piece.text) for piece in change.pieces)


def shown(before: list[Passage], after: list[Passage]) -> list[str]:
    return [f"{one.key}{'~' if one.was_moved else ''}: {written(one)}" for one in differences(before, after)]


def test_only_the_words_that_changed_are_marked() -> None:
    assert shown(passages(a="It rose four cm.", b="Same."), passages(a="It rose nine cm.", b="Same.")) == [
        "a: It rose [-four][+nine] cm."
    ]


def test_beside_what_hides_or_piles_up_the_words_that_changed_are_marked_whole() -> None:
    """S6, S7."""
    for between in cases("hidden.txt"):
        before, after = (passages(a=f"It rose {between} {word} cm.") for word in ("four", "nine"))
        assert shown(before, after) == [f"a: It rose {between} [-four][+nine] cm."], ascii(between)
    zalgo = "z" + "\u0301" * 1_000
    assert shown(passages(a=f"A {zalgo}a!"), passages(a=f"A {zalgo}b!")) == [f"a: A [-{zalgo}a][+{zalgo}b]!"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\u0301", "a\u0316"),
        ("كَتَبَ", "كَتَبُ"),
        ("क्षत्रिय", "क्षत्रियो"),
        ("שָׁלוֹם", "שָׁלוּם"),
        ("a\u200bb", "a\u202eb"),
        ("1\ufe0f\u20e3", "1"),
    ],
)
def test_a_mark_that_changed_is_shown_with_its_word(before: str, after: str) -> None:
    assert shown(passages(a=f"x {before} y"), passages(a=f"x {after} y")) == [f"a: x [-{before}][+{after}] y"]


def test_passages_come_and_go_where_they_stood() -> None:
    before = passages(a="A", b="B", c="C")
    after = passages(a="A", x="X", c="C")
    assert shown(before, after) == ["b: [-B]", "x: [+X]"]


def test_what_stood_first_and_went_is_shown_first() -> None:
    assert shown(passages(a="A", b="B"), passages(b="B", c="C")) == ["a: [-A]", "c: [+C]"]


def test_a_passage_that_moved_is_not_written_anew() -> None:
    before = passages(a="A", b="B", c="C")
    after = passages(c="C", a="A", b="B")
    assert shown(before, after) == ["c~: C"]


def test_equal_versions_do_not_differ() -> None:
    assert differences(passages(a="A"), passages(a="A")) == ()


def marks(before: list[Passage], after: list[Passage]) -> list[list[Mark]]:
    return [[piece.mark for piece in one.pieces] for one in differences(before, after)]


def test_very_long_passages_are_shown_whole() -> None:
    long = "word " * WORDS_MAX
    assert marks(passages(a=long), passages(a=long + "end")) == [[Mark.REMOVED, Mark.ADDED]]


def test_an_article_that_changed_everywhere_is_compared_as_far_as_time_allows() -> None:
    many = {f"p{n}": "word " * 250 for n in range(60)}
    before, after = passages(**many), passages(**{key: f"new {text}" for key, text in many.items()})
    found = marks(before, after)
    assert found[0] == [Mark.ADDED, Mark.SAME]
    assert found[-1] == [Mark.REMOVED, Mark.ADDED]


@given(st.text("ab \n.é", max_size=60), st.text("ab \n.é", max_size=60))
def test_the_pieces_hold_both_texts_whole(before: str, after: str) -> None:
    pieces = list(compared(before, after))
    assert "".join(one.text for one in pieces if one.mark is not Mark.ADDED) == before
    assert "".join(one.text for one in pieces if one.mark is not Mark.REMOVED) == after


@given(st.permutations("abcdef"), st.permutations("abcdef"))
def test_moving_alone_never_looks_like_writing(first: list[str], second: list[str]) -> None:
    before = [Passage(key, "paragraph", key.upper()) for key in first]
    after = [Passage(key, "paragraph", key.upper()) for key in second]
    found = differences(before, after)
    assert all(piece.mark is Mark.SAME for one in found for piece in one.pieces)
    assert bool(found) == (first != second)
