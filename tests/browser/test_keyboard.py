"""Every task of a reader by keyboard alone: Tab, Enter, Space, Escape, and what the focus shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.browser.conftest import Open, Room

pytestmark = pytest.mark.browser

STATUS = "[data-thread] [role=status]"
MOST_TABS = 80
NAME = """(() => { const e = document.activeElement; return (e.getAttribute('aria-label') ??
(e.labels?.[0] ?? e).textContent).trim().replace(/\\s+/g, ' ') })()"""


def tab_to(page: Page, name: str | Callable[[str], bool], *, key: str = "Tab") -> str:
    """Press Tab until the focus is on something of this name. What has the focus is always to be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        found = str(page.evaluate(NAME))
        if found == name if isinstance(name, str) else name(found):
            assert page.evaluate("document.activeElement.matches(':focus-visible')"), found
            box = page.evaluate("(({top, bottom}) => [top, bottom])(document.activeElement.getBoundingClientRect())")
            assert box[1] > 0, found
            assert box[0] < page.viewport_size["height"], found  # type: ignore[index]
            return found
    raise AssertionError(f"no way to {name!r} by {key}; last: {found}")


def ready(page: Page) -> None:
    expect(page.locator("button[aria-pressed]").first).to_be_visible()


def test_the_first_stop_leads_past_the_masthead(browse: Open, room: Room) -> None:
    page = browse(room.path)
    tab_to(page, "To the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_voting_changing_and_undoing_by_keyboard(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    ready(page)
    tab_to(page, "Charlie #1 Helpful 3")
    page.keyboard.press("Space")
    expect(page.locator(STATUS)).to_have_text("Your vote was counted.")
    assert page.evaluate(NAME) == "Charlie #1 Helpful 4"
    tab_to(page, "Charlie #1 Not helpful 1")
    page.keyboard.press("Enter")
    expect(page.locator(f"#c-{room.first} button[name=down]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    expect(page.locator(STATUS)).to_have_text("Your vote was taken back.")


def test_answering_editing_and_deleting_by_keyboard(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    ready(page)
    tab_to(page, "Charlie #1 Reply")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your comment")).to_be_focused()
    page.keyboard.type("Typed, not clicked.")
    tab_to(page, "Preview")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Preview")).to_be_focused()
    tab_to(page, "Post the reply")
    page.keyboard.press("Enter")
    mine = page.locator("article", has_text="Typed, not clicked.")
    expect(mine.locator("h3")).to_be_focused()
    tab_to(page, lambda name: name.startswith("Alice #4 Edit"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your comment")).to_be_focused()
    page.keyboard.type(" Twice.")
    tab_to(page, "Save the change")
    page.keyboard.press("Enter")
    expect(page.locator("article", has_text="Typed, not clicked. Twice.").locator("h3")).to_be_focused()
    tab_to(page, "Alice #4 Delete")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alertdialog").get_by_role("button", name="Cancel")).to_be_focused()
    tab_to(page, "Delete", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(STATUS)).to_have_text("Deleted by the author.")
    expect(page.locator("article[data-state=deleted] h3")).to_be_focused()


def test_folding_sorting_and_walking_on_by_keyboard(browse: Open, room: Room) -> None:
    page = browse(room.path)
    expect(page.get_by_role("button", expanded=True)).to_be_visible()
    tab_to(page, lambda name: name.endswith("1 reply"))
    page.keyboard.press("Enter")
    expect(page.locator(f"#c-{room.reply}")).to_be_hidden()
    fold = page.locator(f"#c-{room.first} button[data-fold]")
    expect(fold).to_contain_text("[+] 1 comment hidden")
    expect(fold).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(f"#c-{room.reply}")).to_be_visible()
    tab_to(page, "Next at this level")
    page.keyboard.press("Enter")
    tab_to(page, "Charlie #3 Helpful 3")
    tab_to(page, "Newest", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("sort=newest"))


def test_signing_in_by_keyboard(browse: Open, room: Room) -> None:
    page = browse(room.path)
    tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/_account/sign-in"))
    tab_to(page, "E-mail address")
    page.keyboard.type("dora@example.org")
    tab_to(page, "Password")
    page.keyboard.type("seven herons standing")
    page.keyboard.press("Enter")
    expect(page.locator(".account")).to_contain_text("Dora")


def test_nothing_that_has_the_focus_is_hidden_behind_the_bar_of_what_is_new(browse: Open, room: Room) -> None:
    page = browse(room.path)
    page.evaluate(
        "thread => localStorage.setItem('bl:seen:' + thread, JSON.stringify({position: 0, at: Date.now()}))",
        room.thread,
    )
    page.reload()
    bar = page.get_by_role("navigation", name="New comments")
    expect(bar).to_be_visible()
    # The bar comes before the comments, so that the keyboard meets it there.
    tab_to(page, "Mark all read")
    edge = bar.bounding_box()
    assert edge is not None
    for _ in range(20):
        page.keyboard.press("Tab")
        box = page.evaluate(
            "(({top, bottom, height}) => [top, bottom, height])(document.activeElement.getBoundingClientRect())"
        )
        assert box[0] < edge["y"], page.evaluate(NAME)
