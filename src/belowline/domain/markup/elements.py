"""The vocabulary: what a comment may be made of, and what other systems' elements become."""

from dataclasses import dataclass, field
from typing import Final

SPOILER: Final = '<span class="spoiler" tabindex="0">'  # focusable, so that CSS alone reveals it to a keyboard
REL: Final = "ugc nofollow noopener noreferrer"

_ELEMENTS = "p br strong em del a blockquote code pre ul ol li span"
_FOREIGN = "b i s strike hr img spoiler"
_HEADINGS = "h1 h2 h3 h4 h5 h6 th dt"
_BREAKERS = "p div table thead tbody tfoot tr dl dd caption figure figcaption section article"
_VERBATIM = "code pre tt kbd samp"

ELEMENTS: Final = frozenset(_ELEMENTS.split())
INLINE: Final = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "del": "del", "s": "del", "strike": "del"}
HEADINGS: Final = frozenset(_HEADINGS.split())  # become a paragraph in bold
BREAKERS: Final = frozenset(_BREAKERS.split())  # end a paragraph and leave nothing else
VERBATIM: Final = frozenset(_VERBATIM.split())
CONTAINERS: Final = frozenset({"blockquote", "ul", "ol", "li"})
VOID: Final = frozenset({"br", "hr", "img"})
FOREIGN_ELEMENTS: Final = ELEMENTS | HEADINGS | BREAKERS | VERBATIM | {"td"} | frozenset(_FOREIGN.split())


@dataclass(eq=False)
class Inline:
    """An inline element in force. It is written when text follows, and again after each block that it spans."""

    tag: str
    start: str
    target: str = ""
    is_written: bool = False
    has_content: bool = False
    words: list[str] = field(default_factory=list)  # of a link, since it was last written


@dataclass(eq=False)
class Container:
    """A quote, list or list item in force. The tag is "" for a list that does not start at 1, and for its items."""

    tag: str
    is_written: bool = False
    is_implied: bool = False
    has_bare_text: bool = False  # words of a list item outside a paragraph have ended; the next ones need one
    next_number: int | None = None


def anchor(target: str) -> Inline:
    href = target.replace("&", "&amp;")
    return Inline("a", f'<a href="{href}" rel="{REL}">', target=target)
