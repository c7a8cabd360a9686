"""The moderators' queue in a real browser: by keyboard alone, and two moderators at one case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.looks import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Open, Room, Say

pytestmark = [pytest.mark.browser, pytest.mark.once]

ITEMS = 50
# More than anybody's pass.
LINKS = " ".join(f"https://{number}.example/" for number in range(11))


@pytest.fixture
def waiting(room: Room, say: Say) -> str:
    """The address of a queue with fifty that wait."""
    for number in range(ITEMS):
        say(room.thread, f"{number} {LINKS}")
    return f"/_staff/comments?thread={room.thread}"


def focused(page: Page) -> str:
    """The case that has the focus; waits for the page that comes after a decision."""
    return page.locator("[data-case]:focus-within").get_attribute("data-case") or ""


def test_fifty_cases_are_decided_by_keyboard_alone(browse: Open, room: Room, waiting: str) -> None:
    page = browse(waiting, as_="mona")
    cases = page.locator("[data-case]")
    first, second, third = (cases.nth(n).get_attribute("data-case") for n in range(3))
    assert focused(page) == first
    expect(page.locator("[data-keyboard]")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == third
    page.keyboard.press("k")
    assert focused(page) == second
    page.keyboard.press("5")
    expect(page.locator(".done p")).to_have_text("Rejected: 1 comment")
    expect(page.locator(f"[data-case='{second}']")).to_have_count(0)
    assert focused(page) == first
    page.keyboard.press("u")
    expect(page.locator(f"[data-case='{second}']")).to_have_count(1)
    for number in range(ITEMS):
        before = focused(page)
        assert before, number
        page.keyboard.press("a" if number % 2 else "5")
        expect(page.locator(f"[data-case='{before}']")).to_have_count(0)
    expect(page.get_by_text("Nothing waits. Well done.")).to_be_visible()
    page.goto(page.url.split("/_staff")[0] + room.path + "?view=timeline&n=100")
    # Three stood there before, and every second one was let in.
    expect(page.locator(".thread").get_by_text("28 comments").first).to_be_visible()


def test_keys_do_nothing_where_somebody_types(browse: Open, room: Room, say: Say) -> None:
    comment = say(room.thread, LINKS)
    page = browse(f"/_staff/comments?thread={room.thread}", as_="mona")
    page.locator("#f-find").press_sequentially("a5u")
    expect(page.locator("#f-find")).to_have_value("a5u")
    page.locator("[data-case] select").focus()
    page.keyboard.press("a")
    expect(page.locator(f"[data-case='{comment}']")).to_have_count(1)
    assert violations(page) == []


def test_a_second_moderator_sees_that_a_colleague_looks_at_it(browse: Open, room: Room, say: Say) -> None:
    say(room.thread, LINKS)
    address = f"/_staff/comments?thread={room.thread}"
    mona = browse(address, as_="mona")
    with mona.expect_response(lambda answer: answer.request.method == "POST") as taken:
        mona.locator("[data-case]").focus()
    assert taken.value.ok
    nora = browse(address, as_="erik")
    expect(nora.locator(".in-hand")).to_contain_text("A colleague has this in hand until")
    nora.locator("[data-case]").focus()
    nora.keyboard.press("a")
    expect(nora.get_by_text("A colleague has this in hand until")).to_be_visible()
    mona.keyboard.press("a")
    expect(mona.get_by_text("Nothing waits. Well done.")).to_be_visible()


def test_without_scripts_the_same_buttons_do_the_same(browse: Open, room: Room, say: Say) -> None:
    say(room.thread, LINKS)
    page = browse(f"/_staff/comments?thread={room.thread}", as_="mona", scripts=False)
    expect(page.locator("[data-keyboard]")).to_be_hidden()
    page.locator("[data-case] [data-refuse]").click()
    page.get_by_role("button", name="Undo").click()
    page.locator("[data-case] [data-keep]").click()
    expect(page.get_by_text("Approved: 1 comment")).to_be_visible()
