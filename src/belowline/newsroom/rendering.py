"""From blocks to the stored HTML of an article's body.

A function of the article, its pictures' files and RENDERER alone: the same input gives the same bytes. Every block is
one element with `id="b-…"`, made from the block's own id, so that links to a passage survive edits elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import nh3
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from belowline.maps.markup import source_link
from belowline.newsroom.public_pictures import PublicPicture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from belowline.maps.publishing import TextMaps
    from belowline.newsroom.models import Picture

# Raise it when the HTML of the same article would come out differently; `actions.rebuild_public` renders anew.
RENDERER = 1
# The text column is 44rem at most; on narrower screens a figure takes the whole width.
SIZES = "(min-width: 46rem) 44rem, 100vw"

_TAGS = {"p", "b", "strong", "i", "em", "a", "br", "sup", "sub"}
_INLINE_TAGS = _TAGS - {"p"}
_ATTRIBUTES = {"a": {"href", "hreflang", "lang", "dir"}}
_SCHEMES = {"http", "https", "mailto"}
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|\xa0|<br>)*</p>")
_BLANK_LINE = re.compile(r"\n\s*\n")
_TAG = re.compile(r"<[^>]*>")
_SHORT_ID_CHARACTERS = 8


@dataclass(slots=True)
class Body:
    """A rendered body. `pictures` are the ids shown in it, in order, each once; `first` is the first one's files."""

    html: str
    word_count: int
    pictures: tuple[int, ...]
    first: PublicPicture | None


@dataclass(slots=True)
class _Page:
    """What rendering one body has used up so far."""

    files_of: Callable[[Picture], PublicPicture]
    maps: TextMaps
    is_next_picture_lazy: bool
    ids: set[str] = field(default_factory=set)
    words: int = 0
    pictures: dict[int, PublicPicture] = field(default_factory=dict)

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
    body: Any, *, maps: TextMaps, files_of: Callable[[Picture], PublicPicture], has_opening_picture: bool = False
) -> Body:
    """The stored HTML of a StreamField value. Words of our own in it are in the language of `maps`, which also knows
    afterwards what maps were shown.

    `files_of` answers a picture's public files. The first figure loads at once unless a picture opens the article.
    """
    page = _Page(files_of=files_of, maps=maps, is_next_picture_lazy=has_opening_picture)
    with translation.override(maps.language):
        html = "\n".join(part for block in body if (part := _block(block, page=page)))
    first = next(iter(page.pictures.values()), None)
    return Body(html=html, word_count=page.words, pictures=tuple(page.pictures), first=first)


def _block(block: Any, *, page: _Page) -> str:
    renderer = _RENDERERS.get(block.block_type)
    return renderer(block.value, page.id_of(block.id), page) if renderer is not None else ""


def _heading(text: str, element_id: str, page: _Page) -> str:
    return f'<h2 id="{element_id}">{page.counted(escape(text))}</h2>'


def _paragraph(value: Any, element_id: str, page: _Page) -> str:
    html = page.counted(_EMPTY_PARAGRAPH.sub("", sanitised(value.source)).strip())
    if html.count("<p>") == 1 and html.startswith("<p>"):
        return f'<p id="{element_id}">{html.removeprefix("<p>")}'
    return f'<div id="{element_id}">{html}</div>' if html else ""


def _quote(value: Any, element_id: str, page: _Page) -> str:
    paragraphs = "".join(f"<p>{escape(part.strip())}</p>" for part in _BLANK_LINE.split(value["text"].strip()))
    speaker = value["attribution"].strip() if value["attribution"] else ""
    footer = f"<footer>{escape(speaker)}</footer>" if speaker else ""
    return f'<blockquote id="{element_id}">{page.counted(paragraphs + footer)}</blockquote>'


def _list(value: Any, element_id: str, page: _Page) -> str:
    tag = "ol" if value["is_numbered"] else "ul"
    items = "".join(f"<li>{item}</li>" for one in value["items"] if (item := sanitised_inline(one.source)))
    return f'<{tag} id="{element_id}">{page.counted(items)}</{tag}>' if items else ""


def _figure(value: Any, element_id: str, page: _Page) -> str:
    picture = value["picture"]
    if picture is None:  # deleted from the library
        return ""
    public = page.files_of(picture).with_words(caption=value["caption"] or "", credit=value["credit"] or "")
    page.pictures.setdefault(picture.pk, public)
    full = _("Click to see full-size image")
    return (
        f'<figure id="{element_id}">\n{_picture(public, is_lazy=page.is_lazy())}\n'
        f"{_caption(public, full=full, page=page)}</figure>"
    )


def _map(value: Any, element_id: str, page: _Page) -> str:
    """A map that is drawn, or the picture of one: then with its title, and with a link to where it is from."""
    if value["picture"] is None:
        return page.maps.figure(value, element_id=element_id, is_lazy=page.is_lazy())
    public = page.files_of(value["picture"]).with_words(caption=value["caption"], credit=value["credit"])
    page.pictures.setdefault(value["picture"].pk, public)
    title = f'<p class="title">{page.counted(escape(value["title"]))}</p>\n' if value["title"] else ""
    source = source_link(value["source_url"])
    full = _("Click to see full-size map")
    return (
        f'<figure class="map" id="{element_id}">\n{title}{_picture(public, is_lazy=page.is_lazy())}\n'
        f"{_caption(public, full=full, page=page, more=source)}</figure>"
    )


def _picture(picture: PublicPicture, *, is_lazy: bool) -> str:
    loading = ' loading="lazy" decoding="async"' if is_lazy else ""
    sources = "".join(
        f'<source type="{mime_type}" srcset="{escape(picture.srcset(mime_type))}" sizes="{SIZES}">'
        for mime_type in picture.mime_types
    )
    return (
        f'<picture>{sources}<img src="{escape(picture.url)}" width="{picture.width}" height="{picture.height}" '
        f'alt="{escape(picture.alt)}"{loading}></picture>'
    )


def _caption(picture: PublicPicture, *, full: str, page: _Page, more: str = "") -> str:
    parts = []
    if picture.caption:
        parts.append(f'<span class="caption">{page.counted(escape(picture.caption))}</span>')
    if picture.credit:
        parts.append(f'<span class="credit">{escape(picture.credit)}</span>')
    if picture.full_url:
        parts.append(f'<a href="{escape(picture.full_url)}">{escape(full)}</a>')
    if more:
        parts.append(more)
    return "<figcaption>\n" + "\n".join(parts) + "\n</figcaption>\n" if parts else ""


_RENDERERS: dict[str, Callable[[Any, str, _Page], str]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "quote": _quote,
    "list": _list,
    "figure": _figure,
    "map": _map,
}


def sanitised(source: str) -> str:
    """Rich text as the desk stores it, with links to pages resolved, reduced to what a paragraph may hold."""
    return nh3.clean(expand_db_html(source), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)


def sanitised_inline(source: str) -> str:
    """The same without paragraphs: a list item. Several paragraphs become lines."""
    lines = sanitised(source).strip().replace("</p><p>", "<br>")
    return nh3.clean(lines, tags=_INLINE_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None).strip()


def pictures_in(body: Any) -> Iterator[Picture]:
    """The pictures of a body's figures and maps, in order."""
    for block in body:
        if block.block_type in {"figure", "map"} and block.value["picture"] is not None:
            yield block.value["picture"]


def maps_in(body: Any) -> Iterator[Any]:
    """The values of a body's maps that are drawn, in order."""
    for block in body:
        if block.block_type == "map" and block.value["picture"] is None:
            yield block.value
