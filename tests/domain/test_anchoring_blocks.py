"""What of an article's HTML are its words, in blocks and units; and what can be chosen of them."""

from __future__ import annotations

import pytest

from belowline.domain.anchoring.blocks import Block, blocks_of, canonical_of_blocks, text_block, units_of
from belowline.domain.anchoring.choosing import CHARACTERS_MAX, Choice, Chosen, choose, read_choice
from belowline.domain.commenting import Refused


@pytest.mark.parametrize(
    ("html", "units"),
    [
        ('<p id="b-1">Some <b>bold</b><br>words &amp; a\u00a0space.</p>', ("Some bold words & a space.",)),
        ('<div id="b-1"><p>One.</p><p> Two. </p></div>', ("One.", "Two.")),
        ('<ul id="b-1"><li>One <i>thing</i></li><li></li><li>Two</li></ul>', ("One thing", "Two")),
        ('<blockquote id="b-1"><p>Said.</p><footer>Ann</footer></blockquote>', ("Said.", "Ann")),
        ('<h2 id="b-1">A head</h2>', ("A head",)),
        ('<p id="b-1">cafe\u0301</p>', ("caf\u00e9",)),
        ('<section class="timeline" id="b-1"><h2 id="b-1-h">Title</h2><ol><li><p>When</p><div>What</div></li></ol></section>',
         ("Title", "When", "What")),
        ('<section id="b-1"><h2 id="b-1-h"><span>Question</span> Who?</h2><p><a class="button">Answer</a></p></section>',
         ("Who?",)),
        ('<aside class="pull" id="b-1"><p>Said above.</p></aside>', ()),
    ],
)  # fmt: skip
def test_units_are_the_paragraphs_items_and_cells_of_a_block(html: str, units: tuple[str, ...]) -> None:
    (block,) = blocks_of(html)
    assert block.units == units


def test_of_a_figure_the_caption_are_its_words_and_the_file_is_what_it_is() -> None:
    html = (
        '<figure class="map" id="b-1"><p class="title">Where</p><picture><img alt="A map"></picture>'
        '<button>Open</button><figcaption>Bare <span class="caption">The <i>pier</i>.</span>'
        '<span class="credit"><bdi>Ann</bdi></span><a data-full href="/media/x.jpg">Full size</a></figcaption>'
        "<details><summary>2 places</summary><table><tr><td>Idlib</td></tr></table></details></figure>"
    )
    (block,) = blocks_of(html)
    assert block == Block("b-1", ("Where", "The pier."), "/media/x.jpg", is_figure=True)


def test_the_figures_of_a_gallery_are_blocks_of_their_own() -> None:
    caption = '<figcaption><span class="caption">One</span></figcaption>'
    html = f'<div class="gallery" id="b-1">\n<figure id="b-1-1">{caption}</figure></div>'
    assert [(one.id, one.units) for one in blocks_of(html)] == [("b-1", ()), ("b-1-1", ("One",))]


def test_blocks_without_words_have_no_place_but_figures_do() -> None:
    canonical = canonical_of_blocks(
        [
            text_block("b-1", "One."),
            text_block("b-2", " "),
            Block("b-3", (), "x", is_figure=True),
            text_block("b-4", "Two."),
        ]
    )
    assert canonical.text == "One.\n\nTwo."
    assert [one[:3] for one in canonical.blocks] == [("b-1", 0, 4), ("b-3", 4, 4), ("b-4", 6, 10)]
    assert [list(units_of(canonical, one)) for one in canonical.blocks] == [[(0, 4)], [], [(6, 10)]]


TEXT = canonical_of_blocks(
    [
        text_block("b-1", "One word."),
        Block("b-2", ("A caption.",), "x", is_figure=True),
        text_block("b-3", "Two words."),
    ]
)


@pytest.mark.parametrize(
    ("choice", "answer"),
    [
        (Choice(1, "b-1", 0, 3), "One"),
        (Choice(1, "b-1", 0, 3, "One"), "One"),
        (Choice(1, "b-1", 3, 9), "word."),
        (Choice(1, "b-1"), "One word."),
        (Choice(1, "b-2"), "A caption."),
        (Choice(1, "b-2", 2, 9), "caption"),
        (Choice(1, "b-1", 0, 3, "Two"), "passage_differs"),
        (Choice(1, "b-1", 4, 17), "passage_figures"),
        (Choice(1, "b-1", 4, 26), "passage_figures"),
        (Choice(1, "b-2", 2, 15), "passage_figures"),
        (Choice(1, "b-9", 0, 3), "passage_missing"),
        (Choice(1, "b-3", 0, 11), "passage_missing"),
        (Choice(1, "b-1", 3, 4), "passage_empty"),
    ],
)
def test_what_is_chosen_is_a_passage_or_the_reason_why_not(choice: Choice, answer: str) -> None:
    found = choose(choice, TEXT)
    assert (found.code if isinstance(found, Refused) else found.exact) == answer


def test_a_passage_across_two_paragraphs_is_one_and_a_page_of_them_is_too_long() -> None:
    long = canonical_of_blocks([text_block("b-1", "One word."), text_block("b-2", "x" * CHARACTERS_MAX)])
    found = choose(Choice(1, "b-1", 4, 15), long)
    assert isinstance(found, Chosen)
    assert found.exact == "word.\n\nxxxx"
    assert choose(Choice(1, "b-1", 4, CHARACTERS_MAX + 11), long) == Refused("passage_long", status=422)


@pytest.mark.parametrize(
    "address", ["", "b-1", "0.b-1", "1.c-1", "1.b-1.2", "1.b-1.a.b", "1.b-1.1.2.3", "1.b-" + "x" * 50, "١.b-1"]
)
def test_what_is_no_address_of_a_passage_is_none(address: str) -> None:
    assert read_choice(address) is None
