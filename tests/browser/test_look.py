"""What every page type must be in a real browser: without violations (Q1), without sideways scrolling, also deep down."""

from __future__ import annotations

import re
import urllib.request
from html import unescape
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.looks import LOOKS, SOAK, violations, violations_of_each

if TYPE_CHECKING:
    from tests.browser.conftest import Open, Room
    from tests.support.live_site import LiveSite

pytestmark = pytest.mark.browser

MAXIMAL_DOM_DEPTH = 32
DOM_DEPTH = (
    "Math.max(...[...document.querySelectorAll('*')].map(e => { let d = 0; while (e = e.parentNode) d++; return d }))"
)
# Ten levels a page, so 10,000 take about a thousand of them; a reader's patience aside, each must lead on.
MOST_PAGES = 1_250


def public_pages(site: LiveSite) -> list[str]:
    river, comment = site.facts["river"], site.facts["river/3"]
    return [
        "/", "/t/river", "/a/the-lock-is-shut", "/d", f"/d/{river}", f"/d/{river}?view=timeline", f"/d/{river}/c/{comment}",
        f"/d/{site.facts['closed']}", "/nothing-here", f"/d/{river}?sort=nonsense",
        "/a/four-pictures", "/imprint", "/house-rules",
    ]  # fmt: skip


def personal_pages(site: LiveSite) -> list[str]:
    river, comment = site.facts["river"], site.facts["river/3"]
    return [
        "/_account/sign-in", "/_account/sign-up", f"/_d/{river}/reply", f"/_d/{river}/reply/{comment}",
        "/_account/sign-out", "/_d/comment/999999",
    ]  # fmt: skip


# Every template has been through axe in both looks (tests/pages/test_look.py); here it is the site around it.
@pytest.mark.parametrize(("direction", "scheme", "width"), LOOKS if SOAK else LOOKS[-1:])
def test_axe_finds_nothing_on_any_page(
    browse: Open, live_site: LiveSite, direction: str, width: int, scheme: str
) -> None:
    language = "/ar" if direction == "rtl" else ""
    page = browse(f"{language}/", as_="alice", width=width, color_scheme=scheme)
    found = []
    for path in [*public_pages(live_site), *personal_pages(live_site)]:
        page.goto(live_site.url + language + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found += violations_of_each(page)
    assert found == []


@pytest.mark.parametrize(("direction", "scheme", "width"), LOOKS if SOAK else LOOKS[-1:])
def test_axe_finds_nothing_on_the_moderators_page(
    browse: Open, live_site: LiveSite, direction: str, width: int, scheme: str
) -> None:
    page = browse("/", as_="mona", width=width, color_scheme=scheme)
    page.goto(f"{live_site.url}{'/ar' if direction == 'rtl' else ''}/_staff/comments")
    found = violations(page)
    page.locator("main").get_by_role("textbox").fill(f"/d/{live_site.facts['river']}/c/{live_site.facts['river/3']}")
    page.keyboard.press("Enter")
    expect(page.locator("main article")).to_be_visible()
    assert found + violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("scheme", "width"), sorted({look[1:] for look in LOOKS}))
def test_axe_finds_nothing_in_the_states_that_scripts_make(browse: Open, room: Room, width: int, scheme: str) -> None:
    page = browse(room.path, as_="alice", width=width, color_scheme=scheme)
    page.evaluate(
        "thread => localStorage.setItem('bl:seen:' + thread, JSON.stringify({position: 0, at: Date.now()}))",
        room.thread,
    )
    page.reload()
    expect(page.get_by_role("navigation", name="New comments")).to_be_visible()
    page.locator(f"#c-{room.first} button[name=up]").click()
    expect(page.locator("[data-thread] [role=status]")).to_have_text("Your vote was counted.")
    page.locator(f"#c-{room.other}").get_by_role("link", name=re.compile("Reply$")).click()
    area = page.get_by_role("textbox", name="Your comment")
    area.fill("*See* this.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_be_focused()
    found = violations(page)
    area.fill("> " * 12 + "x")
    page.get_by_role("button", name="Post the reply").click()
    expect(page.get_by_role("group", name="This did not go through")).to_be_focused()
    found += violations(page)
    area.focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    found += violations(page)
    page.get_by_role("alertdialog").get_by_role("button", name="Discard").click()
    page.locator(f"#c-{room.first}").get_by_role("button", expanded=True).click()
    found += violations(page)
    page.get_by_text("Options and help").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == []


def test_at_four_hundred_percent_a_reader_can_vote_and_answer(browse: Open, room: Room) -> None:
    # 1280 px at 400 % are 320 CSS pixels by 225 (WCAG 1.4.10).
    page = browse(room.path, as_="alice", width=320)
    page.set_viewport_size({"width": 320, "height": 225})
    page.locator(f"#c-{room.first} button[name=up]").click()
    expect(page.locator("[data-thread] [role=status]")).to_have_text("Your vote was counted.")
    page.locator(f"#c-{room.reply}").get_by_role("link", name=re.compile("Reply$")).click()
    area = page.get_by_role("textbox", name="Your comment")
    expect(area).to_be_in_viewport()
    area.fill("Large letters.")
    page.get_by_role("button", name="Post the reply").click()
    mine = page.locator("article", has_text="Large letters.")
    expect(mine.locator("h3")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert mine.locator(".text").bounding_box()["width"] >= 230  # type: ignore[index]


def test_in_forced_colours_a_pressed_vote_is_still_marked(browse: Open, room: Room) -> None:
    page = browse(room.path, as_="alice", forced_colors="active")
    up = page.locator(f"#c-{room.first} button[name=up]")
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    assert up.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    up.focus()
    assert up.evaluate("button => getComputedStyle(button).outlineStyle") != "none"


def test_every_comment_of_a_chain_of_ten_thousand_can_be_reached(browse: Open, live_site: LiveSite) -> None:
    """By `Continue this thread` alone, from page to page, as without scripts (bar Q5)."""
    path: str | None = f"/d/{live_site.facts['chain']}"
    seen: set[int] = set()
    visited: list[str] = []
    while path is not None and len(visited) < MOST_PAGES:
        visited.append(path)
        with urllib.request.urlopen(live_site.url + path, timeout=30) as answer:
            html = answer.read().decode()
        seen.update(int(number) for number in re.findall(r'<h3 id="c-\d+-h">.*?<i>#(\d+)</i>', html))
        onward = re.findall(r'<a class="continue" href="([^"]+)"', html)
        path = unescape(onward[-1]) if onward else None
    assert seen == set(range(1, 10_001))
    page = browse(visited[0], width=320)
    for path in (visited[0], visited[len(visited) // 2], visited[-1]):
        page.goto(live_site.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        assert page.evaluate(DOM_DEPTH) <= MAXIMAL_DOM_DEPTH, path
