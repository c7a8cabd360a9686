"""How the look of pages is checked: by axe, in every look with SOAK set, else in two that cover each value once."""

from __future__ import annotations

import os
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

DIRECTIONS, SCHEMES, WIDTHS = ("ltr", "rtl"), ("light", "dark"), (320, 1280)

SOAK = bool(os.environ.get("SOAK"))
Look = tuple[str, str, int]
LOOKS: list[Look] = (
    list(product(DIRECTIONS, SCHEMES, WIDTHS)) if SOAK else [("ltr", "light", 1280), ("rtl", "dark", 320)]
)

# Reports of what passed are three quarters of axe's time, and nobody reads them here.
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}

# Comments are one piece of markup, and axe judges an element with its parent and its neighbours: a comment stays when
# its depth, or any element of it in such company, was not seen before.
KEEP_ONE_OF_EACH = """() => {
  const isOwn = (a) => /^(id|href|value|aria-labelledby|datetime)$/.test(a.name);
  const kind = (e) => e && e.tagName + [...e.attributes].map((a) => (isOwn(a) ? a.name : `${a.name}=${a.value}`));
  const seen = new Set();
  for (const comment of document.querySelectorAll('.part > .comment')) {
    const parts = [...comment.querySelectorAll('*')].map((e) =>
      [e.parentNode === comment ? '' : kind(e.parentNode), kind(e), kind(e.nextElementSibling)].join('|'));
    const kinds = [kind(comment), ...parts];
    if (kinds.every((one) => seen.has(one))) comment.remove();
    kinds.forEach((one) => seen.add(one));
  }
}"""


def violations_of_each(page: Page) -> list[str]:
    """As `violations`, on a page of which only comments that differ are left: ten times as quick."""
    page.evaluate(KEEP_ONE_OF_EACH)
    return violations(page)


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, with the element and what to do; at most two elements for each rule."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{page.url}: {violation['id']} {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in Axe().run(page, options=ONLY_VIOLATIONS).response["violations"]
        for node in violation["nodes"][:2]
    ]
