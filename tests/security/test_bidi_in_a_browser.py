"""S6 where it shows: whatever directions a name or a text opens, nothing outside its own box moves."""

from __future__ import annotations

import itertools
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup
from playwright.sync_api import Browser

from belowline.domain import markup
from belowline.domain.names import CleanName, check_name
from belowline.pages.assets import build_assets, manifest_urls
from belowline.pages.environment import environment
from belowline.pages.model import CommentView, HeadView, MoreReplies, ReplyTo, ThreadPage, in_sections
from tests.pages import preview, stories

pytestmark = pytest.mark.browser

# LRE RLE PDF LRO RLO LRI RLI FSI PDI RLM ALM, joiners and spaces of no width, a tag, a variation selector.
CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f\u061c\u200b\u200d\u2060\U000e0041\ufe0f"
CASES = ["".join(pair) for size in (1, 2) for pair in itertools.product(CONTROLS, repeat=size)]
# Where each part of a comment stands across the page, and in which order a line with a name in it is read: the name's
# last letter, the comment's number behind it, the date, a badge, or the words that are answered.
PLACES = """() => [...document.querySelectorAll('.comment')].map(comment => {
  const lastLetter = ({ firstChild: name }) => {
    const range = document.createRange(), at = name.data.lastIndexOf('n');
    range.setStart(name, at);
    range.setEnd(name, at + 1);
    return range;
  };
  const box = part => { const r = part.getBoundingClientRect(); return [Math.round(r.left), Math.round(r.right)] };
  const order = parts => [...parts.entries()].sort((a, b) => box(a[1])[0] - box(b[1])[0]).map(entry => entry[0]);
  const all = selector => [...comment.querySelectorAll(selector)];
  return {
    heading: order([lastLetter(all('h3 bdi')[0]), ...all('h3 i, h3 time, h3 .badge')]),
    answered: order([lastLetter(all('.to bdi')[0]), ...all('.to i, .to q')]),
    text: box(all('.text')[0]),
    footer: box(all('footer')[0]),
    controls: order(all('footer b, footer a')),
    more: box(comment.nextElementSibling),
  };
})"""


def comment_with(controls: str, *, is_cleaned: bool = True) -> CommentView:
    """A comment whose author put the same characters wherever a reader may write."""
    bare = stories.form("ltr").comment
    assert bare is not None
    text = f"One {controls} two {controls[::-1]} three {controls}"
    given = f"A{controls}n{controls[::-1]}n{controls}"
    clean = check_name(given)
    assert isinstance(clean, CleanName)
    name, html = clean.name if is_cleaned else given, markup.render(text).html
    return replace(
        bare,
        name=name,
        body_html=Markup(html),
        badges=("Reporter",),
        votes=True,
        reply_url="/_d/7/reply/1",
        reply_to=ReplyTo("#c-1", 1, name, markup.excerpt(html)),
        after=(MoreReplies(3, "#c-1", 1, name, 1),),
    )


def places(browser: Browser, folder: Path, direction: str, comments: list[CommentView]) -> list[dict[str, list[int]]]:
    """Where everything stands, comment by comment, on a page of that direction."""
    rows = [replace(comment, id=n, number=n) for n, comment in enumerate(comments, 1001)]
    thread = replace(stories.thread(direction, 0), count=len(rows), sections=in_sections(rows))
    build_assets(folder / "static")
    language = stories.language(direction)
    jinja = environment(manifest_urls(folder / "static"), preview.words(language), language=language, zone="UTC")
    shown = ThreadPage(HeadView("Page"), thread)
    text = jinja.get_template("thread.html").render(site=stories.site(direction), page=shown)
    (folder / "page.html").write_text(text, "utf-8")
    with preview.served(folder) as base, closing(browser.new_page()) as page:
        page.goto(f"{base}/page.html")
        found: list[dict[str, list[int]]] = page.evaluate(PLACES)
    assert len(found) == len(comments)
    return found


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_name_and_no_text_reorders_or_moves_what_stands_around_it(
    chromium: Browser, tmp_path: Path, direction: str
) -> None:
    assert len(CASES) > 200
    plain, *found = places(chromium, tmp_path, direction, [comment_with(controls) for controls in ["", *CASES]])
    assert [ascii(controls) for controls, here in zip(CASES, found, strict=True) if here != plain] == []


def test_a_name_that_was_not_cleaned_would_be_noticed(chromium: Browser, tmp_path: Path) -> None:
    names = [comment_with(controls, is_cleaned=False) for controls in ("", "\u202e", "\u2067")]
    plain, *found = places(chromium, tmp_path, "ltr", names)
    assert all(here["heading"] != plain["heading"] for here in found)
