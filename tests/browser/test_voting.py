"""Voting with scripts: at once, once, and put right when the site says no."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, Route, expect

if TYPE_CHECKING:
    from tests.browser.conftest import Open, Room

pytestmark = pytest.mark.browser

VOTE = re.compile(r"/_d/\d+/vote$")
STATUS = "[data-thread] [role=status]"


def votes(page: Page, comment: int) -> tuple[Locator, Locator]:
    found = page.locator(f"#c-{comment} button[form=votes]")
    return found.nth(0), found.nth(1)


def test_a_vote_is_cast_changed_and_taken_back(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    up, down = votes(page, room.first)
    expect(up).to_have_attribute("aria-pressed", "false")
    up.click()
    expect(page.locator(STATUS)).to_have_text("Your vote was counted.")
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(up).to_contain_text("4")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(up).to_contain_text("3")
    expect(down).to_contain_text("2")
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(down).to_contain_text("2")
    down.click()
    expect(page.locator(STATUS)).to_have_text("Your vote was taken back.")
    expect(down).to_contain_text("1")
    page.reload()
    expect(down).to_have_attribute("aria-pressed", "false")


def test_a_double_click_is_one_vote(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    up, _ = votes(page, room.first)
    expect(up).to_have_attribute("aria-pressed", "false")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    up.dblclick()
    expect(page.locator(STATUS)).to_have_text("Your vote was counted.")
    expect(up).to_have_attribute("aria-pressed", "true")
    assert len(sent) == 1


def test_changing_ones_mind_faster_than_the_site_answers_ends_in_the_last_wish(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    up, down = votes(page, room.first)
    expect(up).to_have_attribute("aria-pressed", "false")
    held: list[Route] = []
    page.route(VOTE, lambda route: held.append(route) if not held else route.continue_())
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.wait_for_timeout(200)
    assert sent == [], "the second state waits for the answer to the first"
    with page.expect_response(VOTE):
        held[0].continue_()
    expect(page.locator(STATUS)).to_have_text("Your vote was counted.")
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(down).to_have_attribute("aria-pressed", "true")


def test_a_vote_that_did_not_arrive_is_shown_as_such(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    up, _ = votes(page, room.first)
    expect(up).to_have_attribute("aria-pressed", "false")
    page.route(VOTE, lambda route: route.abort())
    up.click()
    expect(page.locator(STATUS)).to_contain_text("No answer from the site.")
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(up).to_contain_text("3")


def test_a_visitor_is_shown_the_way_in_and_comes_back_to_the_comment(browse: Open, room: Room) -> None:
    page = browse(room.path)
    up, _ = votes(page, room.other)
    up.click()
    box = page.locator(f"#c-{room.other} [data-refusal]")
    expect(box).to_contain_text("Only members vote here.")
    expect(up).to_contain_text("3")
    box.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill("dora@example.org")
    page.get_by_label("Password").fill("seven herons standing")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(f"#c-{room.other}$"))
    assert room.path in page.url
    expect(page.locator(".account")).to_contain_text("Dora")


def test_nobody_can_vote_on_their_own_comment(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="charlie")
    for button in votes(page, room.first):
        expect(button).to_be_disabled()
    for button in votes(page, room.reply):
        expect(button).to_be_enabled()


def test_the_count_changes_without_moving_anything(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    up, down = votes(page, room.first)
    expect(up).to_have_attribute("aria-pressed", "false")
    page.evaluate(
        "window.shift = 0; new PerformanceObserver(l => l.getEntries().forEach(e => window.shift += e.value))"
        ".observe({type: 'layout-shift'})"
    )
    before = down.bounding_box()
    up.press("Enter")
    expect(up).to_contain_text("4")
    after = down.bounding_box()
    assert before is not None
    assert after is not None
    # A pressed vote is bold: a few pixels within its row, nothing else.
    assert abs(before["x"] - after["x"]) <= 6
    assert before["y"] == after["y"]
    assert page.evaluate("window.shift") <= 0.001


def test_the_tree_says_whose_comment_each_control_belongs_to_and_what_is_pressed(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice")
    up, _ = votes(page, room.reply)
    up.click()
    expect(page.locator(STATUS)).to_have_text("Your vote was counted.")
    tree = page.locator(f"#c-{room.reply}").aria_snapshot()
    assert re.search(r'button "Bob #2 Helpful 4" \[pressed\]', tree), tree
    assert 'button "Bob #2 Not helpful 1"' in tree
    assert 'link "Bob #2 Reply"' in tree
    assert re.search(r'heading "Bob #2\s*, level 2, reply to Charlie,', tree), tree
