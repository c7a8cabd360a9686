"""Speaking about words of an article: selecting, the form, the panel, marks; and that browser and site count alike."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from belowline.domain.anchoring.blocks import BlockSpan, Canonical
from belowline.domain.anchoring.choosing import Chosen, choose, read_choice
from belowline.pages.assets import build_assets
from tests.browser.conftest import reloaded_with
from tests.support.looks import violations

if TYPE_CHECKING:
    from tests.browser.conftest import Open
    from tests.support.live_site import LiveSite

pytestmark = pytest.mark.browser

STORY, ARABIC = "/a/what-was-measured", "/ar/a/what-was-measured-ar"
SELECTIONS = 1_000


def stored(site: LiveSite, slug: str) -> Canonical:
    """The newest revision of the article's words, as the site keeps them."""
    with closing(sqlite3.connect(f"file:{site.data / 'belowline.db'}?mode=ro", uri=True)) as database:
        key = database.execute("SELECT subject_key FROM discussion_thread WHERE id = ?", [site.facts[slug]]).fetchone()[
            0
        ]
        words, blocks = database.execute(
            "SELECT r.words, r.blocks FROM passages_textrevision r JOIN passages_text t ON t.id = r.text_id "
            "WHERE t.subject_key = ? ORDER BY r.number DESC",
            [key],
        ).fetchone()
    return Canonical(words, tuple(BlockSpan(*one) for one in json.loads(blocks)))


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the script that counts."""
    return f"/static/{build_assets(tmp_path_factory.mktemp('static'))['letters.js']}"


# Random ends in the middle of any text of the story: `ends` are numbers from 0 to 1.
ASK = """async ([module, ends]) => {
  const { chosen, lettersOf } = await import(module);
  const story = document.querySelector('.story');
  const walker = document.createTreeWalker(story, NodeFilter.SHOW_TEXT);
  const points = [];
  while (walker.nextNode()) {
    let at = 0;
    for (const letter of walker.currentNode.data) {
      points.push([walker.currentNode, at]);
      at += letter.length;
    }
    points.push([walker.currentNode, at]);
  }
  const letters = lettersOf(story);
  return ends.map(([one, length]) => {
    const first = Math.floor(one * points.length);
    const last = Math.min(points.length - 1, first + 1 + Math.floor(length * 60));
    const range = document.createRange();
    range.setStart(...points[first]);
    range.setEnd(...points[last]);
    const found = chosen(letters, range);
    return found && { address: found.address, exact: found.exact };
  });
}"""
BACK = """async ([module, spans]) => {
  const { chosen, lettersOf, rangeOf } = await import(module);
  const letters = lettersOf(document.querySelector('.story'));
  return spans.map(([start, end]) => {
    const range = rangeOf(letters, start, end);
    const found = range && chosen(letters, range);
    return found && [found.start, found.end, found.exact];
  });
}"""


@pytest.mark.parametrize(("path", "slug"), [(STORY, "what-was-measured"), (ARABIC, "what-was-measured-ar")])
def test_a_thousand_selections_come_back_as_they_went(
    browse: Open, live_site: LiveSite, letters: str, path: str, slug: str
) -> None:
    page, canonical = browse(path), stored(live_site, slug)
    text = page.evaluate(
        "async (module) => (await import(module)).lettersOf(document.querySelector('.story')).text.join('')", letters
    )
    assert text == canonical.text, "browser and site read the same words"
    draw = random.Random(7)
    ends = [[draw.random(), draw.random() ** 2] for _ in range(2 * SELECTIONS)]
    asked = page.evaluate(ASK, [letters, ends])
    went, refused = [], 0
    for one in filter(None, asked):
        choice = read_choice(f"1.{one['address']}", exact=one["exact"])
        assert choice is not None, one
        chosen = choose(choice, canonical)
        if not isinstance(chosen, Chosen):
            assert chosen.code in {"passage_figures", "passage_empty"}, (one, chosen)
            refused += 1
            continue
        went.append(chosen)
    assert len(went) >= SELECTIONS, (len(went), refused)
    came = page.evaluate(BACK, [letters, [[one.start, one.end] for one in went]])
    astray = [(one, back) for one, back in zip(went, came, strict=True) if back != [one.start, one.end, one.exact]]
    assert astray == []
    assert any("👩‍👩‍👧‍👦" in one.exact or "🌊" in one.exact for one in went)


def select(page: Page, words: str) -> None:
    """As a mouse would: the range, and then what a browser tells."""
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector('.story'), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at < 0) continue;
            getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
            return;
          }
          throw new Error(`not there: ${words}`);
        }""",
        words,
    )


def speak(page: Page, words: str, text: str) -> None:
    select(page, words)
    page.get_by_role("link", name="Comment on this passage", exact=True).click()
    form = page.get_by_role("complementary", name="Inline feedback")
    expect(form.locator(".quoted")).to_contain_text(words)
    area = form.get_by_role("textbox", name="Your comment")
    expect(area).to_be_focused()
    area.fill(text)
    form.get_by_role("button", name="Post it").click()
    expect(form.get_by_text(text)).to_be_visible()


