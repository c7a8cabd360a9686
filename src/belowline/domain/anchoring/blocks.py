"""From the HTML that an article's readers get to its blocks, and from those to the canonical text with a map of them.

`pages/static/js/letters.js` reads the same page in the browser by the same rule, which is therefore simple: what counts are
the words of the article itself. Left out are whatever says something *about* them (buttons, credits, links to the full
size, a map's table, related links) and a pull quote, whose words stand in the text already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple

from belowline.domain.anchoring.canonical import BETWEEN_BLOCKS, canonical_block

# An element with such an id is a block; the heading of a block (`b-…-h`) belongs to it.
BLOCK_ID = "b-"
HEADING_END = "-h"
_APART = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "caption", "figcaption", "blockquote", "footer",
    "tr", "div", "section", "figure", "table", "ul", "ol",
})  # fmt: skip
_LEFT_OUT = frozenset({"template", "button", "script", "style", "details", "picture", "svg", "aside", "meter"})
_VOID = frozenset({"br", "img", "source", "hr", "wbr", "input"})
CAPTION = "caption"
_CLASSES_LEFT_OUT = frozenset({"hidden", "mark", "button", "cover"})


@dataclass(frozen=True, slots=True)
class Block:
    """`units` are its paragraphs, items, cells or captions in canonical words. `picture` tells one figure from another; it
    is empty for text."""

    id: str
    units: tuple[str, ...]
    picture: str = ""
    is_figure: bool = False


class BlockSpan(NamedTuple):
    """Where a block stands in the canonical text; a figure without words at one place of it."""

    id: str
    start: int
    end: int
    is_figure: bool
    picture: str


@dataclass(frozen=True, slots=True)
class Canonical:
    """The canonical text of one revision, and its blocks in order."""

    text: str
    blocks: tuple[BlockSpan, ...]


def canonical_of_blocks(blocks: Iterable[Block]) -> Canonical:
    parts: list[str] = []
    spans: list[BlockSpan] = []
    length = 0
    for block in blocks:
        words = BETWEEN_BLOCKS.join(block.units)
        if not words and not block.is_figure:
            continue
        start = length + (len(BETWEEN_BLOCKS) if parts and words else 0)
        if words:
            parts.append(words)
            length = start + len(words)
        spans.append(BlockSpan(block.id, start, start + len(words), block.is_figure, block.picture))
    return Canonical(BETWEEN_BLOCKS.join(parts), tuple(spans))


def text_block(id_: str, text: str) -> Block:
    words = canonical_block(text)
    return Block(id_, (words,) if words else ())


def blocks_of(html: str) -> Iterator[Block]:
    """The blocks of a stored body, in order. The HTML is our own: every element is closed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return (one.finished() for one in reader.blocks)


def units_of(canonical: Canonical, block: BlockSpan) -> Iterator[tuple[int, int]]:
    """Where each unit of a block begins and ends in the canonical text."""
    start = block.start
    for words in canonical.text[block.start : block.end].split(BETWEEN_BLOCKS):
        if words:
            yield start, start + len(words)
        start += len(words) + len(BETWEEN_BLOCKS)


class _Open:
    """A block that is being read."""

    def __init__(self, id_: str, *, is_figure: bool) -> None:
        self.id, self.is_figure, self.picture = id_, is_figure, ""
        self.units: list[list[str]] = [[]]

    def finished(self) -> Block:
        units = (canonical_block("".join(words)) for words in self.units)
        return Block(self.id, tuple(unit for unit in units if unit), self.picture, self.is_figure)


class _Element(NamedTuple):
    tag: str
    is_block: bool
    is_left_out: bool
    is_caption_only: bool


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Open] = []
        self._elements: list[_Element] = []
        self._within: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._within and tag == "a" and "data-full" in given and not self._within[-1].picture:
            self._within[-1].picture = given.get("href") or ""
        if tag in _VOID:
            if tag == "br":
                self.handle_data(" ")
            return
        id_ = given.get("id") or ""
        is_block = id_.startswith(BLOCK_ID) and not id_.endswith(HEADING_END)
        if is_block:
            opened = _Open(id_, is_figure=tag == "figure")
            if given.get("data-map"):
                opened.picture = given["data-map"] or ""
            self.blocks.append(opened)
            self._within.append(opened)
        elif tag in _APART:
            self._apart()
        above = self._elements[-1] if self._elements else _Element("", False, False, False)
        is_caption = CAPTION in (given.get("class") or "").split()
        is_left_out = above.is_left_out or _is_left_out(tag, given) or (above.is_caption_only and not is_caption)
        only_caption = tag == "figcaption" or (above.is_caption_only and not is_caption)
        self._elements.append(_Element(tag, is_block, is_left_out, only_caption))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._elements:
            return
        element = self._elements.pop()
        if element.is_block:
            self._within.pop()
        elif tag in _APART:
            self._apart()

    def handle_data(self, data: str) -> None:
        if not self._within or not self._elements:
            return
        element = self._elements[-1]
        if not element.is_left_out and not element.is_caption_only:
            self._within[-1].units[-1].append(data)

    def _apart(self) -> None:
        if self._within and self._within[-1].units[-1]:
            self._within[-1].units.append([])


def _is_left_out(tag: str, given: dict[str, str | None]) -> bool:
    classes = (given.get("class") or "").split()
    if tag == "span" and CAPTION not in classes:
        return True  # Editors write no span: it is a label, a credit, a warning of ours.
    return tag in _LEFT_OUT or given.get("aria-hidden") == "true" or not _CLASSES_LEFT_OUT.isdisjoint(classes)


def block_at(blocks: Sequence[BlockSpan], place: int) -> BlockSpan | None:
    """The block with words that a place of the canonical text lies in."""
    for block in blocks:
        if block.start <= place < block.end:
            return block
    return None
