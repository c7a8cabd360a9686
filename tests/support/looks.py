"""In which looks a page is checked: every one with SOAK set, else two that together cover each value once."""

from __future__ import annotations

import os
from itertools import product

DIRECTIONS, SCHEMES, WIDTHS = ("ltr", "rtl"), ("light", "dark"), (320, 1280)

LOOKS: list[tuple[str, str, int]] = (
    list(product(DIRECTIONS, SCHEMES, WIDTHS))
    if os.environ.get("SOAK")
    else [("ltr", "light", 1280), ("rtl", "dark", 320)]
)