def test_words_are_selected_spoken_of_and_marked_for_everybody(browse: Open) -> None:
    page = browse(STORY, as_="alice")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    speak(page, "the bolts", "Which bolts?")
    expect(page.get_by_role("complementary", name="Inline feedback").locator("h3")).to_be_focused()
    expect(page.locator(".thread .comment", has_text="Which bolts?").locator(".on")).to_contain_text("the bolts")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Inline feedback")).to_have_count(0)
    other = browse(STORY)
    mark = other.get_by_role("link", name="1 comment on this passage")
    reloaded_with(other, mark)
    expect(other.locator("ul + .mark")).to_have_count(1)
    assert other.evaluate("[...CSS.highlights.get('said')].map(String)") == ["the bolts"]
    mark.click()
    panel = other.get_by_role("complementary", name="Inline feedback")
    expect(panel.get_by_text("Which bolts?")).to_be_visible()
    expect(panel.get_by_role("heading", name="Inline feedback")).to_be_focused()
    ids = other.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert violations(other) == []
    other.keyboard.press("Escape")
    expect(mark).to_be_focused()


def test_a_selection_is_followed_by_the_link_in_the_order_of_the_keyboard(browse: Open) -> None:
    unspoken = browse("/a/the-lock-is-shut")
    assert not unspoken.evaluate("performance.getEntriesByType('resource').some(e => /letters/.test(e.name))")
    page = browse(STORY, as_="alice")
    page.get_by_text("Nobody looked.").first.dblclick(position={"x": 20, "y": 12})
    offer = page.get_by_role("link", name="Comment on this passage", exact=True)
    expect(offer).to_be_visible()
    page.keyboard.press("Tab")
    expect(offer).to_be_focused()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Inline feedback")
    expect(panel.get_by_role("textbox", name="Your comment")).to_be_focused()
    expect(panel.locator(".quoted")).to_contain_text(re.compile("Nobody|looked"))
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(panel.get_by_role("textbox")).to_have_count(0)


def test_on_a_phone_the_panel_comes_from_below_and_nothing_leaves_the_page(browse: Open) -> None:
    page = browse(ARABIC, as_="bob", width=320, has_touch=True)
    select(page, "اليوم التالي")
    offer = page.get_by_role("link", name="اكتب تعليقًا على هذا المقطع")
    expect(offer).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    offer.tap()
    panel = page.locator(".panel")
    expect(panel.get_by_role("textbox").first).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    box = panel.bounding_box()
    assert box is not None
    assert box["width"] == 320
    assert box["y"] > 200


def test_a_passage_that_changed_in_between_is_followed_by_the_same_form(browse: Open) -> None:
    page = browse(STORY, as_="charlie")
    link = page.get_by_role("link", name="Comment on a passage")
    link.click()
    expect(page).to_have_url(re.compile("/passages$"))
    page.locator("li", has_text="then the plate").get_by_role("link").click()
    expect(page.locator(".quoted")).to_contain_text("then the plate")
    page.get_by_role("textbox", name="Your comment").fill("And then?")
    page.evaluate("document.querySelector('[name=quote]').value = 'then the other plate'")
    page.get_by_role("button", name="Post it").click()
    expect(page.get_by_text("The article has other words at this place").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Your comment")).to_have_value("And then?")
    assert Path(page.url).name.startswith("reply")


def test_from_a_selection_to_the_editors_answer_at_the_passage_and_in_the_bell(browse: Open) -> None:
    page = browse(STORY, as_="bob")
    words = "the plate"
    select(page, words)
    offer = page.get_by_role("link", name="Comment on this passage", exact=True)
    expect(offer).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Inline feedback")
    expect(panel.get_by_role("radio", name="Comment", exact=True)).to_be_checked()
    panel.get_by_role("radio", name="Comment", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("radio", name="Ask for a source")).to_be_checked()
    panel.get_by_role("button", name="Post it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You ask for this, too.")).to_be_visible()
    other = browse(STORY, scripts=False, as_="charlie")
    mark = other.get_by_role("link", name=re.compile("1 open request"))
    reloaded_with(other, mark)
    mark.click()
    other.get_by_role("link", name="I ask for this, too").click()
    other.get_by_role("button", name="I ask for this, too").click()
    expect(other.get_by_text("2 readers ask for a source · open")).to_be_visible()
    other.get_by_role("link", name="Back to the passage").click()
    reloaded_with(other, other.locator(".asks", has_text="2 readers ask for a source"))
    desk = browse("/_desk/readers-ask/", as_="edda")
    desk.get_by_role("link", name="Source wanted · 2 readers").click()
    desk.get_by_label("Answer", exact=True).fill("It hangs in the *museum*.")
    desk.get_by_role("button", name="Publish the answer").click()
    expect(desk.get_by_text("The request is now: Answered.")).to_be_visible()
    reloaded_with(other, other.locator(".asks .reply", has_text="It hangs in the museum."))
    page.goto(other.url)
    assert violations(page) == []
    for browser in (page, other):
        browser.goto(urljoin(page.url, "/_notices"))
        reloaded_with(browser, browser.get_by_text("The newsroom answers"))
