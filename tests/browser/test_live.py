"""A live coverage in a browser: followed without a movement of the text, written in seconds, read without scripts."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.support.looks import violations

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.support.live_site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.once]

STORY = "/a/surge"
PATIENCE_MS = 20_000
NEW = re.compile(r"^\d+ new updates?$")
SHIFT = """() => { window.shifted = 0; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.shifted += one.value;
}).observe({ type: 'layout-shift' }); }"""


def typed(desk: Page, words: str) -> None:
    """Type as a person does: the editor notes the words a moment after the last key."""
    desk.keyboard.type(words)
    expect(desk.locator("input[name='body-0-value']")).to_have_value(re.compile(words))


def write(desk: Page, words: str) -> None:
    """As an editor does: one field, one button."""
    desk.locator("[contenteditable=true]").first.click()
    typed(desk, words)
    desk.get_by_role("button", name="Publish now").click()
    expect(desk.get_by_text("The entry is public.")).to_be_visible(timeout=PATIENCE_MS)


def come_back(page: Page) -> None:
    """A tab that is looked at again asks at once."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def place_of(page: Page, entry: str) -> float:
    top: float = page.locator(entry).evaluate("one => one.getBoundingClientRect().top")
    return top


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('href') ?? document.activeElement.textContent"))


@pytest.fixture
def desk(browse: Open, live_site: LiveSite) -> Page:
    return browse(f"/_desk/live/{live_site.facts['surge']}/", as_="edda")


def test_new_updates_wait_behind_a_button_and_nothing_moves(browse: Open, desk: Page) -> None:
    page, phone = browse(STORY), browse(STORY, width=320)
    for one in (page, phone):
        one.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
        one.locator("#e-18 .when").focus()
        one.locator("#e-18").evaluate("one => window.scrollTo(0, one.offsetTop + 200)")
        one.evaluate(SHIFT)
    at_first, held = place_of(page, "#e-18"), focused(page)
    write(desk, "The gates are closing now.")
    come_back(phone)
    expect(phone.get_by_role("link", name=NEW)).to_be_visible()
    assert phone.evaluate("window.shifted") == 0
    come_back(page)
    button = page.get_by_role("link", name=NEW)
    expect(button).to_be_visible()
    expect(page.locator(".live [role=status]")).to_have_text(NEW)
    assert (place_of(page, "#e-18"), focused(page)) == (at_first, held)
    assert page.evaluate("window.shifted") == 0
    button.focus()
    at_first = place_of(page, "#e-18")  # a browser may scroll to what gets the focus
    page.keyboard.press("Enter")
    expect(page.get_by_text("The gates are closing now.")).to_be_attached()
    assert abs(place_of(page, "#e-18") - at_first) < 1
    expect(page.get_by_role("link", name="Load new updates")).to_be_focused()
    expect(page.locator("[data-entries] > .entry").first).to_contain_text("The gates are closing now.")


def test_an_edit_and_a_deletion_reach_an_open_page_in_place(browse: Open, desk: Page) -> None:
    write(desk, "Wrong words.")
    page = browse(STORY)
    entry = page.locator(".entry", has_text="Wrong words.")
    # For a moment the page may be the one before: it is shown while the new one is built.
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not entry.count() and time.monotonic() < deadline:
        page.reload()
    key = f"#{entry.get_attribute('id')}"
    desk.get_by_role("row", name=re.compile("Wrong words")).get_by_role("link", name="Edit").click()
    field = desk.locator("[contenteditable=true]").first
    field.click()
    desk.keyboard.press("Control+A")
    typed(desk, "Right words.")
    desk.get_by_role("button", name="Publish the change").click()
    expect(desk.get_by_text("The entry is public.")).to_be_visible(timeout=PATIENCE_MS)
    come_back(page)
    expect(page.locator(key)).to_contain_text("Right words.")
    expect(page.locator(key)).to_contain_text("edited")
    row = desk.get_by_role("row", name=re.compile("Right words"))
    row.locator("summary").click()
    row.get_by_role("button", name="Delete for good").click()
    expect(desk.get_by_text("The entry is deleted.")).to_be_visible(timeout=PATIENCE_MS)
    come_back(page)
    expect(page.locator(key)).to_contain_text("This update was deleted")
    expect(page.locator(key)).not_to_contain_text("Right words.")


def test_a_reader_can_pause_with_the_keyboard_and_go_on(browse: Open, desk: Page) -> None:
    page = browse(STORY)
    page.get_by_role("button", name="Pause").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    write(desk, "While you looked away.")
    come_back(page)
    expect(page.locator(".live [role=status]")).to_contain_text("Paused")
    expect(page.get_by_role("link", name=NEW)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=NEW)).to_be_visible()


def test_without_scripts_everything_is_a_link(browse: Open) -> None:
    page = browse(STORY, scripts=False)
    expect(page.get_by_role("button", name="Pause")).to_be_hidden()
    page.get_by_role("link", name="Load new updates").click()
    assert page.url.endswith(STORY)
    page.get_by_role("navigation", name="Key events").get_by_role("link").first.click()
    assert page.url.endswith("#e-23")
    page.get_by_role("link", name="Earlier updates").click()
    expect(page.get_by_text("The water stands at step 1.", exact=True)).to_be_visible()
    page.locator("#e-1 .when").click()
    assert page.url.endswith("/e/1")
    page.get_by_role("link", name="In the live coverage").click()
    expect(page.locator("#e-1")).to_be_in_viewport()


def test_the_script_comes_with_a_running_coverage_alone(browse: Open) -> None:
    assert browse(STORY).locator("script[src*='/live.']").count() == 1
    assert browse("/a/the-lock-is-shut").locator("script[src*='/live.'], link[href*='/live.']").count() == 0


@pytest.mark.parametrize("path", ["/a/quiet-night", "/ar/a/surge-ar", "/a/quiet-night/e/7", "/ar/a/surge-ar/before/9"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_its_pages_fit_and_are_accessible(browse: Open, path: str, width: int, scheme: str) -> None:
    page = browse(path, width=width, color_scheme=scheme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
