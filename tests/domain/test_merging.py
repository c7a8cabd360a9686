"""Two people changed one article: what fits together by itself, and what has to be chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.merging import Choice, Document, Item, Merged, Outcome, Settled, merge, settle


def text(*items: str) -> Document:
    """`a b=new`: items a and b, b with other words than its own."""
    found = [one.partition("=") for one in items]
    return Document({}, {"body": [Item(key, value or key) for key, _, value in found]})


def wording(settled: Settled, mine: Document, theirs: Document) -> list[str]:
    """The values of the result, in order."""
    sides = {Choice.MINE: mine, Choice.THEIRS: theirs}
    values = {side: {one.key: one.value for one in document.lists["body"]} for side, document in sides.items()}
    return [values[part.side][part.key] for part in settled.lists["body"]]


def merged_words(base: str, mine: str, theirs: str, **choices: str) -> str:
    documents = [text(*one.split()) for one in (base, mine, theirs)]
    merged = merge(*documents)
    answers = {f"body/{key.strip('_')}": Choice(value) for key, value in choices.items()}
    return " ".join(wording(settle(merged, answers), documents[1], documents[2]))


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "result"),
    [
        ("a b c", "a b c", "a b c", "a b c"),
        ("a b c", "a=1 b c", "a b c=2", "1 b 2"),
        ("a b c", "a c", "a b c=2", "a 2"),
        ("a b c", "a x b c", "a b c y", "a x b c y"),
        ("a b c", "c a b", "a b c=2", "2 a b"),
        ("a b c", "a b=1 c", "c a b", "c a 1"),
        ("a b", "a=1 b", "a=1 b", "1 b"),
        ("a b c", "a c", "a c", "a c"),
        ("a b", "a y b", "a x b", "a x y b"),
        ("a b", "", "a b c", "c"),
        ("", "a", "b", "a b"),
        ("a b c", "c b a", "c b a x", "c b a x"),
    ],
)
def test_what_does_not_touch_fits_together(base: str, mine: str, theirs: str, result: str) -> None:
    assert merged_words(base, mine, theirs) == result


@pytest.mark.parametrize(("choice", "result"), [("mine", "a 1 c"), ("theirs", "a 2 c"), ("both", "a 2 1 c")])
def test_one_block_in_two_wordings_is_chosen_or_both_are_kept(choice: str, result: str) -> None:
    assert merged_words("a b c", "a b=1 c", "a b=2 c", b=choice) == result


@pytest.mark.parametrize(("choice", "result"), [("mine", "a c"), ("theirs", "a 2 c")])
def test_a_block_that_one_took_away_and_the_other_changed_is_chosen(choice: str, result: str) -> None:
    documents = [text(*one.split()) for one in ("a b c", "a c", "a b=2 c")]
    assert merge(*documents).conflicts == {"body/b": (Choice.THEIRS, Choice.MINE)}, "there are not two wordings"
    assert merged_words("a b c", "a c", "a b=2 c", b=choice) == result


def test_two_orders_are_chosen_as_a_whole() -> None:
    assert merged_words("a b c", "b a c", "a c b", _="mine") == "b a c"
    assert merged_words("a b c", "b a c", "a c b", _="theirs") == "a c b"


def test_fields_are_merged_by_name() -> None:
    base, mine, theirs = Document({"h": "1", "s": "1"}), Document({"h": "2", "s": "1"}), Document({"h": "3", "s": "2"})
    merged = merge(base, mine, theirs)
    assert merged.fields == {"h": Outcome.CONFLICT, "s": Outcome.THEIRS}
    assert settle(merged, {"h": Choice.MINE}).fields == {"h": Choice.MINE, "s": Choice.THEIRS}
    with pytest.raises(KeyError):
        settle(merged, {})


def test_without_a_base_every_difference_is_a_choice() -> None:
    merged = merge(None, text("a", "b=1", "x"), text("a", "b=2", "y"))
    assert set(merged.conflicts) == {"body/b", "body/x", "body/y"}


KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    items = [Item(key, draw(st.sampled_from(["", "1", "2"]))) for key in draw(KEYS)]
    return Document({name: draw(st.sampled_from("xyz")) for name in ("h", "s")}, {"body": items})


def answered(merged: Merged, choice: Choice) -> Settled:
    return settle(merged, {name: choice if choice in found else found[0] for name, found in merged.conflicts.items()})


def keys(settled: Settled) -> list[str]:
    return [part.key for part in settled.lists["body"] if not part.is_copy]


@given(documents(), documents())
def test_merging_with_what_nobody_changed_is_the_other_one(base: Document, changed: Document) -> None:
    for mine, theirs, side in ((changed, base, Choice.MINE), (base, changed, Choice.THEIRS)):
        merged = merge(base, mine, theirs)
        assert merged.conflicts == {}
        settled = settle(merged, {})
        assert keys(settled) == [one.key for one in changed.lists["body"]]
        assert wording(settled, mine, theirs) == [one.value for one in changed.lists["body"]]
        assert all(settled.fields[name] is side or base.fields[name] == changed.fields[name] for name in "hs")


@given(documents(), documents(), documents())
def test_it_is_the_same_whoever_came_first(base: Document, one: Document, other: Document) -> None:
    here, there = merge(base, one, other), merge(base, other, one)
    assert set(here.conflicts) == set(there.conflicts)
    if not here.conflicts:
        assert wording(settle(here, {}), one, other) == wording(settle(there, {}), other, one)


@given(documents(), documents(), documents(), st.sampled_from(Choice))
def test_no_block_is_lost_and_none_doubled(base: Document, one: Document, other: Document, choice: Choice) -> None:
    settled = answered(merge(base, one, other), choice)
    found = keys(settled)
    assert len(found) == len(set(found))
    olds, mine, theirs = ({item.key: item.value for item in each.lists["body"]} for each in (base, one, other))
    for key in mine.keys() | theirs.keys():
        is_taken_away = key in olds and (key not in mine or key not in theirs)
        assert key in found or is_taken_away, key
    # What was added or changed by one alone is there in that wording.
    words = dict(zip(found, wording(settled, one, other), strict=False)) if choice is not Choice.BOTH else {}
    for key in words.keys() & mine.keys() & theirs.keys() & olds.keys():
        if mine[key] != olds[key] and theirs[key] == olds[key]:
            assert words[key] == mine[key]


@given(documents(), documents())
def test_the_same_change_on_both_sides_is_no_conflict(base: Document, changed: Document) -> None:
    assert merge(base, changed, changed).conflicts == {}
