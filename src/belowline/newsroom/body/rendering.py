"""From blocks to the stored HTML of an article's body.

A function of the article, its pictures' files and RENDERER alone: the same input gives the same bytes. Every block is
one element with `id="b-…"`, made from the block's own id, so that links to a passage survive edits elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import nh3
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from belowline.domain.differences import Passage
from belowline.maps.markup import source_link
from belowline.newsroom.body import furniture
from belowline.newsroom.body.figures import GALLERY_SIZES, NO_MOUNT, SIZES, Mount, figure_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from belowline.maps.publishing import TextMaps
    from belowline.newsroom.models import Picture
    from belowline.newsroom.pictures.public import PublicPicture

# Raise it when the HTML of the same article would come out differently; `publishing/rebuilding.py` renders anew.
RENDERER = 4

_TAGS = {"p", "b", "strong", "i", "em", "a", "br", "sup", "sub"}
_INLINE_TAGS = _TAGS - {"p"}
_ATTRIBUTES = {"a": {"href", "hreflang", "lang", "dir"}}
_SCHEMES = {"http", "https", "mailto"}
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|\xa0|<br>)*</p>")
_TAG = re.compile(r"<[^>]*>")
_LINE_END = re.compile(r"<br>|</(?:p|li|tr|h2|caption|figcaption|footer|blockquote|span)>")
_CELL_END = re.compile(r"</t[hd]>")
_MAP_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_BLOCK_ID = re.compile(r' id="(b-[0-9a-z]+)"')
_SHORT_ID_CHARACTERS = 8


@dataclass(slots=True)
class Body:
    """A rendered body. `pictures` are the ids shown in it, in order, each once; `first` is the first one that may stand
    on a card: not a sensitive one.

    `passages` are its blocks in plain words, for the history of versions; `links` the ids of articles that it names.
    `block_ends` says where in the HTML each block ends: what readers say about it is put there.
    """

    html: str
    word_count: int
    pictures: tuple[int, ...]
    first: PublicPicture | None
    passages: tuple[Passage, ...]
    links: frozenset[int]
    block_ends: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class _Page:
    """What rendering one body has used up so far."""

    files_of: Callable[[Picture], PublicPicture]
    maps: TextMaps
    is_next_picture_lazy: bool
    ids: set[str] = field(default_factory=set)
    words: int = 0
    pictures: dict[int, PublicPicture] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)

    def id_of(self, block_id: str | None) -> str:
        """Short enough for a link, longer only where two blocks of one article would clash.

        A block has no id before it is first saved: in a preview its place stands in.
        """
        plain = re.sub(r"[^0-9a-z]", "", (block_id or f"new{len(self.ids)}").lower())
        length = _SHORT_ID_CHARACTERS
        while plain[:length] in self.ids and length < len(plain):
            length += 4
        self.ids.add(plain[:length])
        return f"b-{plain[:length]}"

    def is_lazy(self) -> bool:
        """Whether the next picture waits until it is near; every one after it does."""
        is_lazy, self.is_next_picture_lazy = self.is_next_picture_lazy, True
        return is_lazy

    def counted(self, html: str) -> str:
        self.words += len(_TAG.sub(" ", html).split())
        return html


def render_body(
    body: Any,
    *,
    maps: TextMaps,
    files_of: Callable[[Picture], PublicPicture],
    has_opening_picture: bool = False,
    covered: Picture | None = None,
) -> Body:
    """The stored HTML of a StreamField value. Words of our own in it are in the language of `maps`, which also knows
    afterwards what maps were shown.

    `files_of` answers a picture's public files. The first figure loads at once unless a picture opens the article.
    `covered` is an opening picture that is sensitive: it stands as the first figure, behind its cover.
    """
    page = _Page(files_of=files_of, maps=maps, is_next_picture_lazy=has_opening_picture)
    with translation.override(maps.language):
        opening = {"picture": covered, "caption": "", "credit": ""}
        parts = [_figure(opening, page.id_of("opening"), page)] if covered is not None else []
        parts += [_block(block, page=page) for block in body]
    # One form of each letter: places in the text are counted in NFC, by us and by the browser.
    shown = [normalize("NFC", part) for part in parts if part]
    return Body(
        html="\n".join(shown),
        word_count=page.words,
        pictures=tuple(page.pictures),
        first=next((one for one in page.pictures.values() if not one.is_sensitive), None),
        passages=tuple(page.passages),
        links=frozenset(_articles_named_in(body)),
        block_ends=tuple(_block_ends(shown)),
    )


def _block_ends(parts: Sequence[str]) -> Iterator[tuple[str, int]]:
    end = -1
    for part in parts:
        end += 1 + len(part)
        found = _BLOCK_ID.search(part)
        if found is not None:
            yield found[1], end


def _block(block: Any, *, page: _Page) -> str:
    renderer = _RENDERERS.get(block.block_type)
    if renderer is None:
        return ""
    element_id = page.id_of(block.id)
    html = renderer(block.value, element_id, page)
    if html:
        # Versions are kept. What places a map may show, and how exactly, is for its present files alone (maps/).
        kept = _MAP_TABLE.sub("", html) if block.block_type == "map" else html
        page.passages.append(Passage(element_id, block.block_type, plain_words(kept)))
    return html


def plain_words(html: str) -> str:
    """The words of a rendered block, a line for each paragraph, item, row or caption."""
    text = unescape(_TAG.sub("", _LINE_END.sub("\n", _CELL_END.sub(" · ", html))))
    return "\n".join(line for one in text.splitlines() if (line := " ".join(one.split()).removesuffix(" ·")))


def _articles_named_in(body: Any) -> Iterator[int]:
    for block in body:
        if block.block_type == "related" and block.value["article"] is not None:
            yield block.value["article"].pk


def _heading(text: str, element_id: str, page: _Page) -> str:
    return f'<h2 id="{element_id}">{page.counted(escape(text))}</h2>'


def _paragraph(value: Any, element_id: str, page: _Page) -> str:
    html = page.counted(_EMPTY_PARAGRAPH.sub("", sanitised(value.source)).strip())
    if html.count("<p>") == 1 and html.startswith("<p>"):
        return f'<p id="{element_id}">{html.removeprefix("<p>")}'
    return f'<div id="{element_id}">{html}</div>' if html else ""


def _quote(value: Any, element_id: str, page: _Page) -> str:
    paragraphs = furniture.paragraphs(value["text"])
    speaker = value["attribution"].strip() if value["attribution"] else ""
    footer = f"<footer>{escape(speaker)}</footer>" if speaker else ""
    return f'<blockquote id="{element_id}">{page.counted(paragraphs + footer)}</blockquote>'


def _list(value: Any, element_id: str, page: _Page) -> str:
    tag = "ol" if value["is_numbered"] else "ul"
    items = "".join(f"<li>{item}</li>" for one in value["items"] if (item := sanitised_inline(one.source)))
    return f'<{tag} id="{element_id}">{page.counted(items)}</{tag}>' if items else ""


def _figure(value: Any, element_id: str, page: _Page, sizes: str = SIZES, mount: Mount = NO_MOUNT) -> str:
    picture = value["picture"]
    if picture is None:  # deleted from the library
        return ""
    public = page.files_of(picture).with_words(caption=value["caption"] or "", credit=value["credit"] or "")
    page.pictures.setdefault(picture.pk, public)
    page.counted(escape(public.caption))
    return figure_html(
        public, element_id=element_id, language=page.maps.language, is_lazy=page.is_lazy(), sizes=sizes, mount=mount
    )


def _map(value: Any, element_id: str, page: _Page) -> str:
    """A map that is drawn, or the picture of one: then with its title, and with a link to where it is from."""
    if value["picture"] is None:
        return page.maps.figure(value, element_id=element_id, is_lazy=page.is_lazy())
    page.counted(escape(value["title"]))
    mount = Mount(
        component="map",
        title=value["title"],
        full=_("Click to see full-size map"),
        source=source_link(value["source_url"]),
    )
    return _figure(value, element_id, page, mount=mount)


def _gallery(value: Any, element_id: str, page: _Page) -> str:
    figures = [_figure(one, f"{element_id}-{place}", page, GALLERY_SIZES) for place, one in enumerate(value, 1)]
    shown = "\n".join(one for one in figures if one)
    return f'<div class="gallery" id="{element_id}">\n{shown}\n</div>' if shown else ""


def _timeline(value: Any, element_id: str, page: _Page) -> str:
    return furniture.timeline(value, element_id, page.counted, sanitised_inline)


def _furniture(render: Callable[[Any, str, furniture.Counted], str]) -> Callable[[Any, str, _Page], str]:
    return lambda value, element_id, page: render(value, element_id, page.counted)


_RENDERERS: dict[str, Callable[[Any, str, _Page], str]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "quote": _quote,
    "list": _list,
    "figure": _figure,
    "map": _map,
    "pull_quote": _furniture(furniture.pull_quote),
    "table": _furniture(furniture.table),
    "timeline": _timeline,
    "related": _furniture(furniture.related),
    "question": _furniture(furniture.question),
    "embed": _furniture(furniture.embed),
    "rules": lambda value, element_id, page: furniture.rules(value, element_id, page.counted, sanitised),
    "gap": _furniture(furniture.gap),
    "gallery": _gallery,
}


def sanitised(source: str) -> str:
    """Rich text as the desk stores it, with links to pages resolved, reduced to what a paragraph may hold."""
    return nh3.clean(expand_db_html(source), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)


def sanitised_inline(source: str) -> str:
    """The same without paragraphs: a list item. Several paragraphs become lines."""
    lines = sanitised(source).strip().replace("</p><p>", "<br>")
    return nh3.clean(lines, tags=_INLINE_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None).strip()


@dataclass(frozen=True, slots=True)
class Place:
    """A figure or a map of a body: its block, and its place within that when it is a gallery. `value` has picture and words."""

    block: int
    within: int | None
    value: Any


def figures_in(body: Any) -> Iterator[Place]:
    """The figures with a picture, in order."""
    for number, block in enumerate(body):
        if block.block_type in {"figure", "map"} and block.value["picture"] is not None:
            yield Place(number, None, block.value)
        elif block.block_type == "gallery":
            for within, one in enumerate(block.value):
                if one["picture"] is not None:
                    yield Place(number, within, one)


def pictures_in(body: Any) -> Iterator[Picture]:
    """The pictures of a body's figures and maps, in order."""
    return (place.value["picture"] for place in figures_in(body))


def maps_in(body: Any) -> Iterator[Place]:
    """A body's maps that are drawn, in order."""
    for number, block in enumerate(body):
        if block.block_type == "map" and block.value["picture"] is None:
            yield Place(number, None, block.value)
