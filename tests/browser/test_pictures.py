"""Pictures in a story: in full size over the page, behind a cover, on paper, and with neither scripts nor a mouse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.support.looks import violations

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.support.live_site import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.once]

STORY = "/a/four-pictures"
FULL = "Click to see full-size image"


def shown_in(page: Page) -> str:
    return page.get_by_role("dialog").get_by_role("img").get_attribute("alt") or ""


def test_full_size_opens_over_the_page_and_is_walked_by_keyboard(browse: Open) -> None:
    page = browse(STORY)
    link = page.get_by_role("link", name=FULL).nth(1)
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    assert shown_in(page) == "What the gate looks like"
    expect(dialog).to_contain_text("The gate on Monday")
    expect(dialog).to_contain_text("Photograph: Gate Agency")
    expect(dialog.get_by_role("status")).to_have_text("Picture 2/3")
    page.keyboard.press("ArrowRight")
    assert shown_in(page) == "What the heron looks like"
    page.keyboard.press("ArrowRight")
    assert shown_in(page) == "What the weir looks like"  # once around; what is behind a cover stays there
    page.keyboard.press("ArrowLeft")
    assert shown_in(page) == "What the heron looks like"
    # Nothing behind it takes the focus.
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()


def test_arrows_follow_the_direction_of_the_story(browse: Open) -> None:
    page = browse("/ar/a/four-pictures-ar")
    page.locator("a[data-full]:visible").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert shown_in(page) == "What the weir looks like"
    page.keyboard.press("ArrowLeft")
    assert shown_in(page) == "What the gate looks like"
    page.keyboard.press("ArrowRight")
    assert shown_in(page) == "What the weir looks like"


SWIPE = """([from, to, fingers]) => {
    const dialog = document.querySelector('dialog');
    const touch = (x) => new Touch({ identifier: 1, target: dialog, clientX: x, clientY: 300 });
    const touches = Array.from({ length: fingers }, () => touch(from));
    dialog.dispatchEvent(new TouchEvent('touchstart', { touches, changedTouches: touches }));
    dialog.dispatchEvent(new TouchEvent('touchend', { touches: [], changedTouches: [touch(to)] }));
}"""


def test_a_swipe_leads_on_and_two_fingers_are_the_browsers_own(browse: Open) -> None:
    page = browse(STORY, width=390, has_touch=True)
    page.locator("figure picture").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate(SWIPE, [300, 100, 1])
    assert shown_in(page) == "What the gate looks like"
    page.evaluate(SWIPE, [100, 300, 1])
    assert shown_in(page) == "What the weir looks like"
    page.evaluate(SWIPE, [300, 100, 2])
    page.evaluate(SWIPE, [300, 290, 1])
    assert shown_in(page) == "What the weir looks like"
    assert page.evaluate("getComputedStyle(document.querySelector('dialog')).touchAction") == "auto"


def test_a_graphic_picture_is_not_even_loaded_before_it_is_asked_for(browse: Open) -> None:
    page = browse("/", width=800)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.rstrip("/") + STORY)
    page.wait_for_load_state("networkidle")
    cover = page.get_by_role("link", name="A wrecked boat and a dead bird")
    sharp = page.locator("figure[data-sensitive] template").evaluate(
        "one => [...one.content.querySelectorAll('[srcset]')].flatMap(e => e.srcset.split(', ').map(p => p.split(' ')[0]))"
    )
    assert len(sharp) >= 6
    assert [one for one in sharp if any(url.endswith(one) for url in asked)] == []
    expect(page.get_by_role("img", name="What the wreck looks like")).to_have_count(0)
    cover.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="What the wreck looks like")).to_be_visible()
    expect(page.get_by_role("link", name=FULL).first).to_be_focused()
    page.wait_for_load_state("networkidle")
    assert any(url.endswith(one) for one in sharp for url in asked)
    page.keyboard.press("Enter")
    assert shown_in(page) == "What the wreck looks like"


def test_without_scripts_links_lead_to_the_pictures(browse: Open, live_site: LiveSite) -> None:
    page = browse(STORY, scripts=False)
    expect(page.get_by_role("link", name=FULL)).to_have_count(3)
    page.get_by_role("link", name=FULL).first.click()
    expect(page).to_have_url(re.compile(r"/media/[0-9a-f]{32}-360\.jpg$"))
    page.goto(live_site.url + STORY)
    page.get_by_role("link", name="A wrecked boat and a dead bird").click()
    expect(page).to_have_url(re.compile(r"/media/[0-9a-f]{32}-360\.jpg$"))


def test_the_graphic_opening_picture_is_on_no_card(browse: Open) -> None:
    page = browse("/t/river")
    card = page.locator("article.teaser", has_text="Four pictures of the weir")
    expect(card.get_by_role("img", name="What the weir looks like")).to_be_visible()
    page.goto(page.url.replace("/t/river", STORY))
    # The card is drawn of its own (tests/newsroom/test_cards.py says from what); no file of the picture is named.
    image = page.locator("meta[property='og:image']").get_attribute("content") or ""
    assert re.search(r"/media/[0-9a-f]{32}-1200\.png$", image)
    assert image not in page.locator("figure[data-sensitive]").inner_html()


def test_on_paper_pictures_keep_their_credit_and_lose_their_links(browse: Open) -> None:
    page = browse(STORY)
    page.emulate_media(media="print")
    figure = page.locator(".gallery figure").first
    expect(figure).to_contain_text("Photograph: Gate Agency")
    expect(figure.locator("[data-full]")).to_be_hidden()
    expect(page.locator(".cover .button")).to_be_hidden()
    expect(page.locator(".cover")).to_contain_text("A wrecked boat and a dead bird")


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_a_picture_and_its_words_fit_the_screen_and_axe_finds_nothing(browse: Open, width: int, scheme: str) -> None:
    page = browse(STORY, width=width, color_scheme=scheme)
    assert violations(page) == []
    page.get_by_role("link", name=FULL).nth(1).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    image = page.get_by_role("dialog").get_by_role("img").bounding_box()
    words = page.get_by_role("dialog").locator("figcaption").bounding_box()
    assert image is not None
    assert words is not None
    assert image["y"] + image["height"] <= words["y"] + 1
    assert words["y"] + words["height"] <= 900
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pictures_keep_their_place_while_they_load_and_the_first_comes_first(browse: Open) -> None:
    page = browse(STORY)
    images = page.locator(".body img").evaluate_all(
        "all => all.map(e => [e.hasAttribute('width') && e.hasAttribute('height'), e.getAttribute('loading'), e.fetchPriority])"
    )
    assert all(has_size for has_size, _, _ in images)
    assert [loading for _, loading, _ in images] == [None, "lazy", "lazy", "lazy"]
    assert images[0][2] == "high"
