"""`@name` in a comment: where one may stand, and what may be the name. Who bears it is asked elsewhere.

Names have spaces, full stops and marks, and nothing ends them: of "@Old Pilot says" every beginning that ends with a
word may be meant, the longest that is somebody's name is. Nobody is named in a quotation, in code or in a link.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from belowline.domain.markup.shape import escaped
from belowline.domain.names import MAX_LENGTH
from belowline.domain.text import canonical

# mail-and-spam.md: a new author names two readers. Five are a conversation; more is a crowd that is called together.
NAMED_MAX: Final = 5
NAMED_BY_NEW_MAX: Final = 2
# So many signs are looked at; a text with more of them is no letter to anybody.
SIGNS_MAX: Final = 10

_TAG = re.compile("<(/?)([a-z]+)[^>]*>")
_QUIET = frozenset({"a", "code", "pre", "blockquote"})
_JOINERS = "\u200c\u200d"


def wanted(markup: str) -> list[list[str]]:
    """For each "@" of sanitised HTML that may name somebody: what the name may be, the longest first. In order."""
    if "@" not in markup:
        return []
    found = []
    for start, end in _runs(markup):
        text = html.unescape(markup[start:end])
        found += [readings(text[at + 1 : at + 2 + 2 * MAX_LENGTH]) for at in _signs(text)]
    return [names for names in found if names][:SIGNS_MAX]


def readings(text: str) -> list[str]:
    """The beginnings of a text that end with a word or a sign, the longest first; none longer than a name."""
    ends = [
        place
        for place in range(1, len(text) + 1)
        if not text[place - 1].isspace()
        and not (place < len(text) and _is_inner(text[place]) and _is_inner(text[place - 1]))
        and not (place < len(text) and _is_mark(text[place]))
    ]
    beginnings = (canonical(text[:place]) for place in reversed(ends))
    return [name for name in beginnings if _is_inner(name[0]) and len(name) <= MAX_LENGTH]


def same_name(one: str, other: str) -> bool:
    """Capitals and the number of spaces apart."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def with_names(markup: str, names: Sequence[str], write: Callable[[str], str]) -> str:
    """The HTML with `write("@name")` wherever one of these is named; `write` gets and returns HTML."""
    if not names or "@" not in markup:
        return markup
    longest_first = sorted({escaped(name) for name in names}, key=len, reverse=True)
    patterns = [re.compile(re.escape(name), re.IGNORECASE) for name in longest_first]
    parts, done = [], 0
    for start, end in _runs(markup):
        for at in range(start, end):
            if markup[at] != "@" or at < done or not _is_sign(markup, at):
                continue
            ends = (_end_of_name(markup, pattern, at + 1, end) for pattern in patterns)
            if name_end := next(filter(None, ends), 0):
                parts += [markup[done:at], write(markup[at:name_end])]
                done = name_end
    return "".join([*parts, markup[done:]])


def _end_of_name(markup: str, pattern: re.Pattern[str], start: int, end: int) -> int:
    """Where the name ends that begins there; 0 if it does not, or goes on."""
    found = pattern.match(markup, start, end)
    if found is None:
        return 0
    place = found.end()
    goes_on = place < end and (_is_mark(markup[place]) or (_is_inner(markup[place]) and _is_inner(markup[place - 1])))
    return 0 if goes_on else place


def _runs(markup: str) -> Iterator[tuple[int, int]]:
    """From where to where text stands in which somebody may be named."""
    quiet = position = 0
    for tag in _TAG.finditer(markup):
        if not quiet and tag.start() > position:
            yield position, tag.start()
        if tag[2] in _QUIET:
            quiet += -1 if tag[1] else 1
        position = tag.end()
    if not quiet and position < len(markup):
        yield position, len(markup)


def _signs(text: str) -> Iterator[int]:
    return (at for at in range(len(text)) if text[at] == "@" and _is_sign(text, at))


def _is_sign(text: str, at: int) -> bool:
    """Not within an address, nor within a word."""
    return not at or not (_is_inner(text[at - 1]) or text[at - 1] in "@./-+")


def _is_inner(character: str) -> bool:
    return character.isalnum() or character in "_" + _JOINERS or _is_mark(character)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"
