"""What a page says to machines, as JSON-LD inside the page."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup

# In a script element only "</script" and "<!--" end or change the reading; nothing of HTML's is left, to be sure. The two
# line separators end a line in older readers of JavaScript.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def script(data: Mapping[str, object]) -> Markup:
    """The element with these facts. Whatever a value holds, it stays a value."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return Markup('<script type="application/ld+json">') + Markup(text) + Markup("</script>")  # noqa: S704 - escaped
