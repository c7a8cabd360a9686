"""How the look of pages is checked: by axe, in every look with SOAK set, else in two that cover each value once."""

from __future__ import annotations

import os
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

DIRECTIONS, SCHEMES, WIDTHS = ("ltr", "rtl"), ("light", "dark"), (320, 1280)

SOAK = bool(os.environ.get("SOAK"))
LOOKS: list[tuple[str, str, int]] = (
    list(product(DIRECTIONS, SCHEMES, WIDTHS)) if SOAK else [("ltr", "light", 1280), ("rtl", "dark", 320)]
)

# Reports of what passed are three quarters of axe's time, and nobody reads them here.
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}

# Comments are one piece of markup: of those with the same elements, attributes, states and depth one stands for all.
KEEP_ONE_OF_EACH = """() => {
  const seen = new Set();
  for (const comment of document.querySelectorAll('.part > .comment')) {
    const isOwn = (a) => /^(id|href|value|aria-labelledby|datetime)$/.test(a.name);
    const parts = [comment, ...comment.querySelectorAll('*')].map((e) =>
      [e.tagName, ...[...e.attributes].map((a) => (isOwn(a) ? a.name : a.name + a.value))]);
    const shape = JSON.stringify(parts);
    if (seen.has(shape)) comment.remove();
    seen.add(shape);
  }
}"""


def violations_of_each(page: Page) -> list[str]:
    """As `violations`, on a page of which only one comment of each shape is left: five times as quick."""
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
