"""A map in a browser: drawn at once, moved on request, and said in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.looks import violations

if TYPE_CHECKING:
    from tests.browser.conftest import Open

pytestmark = pytest.mark.browser
ARTICLE = "/a/where-the-road-ends"


def test_the_interactive_map_comes_with_the_press_and_from_nobody_else(browse: Open) -> None:
    # That nothing is asked of another origin, and no policy is broken, the fixture `watch` says of all of this.
    page = browse(ARTICLE, width=768)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2].partition(".")[0]))
    figure = page.locator("figure.map")
    assert figure.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 720
    expect(figure.get_by_role("application")).to_have_count(0)
    assert not {"leaflet", "map"} & set(asked)
    opening = figure.get_by_role("button", name="Open interactive map")
    opening.focus()
    page.keyboard.press("Enter")
    sheet = figure.get_by_role("application")
    expect(sheet).to_be_focused()
    expect(sheet.get_by_role("img", name="1 Idlib")).to_be_visible()
    expect(sheet.get_by_text("Sarmada")).to_be_visible()
    assert sheet.locator("path").count() >= 3
    assert {"leaflet", "map"} <= set(asked)
    assert violations(page) == []
    figure.get_by_role("button", name="Closer").click()
    figure.get_by_role("button", name="Close interactive map").click()
    expect(sheet).to_have_count(0)
    expect(figure.locator("img")).to_be_visible()


def test_without_scripts_there_are_the_drawing_its_links_and_the_table(browse: Open) -> None:
    page = browse(ARTICLE, scripts=False, width=320)
    figure = page.locator("figure.map")
    expect(figure.get_by_role("button")).to_have_count(0)
    figure.locator("summary").click()
    expect(figure.get_by_role("row", name="1 Idlib Within 5 km")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    figure.get_by_role("link", name="Click to see full-size map").click()
    assert page.url.endswith(".svg")
    expect(page.get_by_text("Sarmada").last).to_be_visible()


def test_a_drawing_has_a_dark_look(browse: Open) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        page = browse(ARTICLE, color_scheme=scheme)
        page.goto(page.locator("figure.map a", has_text="full-size").evaluate("link => link.href"))
        colours.add(page.locator(".land").first.evaluate("land => getComputedStyle(land).fill"))
    assert colours == {"rgb(246, 242, 232)", "rgb(38, 36, 30)"}
