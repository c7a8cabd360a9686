"""S1 in a real browser, without the policy that would hide a fault: nothing that a reader wrote runs or asks anybody.

Every hostile text goes through each entrance (written, imported, shown again) and is shown wherever bodies are shown.
The same texts unsanitised are the control: if nothing fires there, this harness is broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from markupsafe import Markup
from playwright.sync_api import Browser

from belowline.domain import markup
from belowline.pages.assets import build_assets, manifest_urls
from belowline.pages.environment import environment
from belowline.pages.model import (
    BranchPage,
    CommentView,
    HeadView,
    HistoryPage,
    Link,
    QueueItem,
    QueuePage,
    Reason,
    RevisionView,
    ThreadPage,
    in_sections,
)
from tests.domain.allowlist import cases
from tests.pages import preview, stories

pytestmark = pytest.mark.browser

HOSTILE = [*cases("xss.txt"), *cases("naughty_strings.txt")]
ON_A_PAGE = 120
HEAD = HeadView("Page")
OURS = re.compile(r"/static/|/_me|/live\?of=d%2F7%40\d+$|/d/7/updates\?since=\d+$|/words\.js|/\d+\.html|/favicon\.ico")
# Whatever a script could do to be noticed. Cases call hit(), the classics alert().
LISTEN = """
window.ran = [];
for (const name of ['hit', 'alert', 'confirm', 'prompt', 'print', 'open'])
  window[name] = (...words) => { window.ran.push(name + ' ' + words.join(' ')); };
"""
# What a reader does by accident: the pointer passes, the focus arrives, something is pressed. Nobody leaves the page.
POKE = """() => {
  const EVENTS = ['mouseover', 'mouseenter', 'pointerenter', 'focus', 'focusin', 'animationend', 'toggle', 'error', 'load'];
  addEventListener('click', event => { if (!event.target.closest?.('[href^="javascript" i]')) event.preventDefault(); }, true);
  addEventListener('submit', event => event.preventDefault(), true);
  for (const place of document.querySelectorAll('.text, .comment h3, .comment .to, .revision'))
    for (const element of [place, ...place.querySelectorAll('*')]) {
      for (const name of EVENTS)
        element.dispatchEvent(new Event(name, { bubbles: true }));
      if (element.tabIndex >= 0) element.focus({ preventScroll: true });
      element.click?.();
    }
}"""
WRONG_LINKS = """() => [...document.querySelectorAll('.text a')].map(a => a.protocol)
  .filter(protocol => !['http:', 'https:', 'mailto:'].includes(protocol))"""


@dataclass
class Seen:
    """What one page did."""

    ran: list[str]
    asked: set[str]
    links: list[str]


def bodies() -> list[str]:
    return [
        safe
        for case in HOSTILE
        for safe in (markup.render(case).html, markup.sanitise(case), markup.from_html(case, newline_breaks=True))
    ]


def pages_with(texts: list[str]) -> Iterator[tuple[str, object]]:
    """(template, view) of every page that shows bodies, with these texts in them."""
    for start in range(0, len(texts), ON_A_PAGE):
        rows = comments_with(texts[start : start + ON_A_PAGE])
        here = replace(stories.thread("ltr", 0), count=len(rows), sections=in_sections(rows))
        yield "thread.html", ThreadPage(HEAD, here)
        yield "branch.html", BranchPage(HEAD, here, (Link("#c", "#1 Ann"),), 0, "", tuple(rows[:3]))
        revisions = tuple(RevisionView(row.number, stories.AT, row.body_html) for row in rows)
        yield "history.html", HistoryPage(HEAD, 12, "Ann", "/d/7/c/12", revisions)
        items = tuple(QueueItem(row, Link("/d/7", "Discussion"), (Reason("Two links"),)) for row in rows)
        yield "queue.html", QueuePage(HEAD, "/_staff/comments", "t", items, len(items))


def comments_with(texts: list[str]) -> list[CommentView]:
    bare = stories.form("ltr").comment
    assert bare is not None
    return [replace(bare, id=n, number=n, body_html=Markup(text)) for n, text in enumerate(texts, 1)]


def looked_at(browser: Browser, folder: Path, pages: Iterable[tuple[str, object]], *, poke: bool = True) -> list[Seen]:
    """Open each page without a policy, poke at everything, and note what ran and whom the browser asked."""
    build_assets(folder / "static")
    jinja = environment(manifest_urls(folder / "static"), preview.words("en"), language="en", zone="Europe/Berlin")
    found: list[Seen] = []
    asked: set[str] = set()
    with preview.served(folder, policy="") as base, closing(browser.new_page()) as page:
        page.add_init_script(LISTEN)
        page.on("request", lambda request: asked.add(request.url.removeprefix(base)))
        for number, (template, view) in enumerate(pages):
            text = jinja.get_template(template).render(site=stories.site("ltr"), page=view)
            (folder / f"{number}.html").write_text(text, "utf-8", errors="replace")
            page.goto(f"{base}/{number}.html")
            if poke:
                page.evaluate(POKE)
            links, ran = page.evaluate(WRONG_LINKS), page.evaluate("window.ran")
            found.append(Seen(ran, {url for url in asked if not OURS.match(url)}, links))
            asked.clear()
    return found


def test_no_text_of_a_reader_runs_or_asks_anybody_wherever_bodies_are_shown(chromium: Browser, tmp_path: Path) -> None:
    found = looked_at(chromium, tmp_path, pages_with(bodies()))
    assert [seen for seen in found if seen.ran or seen.asked or seen.links] == []


def test_the_same_texts_unsanitised_do_run_and_ask(chromium: Browser, tmp_path: Path) -> None:
    """One text a page: an unclosed element would swallow those behind it. Not poked: they may lead the page away."""
    raw = [case for case in HOSTILE if "<img" in case and "hit(1)" in case][:12]
    found = looked_at(chromium, tmp_path, (next(pages_with([case])) for case in raw), poke=False)
    assert len(found) == 12
    assert sum(bool(seen.ran) for seen in found) >= 6
    assert sum(bool(seen.asked) for seen in found) >= 6


@pytest.mark.parametrize("attribute", ["onclick", "tabindex=0 onfocus", "onmouseover"])
def test_what_waits_for_a_reader_is_poked_awake(chromium: Browser, tmp_path: Path, attribute: str) -> None:
    [seen] = looked_at(chromium, tmp_path, [next(pages_with([f'<p {attribute}="hit(1)">Here.</p>']))])
    assert seen.ran
