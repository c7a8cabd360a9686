"""What a reader decides about others, in a browser: one reader's choice, folded on that reader's pages alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.looks import violations

if TYPE_CHECKING:
    from tests.browser.conftest import Open, Room

pytestmark = [pytest.mark.browser, pytest.mark.once]


def test_an_ignored_reader_is_folded_and_one_press_away(browse: Open, room: Room) -> None:
    page = browse(f"{room.path}/c/{room.reply}", as_="dora")
    page.get_by_role("link", name="Ignore, mute, stop replies").click()
    assert violations(page) == []
    page.get_by_role("button", name="Ignore Bob", exact=True).click()
    expect(page.get_by_role("button", name="No longer ignore Bob")).to_be_visible()
    page.goto(re.sub(r"/_d/.*", room.path, page.url))
    folded = page.locator(f"#c-{room.reply}")
    expect(folded).to_contain_text("You ignore this reader.")
    expect(folded.locator(".text")).to_be_hidden()
    expect(page.locator(f"#c-{room.first} .text")).to_be_visible()
    folded.get_by_role("button", name="show").click()
    expect(folded.locator(".text")).to_be_visible()
    expect(folded.locator("h3 a")).to_be_focused()
    stranger = browse(room.path)
    expect(stranger.locator(f"#c-{room.reply} .text")).to_be_visible()
    # So that no other test meets it.
    page.goto(re.sub(r"/d/.*", f"/_d/comment/{room.reply}/choices", page.url))
    page.get_by_role("button", name="No longer ignore Bob").click()
    expect(page.get_by_role("button", name="Ignore Bob", exact=True)).to_be_visible()
