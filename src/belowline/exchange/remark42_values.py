"""What Remark42 stores in a form of its own: votes folded into two numbers, Markdown with entities."""

import html
import math
import re

from belowline.exchange.cleaning import MOST_VOTES

_FENCE_OR_CODE = re.compile(r"(^ {0,3}```.*?(?:^ {0,3}```[^\n]*$|\Z)|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# What Go's html.EscapeString writes, and nothing else.
_ESCAPED = re.compile(r"&(#34|#39|gt|lt|amp);")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w+;)")
_ESCAPED_AMPERSAND = re.compile(r"&amp;(?!#?\w+;)")
_ESCAPED_LESS = re.compile(r"&lt;(?![a-zA-Z/!?])")


def votes_behind(score: int, controversy: float) -> tuple[int, int]:
    """The votes for and against that give this score and this controversy.

    Remark42 computes controversy as (up + down) ** (smaller / larger), 0 while either is 0 (service.go, after Reddit's
    _sorts.pyx). For a given score that grows with the number of votes, so it can be searched. A pair that no votes
    explain (an old backup without the field) gives the score alone.
    """
    alone = (max(score, 0), max(-score, 0))
    if not (math.isfinite(controversy) and controversy > 1):
        return alone
    low, high = 1, 2**30
    while low < high:
        middle = (low + high) // 2
        if _controversy(abs(score), middle) < controversy * (1 - 1e-12):
            low = middle + 1
        else:
            high = middle
    if not math.isclose(_controversy(abs(score), low), controversy, rel_tol=1e-9) or low + abs(score) > MOST_VOTES:
        return alone
    return (low + score, low) if score >= 0 else (low, low - score)


def _controversy(score: int, fewer: int) -> float:
    return math.pow(score + 2 * fewer, fewer / (score + fewer))


def markdown_as_typed(orig: str) -> str:
    """The Markdown as the author typed it.

    Older versions ran it through an HTML sanitiser before storing it, which turned every quote, ampersand and angle
    bracket into an entity; newer ones store it as it is. Text holding any of them bare was never escaped. Outside of
    code, `&lt;` stays an entity where a bare bracket would open a tag.
    """
    if "&" not in orig or _is_as_typed(orig):
        return orig
    parts = _FENCE_OR_CODE.split(orig)
    # split() with one group: text, code, text, code, … text
    return "".join(html.unescape(part) if at % 2 else _unescaped_prose(part) for at, part in enumerate(parts))


def _is_as_typed(orig: str) -> bool:
    bare = _TAG.sub("", orig)
    return not _ESCAPED.search(bare) or any(c in bare for c in "\"'<>") or bool(_BARE_AMPERSAND.search(bare))


def _unescaped_prose(text: str) -> str:
    text = _ESCAPED_LESS.sub("<", text).replace("&gt;", ">").replace("&#34;", '"').replace("&#39;", "'")
    return _ESCAPED_AMPERSAND.sub("&", text)
