"""From an empty desk to a published story with a map and a gallery: what it costs an editor's hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

# What the newsroom was promised: clicks and keys beyond the words themselves.
HAND_MOVES_MAX = 60


class Hand:
    """Counts each click and each key that writes nothing. Words are free: they have to be written anywhere."""

    def __init__(self, page: Page) -> None:
        self.page, self.moves = page, 0

    def click(self, what: Locator) -> None:
        what.click()
        self.moves += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.moves += 1

    def write(self, words: str, *, into: Locator | None = None) -> None:
        if into is None:
            self.page.keyboard.type(words)
        else:
            self.click(into)
            into.fill(words)

    def choose(self, field: Locator, value: str) -> None:
        """Open a list and take an entry: two."""
        field.select_option(value)
        self.moves += 2

    def upload(self, field: Locator, file: Path) -> None:
        """Open the dialog, take the file, close the dialog: three."""
        field.set_input_files(file)
        self.moves += 3


@pytest.fixture
def photographs(tmp_path: Path) -> list[Path]:
    made = []
    for number, name in enumerate(("quay", "crane")):
        made.append(tmp_path / f"{name}.png")
        Image.effect_mandelbrot((420, 280), (-2, -1.5, 1, 1.5), 31 + 9 * number).save(made[-1])
    return made


def test_an_editor_publishes_a_story_with_a_map_and_a_gallery_in_less_than_sixty_moves(
    browse: Open, photographs: list[Path], record_property: Callable[[str, object], None]
) -> None:
    desk = browse("/_desk/", as_="edda")
    hand = Hand(desk)
    _begin(hand)
    body = desk.locator("#panel-child-content-body-section")
    _write_text_and_map(hand, body)
    _add_gallery(hand, body, photographs)
    hand.click(desk.get_by_role("button", name="More actions"))
    hand.click(desk.get_by_role("button", name="Publish", exact=True))
    expect(desk.locator(".messages")).to_contain_text("published")
    _read(browse)
    record_property("moves", hand.moves)  # in the report of the run
    assert hand.moves < HAND_MOVES_MAX, hand.moves


def _begin(hand: Hand) -> None:
    desk = hand.page
    hand.click(desk.get_by_role("link", name="Articles", exact=True))
    hand.click(desk.get_by_role("link", name="Add article"))
    topic = desk.get_by_role("link", name="River", exact=True)
    if topic.count():  # with one topic the desk does not ask
        hand.click(topic)
    hand.write("Who opens the quay", into=desk.get_by_role("textbox", name="Headline*"))
    hand.write("The quay was shut. It is open again.", into=desk.get_by_role("textbox", name="Standfirst"))
    hand.click(desk.get_by_role("button", name="Add Author"))
    hand.click(desk.get_by_role("button", name="Choose author"))
    hand.click(desk.locator(".modal").get_by_role("link", name="Ines Marrick"))
    expect(desk.locator(".modal")).to_have_count(0)


def _write_text_and_map(hand: Hand, body: Locator) -> None:
    desk = hand.page
    hand.click(body.get_by_role("button", name="Insert a block").last)
    hand.click(desk.get_by_role("listbox").get_by_role("option", name="Text", exact=True))
    expect(body.locator("[contenteditable=true]")).to_be_focused()
    hand.write("The crane moves again. Two towns sent their boats.")
    hand.press("Enter")
    hand.write("/map")
    expect(desk.get_by_role("listbox").get_by_role("option", name="Map", exact=True)).to_be_visible()
    hand.press("Enter")
    places = body.locator("[data-contentpath='places']")
    hand.click(places.locator("button[title='Add']"))
    hand.click(places.get_by_role("button", name="Choose a place"))
    hand.click(desk.locator(".modal").get_by_role("link", name="Sarmada"))
    expect(desk.locator(".modal")).to_have_count(0)


def _add_gallery(hand: Hand, body: Locator, photographs: list[Path]) -> None:
    desk = hand.page
    hand.click(body.locator("button[title='Insert a block']").last)
    hand.click(desk.get_by_role("listbox").get_by_role("option", name="Gallery", exact=True))
    # The map has a place for a picture of its own, before those of the gallery; a gallery begins with two.
    pictures = body.locator("[data-contentpath='picture']").get_by_role("button", name="Choose an image")
    for left, file in zip((2, 1), photographs, strict=True):
        expect(pictures).to_have_count(1 + left)
        hand.click(pictures.nth(1))
        form = desk.locator(".modal")
        hand.click(form.get_by_role("tab", name="Upload"))
        hand.upload(form.locator("input[type=file]"), file)
        hand.write(f"A drawing of the {file.stem}", into=form.get_by_label("Description for those who cannot see it"))
        hand.write("Photograph: The Weir", into=form.get_by_label("Credit"))
        hand.choose(form.get_by_label("Licence or basis"), "own")
        hand.click(form.get_by_role("button", name="Upload"))
        expect(form).to_have_count(0)


def _read(browse: Open) -> None:
    reader = browse("/a/who-opens-the-quay", scripts=False)
    expect(reader.get_by_role("heading", level=1)).to_have_text("Who opens the quay")
    expect(reader.get_by_role("link", name="Ines Marrick")).to_have_count(1)
    expect(reader.locator("figure.map img")).to_have_count(1)
    expect(reader.locator(".gallery figure")).to_have_count(2)
    expect(reader.locator(".gallery figcaption").first).to_contain_text("Photograph: The Weir")
