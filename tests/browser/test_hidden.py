"""S6 and S7 on the pages of a site: whatever hides, turns around or piles up in a name or a text stays in its own box.

Every row is compared with the plain one of its page: what the page itself says there stands where it stood, in the same
order. The strings are those of tests/corpora/hidden.txt; the rows come from tests/support/hidden_cast.py.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from belowline.domain.text import BIDI_CONTROLS
from tests.browser.conftest import Open
from tests.support.hidden_cast import ON_A_PAGE, hidden, piled
from tests.support.live_site import LiveSite

pytestmark = pytest.mark.browser

# security.md, S7.
MOST_MARKS = 4

# Of each row: the order across and down in which its own words and the boxes of others' words stand, digits aside; where
# its own words stand, from the top or from the last box above them; and whether the boxes keep their direction inside.
ROWS = """selector => {
  const BOX = 'bdi, [dir="auto"]', near = number => Math.round(number / 3);
  const shown = rect => rect.width > 2 && rect.height > 2;
  const isForEars = one => one && (getComputedStyle(one).clipPath !== 'none' || isForEars(one.parentElement));
  const isOpen = box => !/isolate|plaintext/.test(getComputedStyle(box).unicodeBidi);
  return [...document.querySelectorAll(selector)].map(row => {
    const from = row.getBoundingClientRect(), parts = [], boxes = new Set(), open = [];
    const walk = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode, box = node.parentElement.closest(BOX);
      if (!node.data.trim() || isForEars(node.parentElement)) continue;
      if (box && row.contains(box)) {
        if (!boxes.has(box)) {
          boxes.add(box);
          const rect = box.getBoundingClientRect();
          parts.push({ rect, words: 'box', isBlock: getComputedStyle(box).display !== 'inline' });
          if (isOpen(box)) open.push(node.data);
        }
        continue;
      }
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects())
        if (shown(rect)) parts.push({ rect, words: node.data.trim().replace(/\\d+/g, '0') });
    }
    // Words below a text that takes two lines stand one line lower: they are measured from its end.
    const above = rect => parts.filter(one => one.isBlock && one.rect.bottom <= rect.top + 1).map(one => one.rect.bottom);
    const line = rect => near(rect.top - Math.max(from.top, ...above(rect)));
    parts.sort((a, b) => Math.abs(a.rect.top - b.rect.top) > 8 ? a.rect.top - b.rect.top : a.rect.left - b.rect.left);
    return {
      order: parts.map(one => one.words),
      lines: parts.filter(one => one.words !== 'box').map(one => line(one.rect)),
      sides: [near(from.left), near(from.right)],
      open,
      said: row.textContent,
    };
  });
}"""
OVERFLOWS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
ROOTS, REPLIES = "article.comment:not(:has(.to))", "article.comment:has(.to)"


def rows(page: Page, selector: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(ROWS, selector)
    return found


def moved(found: Sequence[dict[str, Any]]) -> list[tuple[str, Any]]:
    """The rows in which something else stands elsewhere than in the first one, or in which a box is open."""
    plain, *others = found
    assert plain["order"].count("box") >= 1
    assert [one for one in plain["order"] if one != "box"], "the page says something there itself"
    parts = ("order", "lines", "sides", "open")
    return [
        (ascii(one["said"])[:120], {part: (one[part], plain[part]) for part in parts if one[part] != plain[part]})
        for one in others
        if any(one[part] != plain[part] for part in parts)
    ]


@pytest.mark.parametrize("language", ["", "/ar"])
def test_no_name_and_no_text_moves_what_a_discussion_says_around_it(
    live_site: LiveSite, browse: Open, language: str
) -> None:
    assert len(hidden()) == 200
    page, seen = browse("/robots.txt"), 0
    for number in range(1, len(hidden()) // ON_A_PAGE + 1):
        page.goto(f"{live_site.thread(f'hidden-{number}', language)}?n=200&sort=oldest")
        for selector in (ROOTS, REPLIES):
            found = rows(page, selector)[:-1]  # the last one has no next, and is plain
            assert moved(found) == []
            seen += len(found) - 1
        assert page.evaluate(OVERFLOWS) == 0
    assert seen == 2 * len(hidden())


# Where else such names and texts stand: the page, a row of it, and how many it shows at least.
PAGES = {
    "inline list": ("/d/{what-hides}/inline", "", "section.spoken article.comment", 10),
    "profile": ("/r/{nela}", "", "section.said article.comment", 25),
    "what I wrote": ("/_account/comments", "nela", "ol.lines > li", 29),
    "notices": ("/_notices", "nela", ".notices form li", 25),
    "whom I ignore": ("/_account/ignored", "nela", "ul.rows > li", 25),
}
PLAIN = re.compile(r"Plain number|Zqnq")
# The first comment has answers, the third another wording, and the page says so.
OF_THEIR_OWN = re.compile("Continue this thread|edited")


@pytest.mark.parametrize("where", PAGES)
def test_nor_on_any_other_page_where_they_stand(live_site: LiveSite, browse: Open, where: str) -> None:
    path, reader, selector, at_least = PAGES[where]
    page = browse(path.format_map(live_site.facts), as_=reader)
    found = rows(page, selector)
    assert len(found) >= at_least
    found = [one for one in found if not OF_THEIR_OWN.search(one["said"])]
    found.sort(key=lambda one: PLAIN.search(one["said"]) is None)
    assert PLAIN.search(found[0]["said"])
    assert not PLAIN.search(found[-1]["said"])
    assert moved(found) == []
    assert page.evaluate(OVERFLOWS) == 0


@pytest.mark.parametrize("which", ["one", "last"])
def test_nor_on_a_permalink_around_the_comment_and_its_answer(live_site: LiveSite, browse: Open, which: str) -> None:
    facts, path = live_site.facts, f"/d/{live_site.facts['hidden-1']}/c/"
    page = browse(f"{path}{facts['hidden-1/plain']}")
    parts = ("main .tools a", ROOTS, REPLIES)
    plain = [rows(page, one) for one in parts]
    page.goto(f"{live_site.url}{path}{facts[f'hidden-1/{which}']}")
    for before, part in zip(plain, parts, strict=True):
        found = rows(page, part)
        assert (len(found), [one["order"] for one in found]) == (len(before), [one["order"] for one in before])
        assert [one["lines"] for one in found] == [one["lines"] for one in before]
        assert not [one["open"] for one in found if one["open"]]


def test_no_control_is_left_in_a_name(live_site: LiveSite, browse: Open) -> None:
    page = browse(f"/d/{live_site.facts['hidden-1']}?n=200")
    names = page.locator("article.comment h3 bdi, article.comment .to bdi:first-child").all_text_contents()
    assert len(names) > 2 * ON_A_PAGE
    assert [ascii(one) for one in names if set(one) & BIDI_CONTROLS] == []


def most_marks(text: str) -> int:
    most = run = 0
    for character in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        most = max(most, run)
    return most


BOXES = """selector => [...document.querySelectorAll(selector)].map(one => {
  const rect = one.getBoundingClientRect();
  return { top: rect.top + scrollY, left: rect.left, width: rect.width, height: rect.height, text: one.textContent };
})"""
# Everything but what is looked at, so that the ink that is found is its own.
ALONE = """selector => {
  document.body.style.setProperty('visibility', 'hidden');
  document.querySelectorAll('*').forEach(one => one.style.setProperty('background', 'none'));
  document.querySelectorAll('[style*=visible]').forEach(one => one.style.removeProperty('visibility'));
  document.querySelectorAll(selector).forEach(one => one.style.setProperty('visibility', 'visible'));
}"""


def test_marks_do_not_pile_up_beyond_one_line_and_a_half(live_site: LiveSite, browse: Open) -> None:
    assert {len(one) for one in piled()} == {1, 4, 5, 1_000}
    assert len(piled()) <= ON_A_PAGE
    page = browse(f"/d/{live_site.facts['piled-1']}?n=200&sort=oldest")
    for selector in (f"{ROOTS} .text", f"{ROOTS} h3 bdi:first-child", f"{REPLIES} .to bdi"):
        plain, *others = page.evaluate(BOXES, selector)
        assert len(others) > len(piled())
        assert most_marks(plain["text"]) == 0
        assert max(most_marks(one["text"]) for one in others) == MOST_MARKS
        most = 1.5 * plain["height"]
        assert [ascii(one["text"]) for one in others if one["height"] > most] == []
        page.evaluate(ALONE, selector)
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L")
        assert inked(picture, plain), "the plain one is seen"
        assert [ascii(one["text"]) for one in others if inked(picture, one) > most] == []


def inked(picture: Image.Image, box: dict[str, Any]) -> int:
    """How many pixels high the ink of a box is, also where it leaves the box by up to three lines."""
    margin = 3 * box["height"]
    area = (box["left"], box["top"] - margin, box["left"] + box["width"], box["top"] + box["height"] + margin)
    part = picture.crop(tuple(round(one) for one in area))  # type: ignore[arg-type]
    found = part.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    return 0 if found is None else found[3] - found[1]


def test_the_history_of_a_comment_shows_both_wordings_each_in_its_box(live_site: LiveSite, browse: Open) -> None:
    page = browse(f"/d/{live_site.facts['what-hides']}/c/{live_site.facts['what-hides/edited']}/history")
    found = rows(page, "ol.revisions > li")
    assert [one["order"].count("box") for one in found] == [1, 1]
    assert not [one["open"] for one in found if one["open"]]
    assert [most_marks(one["said"]) for one in found] == [MOST_MARKS, 0]
    boxes = page.evaluate(BOXES, "ol.revisions .text")
    assert boxes[0]["height"] <= 1.5 * boxes[1]["height"]
