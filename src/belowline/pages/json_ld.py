"""JSON-LD in a page: data in a script element, which a browser neither runs nor, under our policy, forbids."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

# What could end the element or begin a comment in it, and the two line ends that old parsers of scripts stumble over.
_ESCAPED = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def script(data: dict[str, Any]) -> Markup:
    """The element with `data` as JSON. Whatever the values hold, nothing of them can leave it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    # A lone half of a pair has no bytes in UTF-8.
    text = text.encode("utf-8", "replace").decode()
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - escaped above
