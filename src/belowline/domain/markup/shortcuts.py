"""Two shortcuts for what most comments are. Both give the bytes that the long way gives, or None and the long way runs.

The long way is comrak, an HTML5 parser, the shape stage and the wall: see `sanitise`. tests/domain/test_markup_shortcuts
holds both against it. The patterns only recognise; whatever is in doubt is left to the long way.
"""

import html
import re
from typing import Final

from belowline.domain.markup import links
from belowline.domain.markup.elements import anchor
from belowline.domain.markup.shape import escaped
from belowline.domain.text import is_usual

# --- texts without markup -----------------------------------------------------------------------------------------

# Inside a line these mean nothing to CommonMark 0.31, nor to the extensions that we use: strikethrough (~), spoilers
# (|) and autolinks (://, www., @). "&" begins no entity before a space, "<" no tag and no autolink before a digit.
_IN_LINE = r"(?:[^\n\t&<:*_`~|\[\]\\@]++|&(?![A-Za-z#])|<(?=[ 0-9])|:(?!//))"
# At its start a line must not quote (>), list (- + 1. 1)), head (#), rule (- =), indent, nor begin with a sign that the
# pattern above knows. Table and description list are off; : and = are left out all the same.
_AT_START = r"(?:[^\n\t &<:*_`~|\[\]\\@>+=#0-9-]|[0-9]++(?![.)]))"
_UNMARKED: Final = re.compile(rf"(?:{_AT_START}{_IN_LINE}*+(?:\n *+)*+(?<![\n][ ]))++")
_LINE_END = re.compile(" +\n")
_GAP = re.compile("\n{2,}")
_SPACES = re.compile("  +")


def unmarked(source: str) -> str | None:
    """Safe HTML of a canonical, trimmed text if it provably has no markup at all.

    Why no sanitiser needs to see it: `escaped` leaves no "<" and no ">" of the text, and every "&" begins "&amp;",
    "&lt;" or "&gt;". What is put around and between is one of the literals `<p>`, `</p>`, `</p><p>` and `<br>`, never
    anything from the text, in an order that opens and closes one paragraph at a time. Every character is one that
    shows, a space or a newline (`is_usual`), so nothing hides, stacks or reorders either.
    """
    if not is_usual(source) or not _UNMARKED.fullmatch(source) or "www." in source.lower():
        return None
    text = escaped(source)
    if " \n" in text:
        text = _LINE_END.sub("\n", text)
    if "  " in text:
        text = _SPACES.sub(" ", text)
    if "\n" in text:
        text = _GAP.sub("</p><p>", text).replace("\n", "<br>")
    return f"<p>{text}</p>"
