"""What somebody chose in a text: an address that fits into a link, and whether it can be a passage."""

from __future__ import annotations

import re
from dataclasses import dataclass

from belowline.domain.anchoring.blocks import BLOCK_ID, BlockSpan, Canonical
from belowline.domain.anchoring.tokens import whole_characters
from belowline.domain.commenting import Refused

# A long paragraph. Who means more means the article.
CHARACTERS_MAX = 2_000
# W3C Web Annotation's context of a quotation; as long as others keep it.
CONTEXT_CHARACTERS = 32
# "12.b-1a2b3c4d.10.52": revision, block, and code points of it; without them the block as a whole.
_ADDRESS = re.compile(rf"([1-9][0-9]{{0,8}})\.({BLOCK_ID}[0-9a-z-]{{1,38}})(?:\.([0-9]{{1,7}})\.([0-9]{{1,7}}))?")


@dataclass(frozen=True, slots=True)
class Choice:
    """`start` and `end` count from the start of the block and may lie in a later one; None: the block as a whole.

    `exact` are the words that were seen, "" where nobody says.
    """

    number: int
    block: str
    start: int | None = None
    end: int | None = None
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A passage of a text: code points of the canonical text. A figure as a whole has the words of its caption."""

    block: str
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    is_figure: bool = False


def read_choice(address: str, *, exact: str = "") -> Choice | None:
    """None for what is no address of a passage."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    number, block, start, end = found.groups()
    return Choice(int(number), block, None if start is None else int(start), None if end is None else int(end), exact)


def address_of(number: int, block: str, start: int | None = None, end: int | None = None) -> str:
    """The other way round."""
    whole = f"{number}.{block}"
    return whole if start is None else f"{whole}.{start}.{end}"


def choose(choice: Choice, canonical: Canonical) -> Chosen | Refused:
    """The passage in its own revision, or why it can be none."""
    block = next((one for one in canonical.blocks if one.id == choice.block), None)
    if block is None:
        return Refused("passage_missing", status=409)
    if choice.start is None or choice.end is None:
        start, end = block.start, block.end
    else:
        start, end = block.start + choice.start, block.start + choice.end
        if end > len(canonical.text) or choice.start > block.end - block.start:
            return Refused("passage_missing", status=409)
    is_figure = block.is_figure and choice.start is None
    if not is_figure:
        start, end = _without_space(canonical.text, start, end)
        if start >= end:
            return Refused("passage_empty", status=422)
        if _spans_figure(canonical, start, end):
            return Refused("passage_figures", status=422)
        if end - start > CHARACTERS_MAX:
            return Refused("passage_long", status=422)
    if choice.exact and _folded(choice.exact) != _folded(canonical.text[start:end]):
        return Refused("passage_differs", status=409)
    if not is_figure:
        start, end = whole_characters(canonical.text, start, end)
    return Chosen(
        block=_home(canonical, start, block).id,
        start=start,
        end=end,
        exact=canonical.text[start:end],
        prefix=canonical.text[max(0, start - CONTEXT_CHARACTERS) : start],
        suffix=canonical.text[end : end + CONTEXT_CHARACTERS],
        is_figure=is_figure,
    )


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _spans_figure(canonical: Canonical, start: int, end: int) -> bool:
    """Words on both sides of a picture, or of two pictures, are no passage: what is between them is not said."""
    return any(
        one.is_figure
        and ((one.start < end and one.end > start) or start < one.start == one.end < end)
        and not (one.start <= start and end <= one.end)
        for one in canonical.blocks
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


def _home(canonical: Canonical, start: int, block: BlockSpan) -> BlockSpan:
    """Where the first letter stands: white space at the end of a paragraph may have been chosen, too."""
    return next((one for one in canonical.blocks if one.start <= start < one.end), block)
