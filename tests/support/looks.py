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


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, with the element and what to do; at most two elements for each rule."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{page.url}: {violation['id']} {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in Axe().run(page, options=ONLY_VIOLATIONS).response["violations"]
        for node in violation["nodes"][:2]
    ]
