"""Blocks made from code: what a seed, an importer or a test writes, as the desk stores it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from belowline.newsroom.models import Picture

# Ids of blocks made from code are derived from the article's slug and the block's place: the same seed, the same links.
_BLOCK_NAMES = uuid.UUID("6f0c6c1e-8a2f-4a77-9b1d-0d5a2f6f3c11")


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`html` holds inline markup (b, i, a, sup, sub), with or without its `<p>`. Plain text must be escaped before."""

    html: str


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class ItemList:
    """`items` hold inline markup like a paragraph."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """Empty words: the picture's own."""

    picture: Picture
    caption: str = ""
    credit: str = ""

    @property
    def value(self) -> dict[str, Any]:
        return {"picture": self.picture.pk, "caption": self.caption, "credit": self.credit}


@dataclass(frozen=True, slots=True)
class Gallery:
    """At least two figures that stand beside each other."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A drawn map. `places` are (gazetteer's id, what this map does with it: label, coarsen_to, withhold_until …)."""

    places: tuple[tuple[int, Mapping[str, Any]], ...]
    title: str = ""
    caption: str = ""
    credit: str = ""
    source_url: str = ""
    base_id: int | None = None
    areas: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A block of any other kind, with its value as the desk stores it (blocks.py)."""

    kind: str
    value: Mapping[str, Any]


Block = Heading | Paragraph | Quote | ItemList | Figure | Gallery | Map | Stored


def stream_of(blocks: Iterable[Block], *, slug: str) -> Iterable[dict[str, Any]]:
    """As the desk stores them. The same `slug` gives the blocks the same ids."""
    for place, block in enumerate(blocks):
        kind, value = _value(block)
        yield {"type": kind, "value": value, "id": str(uuid.uuid5(_BLOCK_NAMES, f"{slug}/{place}"))}


def _value(block: Block) -> tuple[str, Any]:
    match block:
        case Heading(text):
            return "heading", text
        case Paragraph(html):
            return "paragraph", _in_paragraph(html)
        case Quote(text, attribution):
            return "quote", {"text": text, "attribution": attribution}
        case ItemList(items, is_numbered):
            return "list", {"items": [_in_paragraph(item) for item in items], "is_numbered": is_numbered}
        case Figure():
            return "figure", block.value
        case Gallery(figures):
            return "gallery", [one.value for one in figures]
        case Map():
            return "map", _map_value(block)
        case Stored(kind, value):
            return kind, dict(value)


def _map_value(map_: Map) -> dict[str, Any]:
    return {
        "title": map_.title,
        "places": [{"place": place_id, **words} for place_id, words in map_.places],
        "areas": map_.areas,
        "caption": map_.caption,
        "credit": map_.credit,
        "source_url": map_.source_url,
        "base": map_.base_id,
        **map_.options,
    }


def _in_paragraph(html: str) -> str:
    return html if html.lstrip().startswith("<p") else f"<p>{html}</p>"
