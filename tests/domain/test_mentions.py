"""`@name`: where somebody may be named, what the name may be, and how it is kept apart from the words around it."""

from __future__ import annotations

import pytest

from belowline.domain import markup
from belowline.domain.markup import mentions


def wanted(source: str) -> list[str]:
    """The longest reading behind each sign."""
    return [names[0] for names in mentions.wanted(markup.render(source).html)]


def test_every_beginning_that_ends_with_a_word_may_be_the_name() -> None:
    (names,) = mentions.wanted(markup.render("Thank you, @Old Pilot.").html)
    assert names == ["Old Pilot.", "Old Pilot", "Old"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@ann", ["ann"]),
        ("(@ann)", ["ann)"]),
        ("no name here", []),
        ("write to ann@example.org", []),
        ("@@ann and a@b and .@c", []),
        ("> @ann said\n\nand I say @bob", ["bob"]),
        ("`@ann` and\n\n    @bob\n", []),
        ("[@ann](https://example.org)", []),
        ("||@ann||", ["ann"]),
        ("**@ann** @bob", ["ann", "bob"]),
        ("مرحبا @كريم منصور", ["كريم منصور"]),
        ("@R&D people", ["R&D people"]),
        ("@بحّار", ["بحّار"]),
        ("@ and @! and @\n@", []),
    ],
)
def test_where_somebody_is_named(source: str, expected: list[str]) -> None:
    assert wanted(source) == expected


def test_no_text_asks_for_more_than_ten_names_nor_for_long_ones() -> None:
    found = mentions.wanted(markup.render(" ".join(["@ann"] * 500)).html)
    assert len(found) == mentions.SIGNS_MAX
    assert all(len(name) <= 50 for names in found for name in names)


@pytest.mark.parametrize(
    ("source", "names", "expected"),
    [
        ("@Ann says", ["Ann"], "<p>[@Ann] says</p>"),
        ("@ANN and @ann", ["Ann"], "<p>[@ANN] and [@ann]</p>"),
        ("@Annabel", ["Ann"], "<p>@Annabel</p>"),
        ("@Old Pilot, @Old Pilots", ["Old", "Old Pilot"], "<p>[@Old Pilot], [@Old] Pilots</p>"),
        ("@R&D here", ["R&D"], "<p>[@R&amp;D] here</p>"),
        ("`@Ann` x@Ann", ["Ann"], "<p><code>@Ann</code> x@Ann</p>"),
        ("@كريم منصور!", ["كريم منصور"], "<p>[@كريم منصور]!</p>"),
        ("[a](https://example.org/@Ann)", ["Ann"], None),
        ("@Ann", [], "<p>@Ann</p>"),
    ],
)
def test_names_are_kept_apart_and_nothing_else_is_touched(source: str, names: list[str], expected: str | None) -> None:
    html = markup.render(source).html
    assert mentions.with_names(html, names, lambda name: f"[{name}]") == (expected or html)
