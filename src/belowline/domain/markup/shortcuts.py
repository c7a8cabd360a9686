"""Two shortcuts for what most comments are. Both give the bytes that the long way gives, or None and the long way runs.

The long way is comrak, an HTML5 parser, the shape stage and the wall: see `sanitise`. tests/domain/test_markup_shortcuts
holds both against it. The patterns only recognise; whatever is in doubt is left to the long way.

Possessive are single classes of characters alone. Around a group, Python before 3.11.5 lets such a quantifier match what it
should not (github.com/python/cpython/issues/106052), and Debian 12 has 3.11.2. The groups need none: in each of them the
next character alone decides, so that whoever goes back fails at once.
"""

import html
import re
from typing import Final

from belowline.domain.markup import links
from belowline.domain.markup.elements import anchor
from belowline.domain.markup.shape import escaped
from belowline.domain.text import is_usual

# --- texts without markup -------------------------------------------------------------------------------------------

# Inside a line these mean nothing to CommonMark 0.31, nor to the extensions that we use: strikethrough (~), spoilers
# (|) and autolinks (://, www., @). "&" begins no entity before a space, "<" no tag and no autolink before a digit.
_IN_LINE = r"(?:[^\n\t&<:*_`~|\[\]\\@]++|&(?![A-Za-z#])|<(?=[ 0-9])|:(?!//))"
# At its start a line must not quote (>), list (- + 1. 1)), head (#), rule (- =), indent, nor begin with a sign that the
# pattern above knows. Table and description list are off; ":" is left out all the same.
_AT_START = r"(?:[^\n\t &<:*_`~|\[\]\\@>+=#0-9-]|[0-9]++(?![.)]))"
_LINE = f"{_AT_START}{_IN_LINE}*"
_UNMARKED: Final = re.compile(rf"{_LINE}(?:\n(?: *+\n)*{_LINE})*")
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


# --- the few elements that most other comments have -----------------------------------------------------------------

# HTML as comrak writes it, or the HTML5 parser. The class of characters can be as wide as this because `is_usual` has
# judged them. Words are parted by one space, and a space stands at no edge of an element, so the shape stage would
# find nothing to move or drop; no element is empty, and none holds another but a quote its paragraphs and a paragraph
# its words.
_LETTERS = "(?:[^\\n\\t &<>]++|&(?:amp|lt|gt|quot);)"
_WORDS = f"{_LETTERS}(?: ?{_LETTERS})*"
_STYLED = "|".join(f"<{tag}>{_WORDS}</{tag}>" for tag in ("em", "strong", "code", "del"))
# Only addresses that every URL parser reads alike: lower case, a name and no number for a host, no port, no punycode.
_HREF = r"https?://(?:(?!xn--)[a-z0-9-]++\.)+[a-z]{2,24}(?:[/?#](?:[!#-%(-;=?-~]++|&amp;|&#x27;)*)?"
_LINK = f'<a href="{_HREF}">{_WORDS}</a>'
_PIECE = f"(?:{_LETTERS}|{_STYLED}|{_LINK})"
_RUN = f"{_PIECE}(?: ?{_PIECE})*"
_PARAGRAPH = rf"<p>{_RUN}(?:<br(?: /)?>\n?{_RUN})*</p>\n*+"
_USUAL: Final = re.compile(rf"\n*+(?:{_PARAGRAPH}|<blockquote>\n*+(?:{_PARAGRAPH})+</blockquote>\n*+)+")
_WHOLE_LINK = re.compile('<a href="([^"]*)">([^<]*)</a>')


def usually_shaped(markup: str) -> str | None:
    """What `shaped` makes of HTML that is in order and has only the usual elements. Not yet safe.

    A newline inside a paragraph, whatever it means there, is left to `shaped`.
    """
    if not is_usual(markup) or not _USUAL.fullmatch(markup):
        return None
    if "<a " in markup:
        markup = _WHOLE_LINK.sub(_link, markup)
    return markup.replace("\n", "").replace("<br />", "<br>").replace("&quot;", '"')


def _link(found: re.Match[str]) -> str:
    words, target = found[2], links.link_target(html.unescape(found[1]))
    if not target:  # longer than a link may be
        return words
    host = links.true_host_to_add(html.unescape(words), target=target)
    return f"{anchor(target).start}{words}{escaped(f' [{host}]') if host else ''}</a>"
