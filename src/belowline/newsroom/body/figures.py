"""The markup of one picture in an article's body. pages/templates/_picture.html draws the opening picture alike.

A sensitive picture stands behind its cover: the sharp files are named in a `<template>`, which loads nothing, and in
the link that the cover is. Without scripts the link leads to the picture; js/reveal.js puts it in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext as _

from belowline.newsroom.languages import long_date
from belowline.newsroom.licences import name_in_words

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from belowline.newsroom.pictures.public import PublicPicture

# The text column is 44rem at most; on narrower screens a figure takes the whole width.
SIZES = "(min-width: 46rem) 44rem, 100vw"
# In a gallery two stand beside each other from there on (pages/static/figure.css).
GALLERY_SIZES = "(min-width: 40rem) 26rem, 100vw"


@dataclass(frozen=True, slots=True)
class Mount:
    """What stands around a picture that shows more than itself: a map. `source` is HTML."""

    component: str = ""
    title: str = ""
    full: str = ""
    source: str = ""


NO_MOUNT = Mount()


def figure_html(
    picture: PublicPicture,
    *,
    element_id: str,
    language: str,
    is_lazy: bool,
    sizes: str = SIZES,
    mount: Mount = NO_MOUNT,
) -> str:
    """One `<figure>`, its own words in the language that is active. Not lazy: the first picture of the page."""
    component = f' class="{mount.component}"' if mount.component else ""
    title = f'<p class="title">{escape(mount.title)}</p>\n' if mount.title else ""
    covering = " data-sensitive" if picture.is_sensitive else ""
    draw = _covered if picture.is_sensitive else _picture
    return (
        f'<figure{component} id="{element_id}"{covering}>\n{title}{draw(picture, is_lazy=is_lazy, sizes=sizes)}\n'
        f"{_caption(picture, language=language, mount=mount)}</figure>"
    )


def facts_of(picture: PublicPicture, *, language: str) -> SafeString:
    """Whether it is an old picture, where and when it was taken: one line of HTML, empty when nothing is known."""
    taken = long_date(date.fromisoformat(picture.taken_on), language) if picture.taken_on else ""
    place = format_html("<bdi>{}</bdi>", picture.place) if picture.place else ""
    said = [(_("Archive picture"),)] if picture.is_archive else []
    said += [(one,) for one in (place, taken) if one]
    return format_html_join(_(", "), "{}", said)


def warning_of(picture: PublicPicture) -> str:
    return _("Graphic picture") if picture.sensitivity == "graphic" else _("Sensitive picture")


def _picture(picture: PublicPicture, *, is_lazy: bool, sizes: str) -> str:
    sources = "".join(
        f'<source type="{mime_type}" srcset="{escape(picture.srcset(mime_type))}" sizes="{sizes}">'
        for mime_type in picture.mime_types
        if mime_type != "image/jpeg"
    )
    return (
        f'<picture>{sources}<img src="{escape(picture.url)}" srcset="{escape(picture.srcset("image/jpeg"))}" '
        f'sizes="{sizes}" width="{picture.width}" height="{picture.height}" alt="{escape(picture.alt)}"'
        f"{_loading(is_lazy=is_lazy)}></picture>"
    )


def _loading(*, is_lazy: bool) -> str:
    return ' loading="lazy" decoding="async"' if is_lazy else ' fetchpriority="high"'


def _covered(picture: PublicPicture, *, is_lazy: bool, sizes: str) -> str:
    cover = picture.cover
    # Without a cover (the desk's preview of a file that cannot be drawn) the words stand alone.
    image = (
        f'<img src="{escape(cover.url)}" width="{cover.width}" height="{cover.height}" alt=""'
        f"{_loading(is_lazy=is_lazy)}>"
        if cover
        else ""
    )
    show = escape(_("Show the picture"))
    return (
        f'<a class="cover" data-reveal href="{escape(picture.full_url)}">{image}<span class="warning">'
        f"<b>{escape(warning_of(picture))}</b> <span>{escape(picture.content)}</span> "
        f'<span class="button">{show}</span></span></a>\n'
        f"<template>{_picture(picture, is_lazy=False, sizes=sizes)}</template>"
    )


def _caption(picture: PublicPicture, *, language: str, mount: Mount) -> str:
    parts = []
    if picture.caption:
        parts.append(f'<span class="caption">{escape(picture.caption)}</span>')
    facts = facts_of(picture, language=language)
    if facts:
        parts.append(f'<span class="facts">{facts}</span>')
    if picture.credit:
        parts.append(f'<span class="credit"><bdi>{escape(picture.credit)}</bdi>{_licence(picture)}</span>')
    hidden = " hidden" if picture.is_sensitive else ""
    full = escape(mount.full or _("Click to see full-size image"))
    parts.append(f'<a data-full{hidden} href="{escape(picture.full_url)}">{full}</a>')
    if mount.source:
        parts.append(mount.source)
    return "<figcaption>\n" + "\n".join(parts) + "\n</figcaption>\n"


def _licence(picture: PublicPicture) -> str:
    if not picture.licence:
        return ""
    name = escape(name_in_words(picture.licence))
    comma = _(", ")
    return f'{comma}<a rel="license" href="{escape(picture.licence_url)}">{name}</a>'
