"""The figure of a map in a stored text: drawing, words, links, and the table that says the same.

Without scripts there is nothing to press: the button is hidden until a script can do what it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belowline.maps import words
from belowline.maps.files import DATA, FULL, NARROW, PICTURE, WIDE
from belowline.maps.sheets import description_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from belowline.domain.maps.precision import Shown
    from belowline.maps.files import PublicFile
    from belowline.maps.sheets import Sheet

# Below this width of the window the narrow drawing is shown: see files._SIZES.
NARROW_BELOW = "36rem"


def figure(sheet: Sheet, files: Mapping[str, PublicFile], *, element_id: str, is_lazy: bool) -> str:
    """In the running language, which must be the sheet's."""
    data = f' data-map="{escape(files[DATA].url)}"' if DATA in files else ""
    opening = escape(_("Open interactive map"))
    parts = [
        f'<p class="title">{escape(sheet.title)}</p>' if sheet.title else "",
        _drawing(sheet, files, is_lazy=is_lazy),
        f'<button type="button" class="button" data-quiet data-open-map hidden>{opening}</button>' if data else "",
        _caption(sheet, files),
        _table(sheet),
    ]
    return f'<figure class="map" id="{element_id}"{data}>\n' + "\n".join(part for part in parts if part) + "\n</figure>"


def _drawing(sheet: Sheet, files: Mapping[str, PublicFile], *, is_lazy: bool) -> str:
    narrow, wide = files[NARROW], files[WIDE]
    loading = ' loading="lazy" decoding="async"' if is_lazy else ""
    return (
        f'<picture><source media="(max-width: {NARROW_BELOW})" srcset="{escape(narrow.url)}" width="{narrow.width}" '
        f'height="{narrow.height}"><img src="{escape(wide.url)}" width="{wide.width}" height="{wide.height}" '
        f'alt="{escape(description_of(sheet))}"{loading}></picture>'
    )


def _caption(sheet: Sheet, files: Mapping[str, PublicFile]) -> str:
    parts = [
        f'<span class="caption">{escape(sheet.caption)}</span>' if sheet.caption else "",
        f'<span class="credit">{escape(sheet.credit)}</span>' if sheet.credit else "",
        f'<span class="credit">{escape(sheet.base_credit)}</span>',
        source_link(sheet.source_url),
        link(files[FULL].url, _("Click to see full-size map")) if FULL in files else "",
        link(files[PICTURE].url, _("As a picture (PNG)")) if PICTURE in files else "",
    ]
    return "<figcaption>\n" + "\n".join(part for part in parts if part) + "\n</figcaption>"


def link(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def source_link(url: str) -> str:
    """ "Source: example.org", for a map of others; nothing without an address of the web."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    return link(url, _("Source: %(site)s") % {"site": parts.hostname})


def _table(sheet: Sheet) -> str:
    rows = sheet.rows
    if not rows and not sheet.areas:
        return ""
    count = len(rows) + len(sheet.areas)
    summary = ngettext("%(count)s place on this map", "%(count)s places on this map", count) % {
        "count": words.own_digits(str(count), language=sheet.language)
    }
    head = "".join(
        f'<th scope="col">{escape(title)}</th>' for title in (_("Number"), _("Place"), _("How exactly"), _("Position"))
    )
    body = "".join(_row(number, shown, language=sheet.language) for number, shown in rows)
    unnamed, kind = _("Unnamed area"), escape(_("An area"))
    body += "".join(
        f'<tr><td></td><th scope="row">{escape(area.label or unnamed)}</th><td>{kind}</td><td></td></tr>'
        for area in sheet.areas
    )
    return (
        f'<details><summary>{escape(summary)}</summary>\n<div class="scroll" tabindex="0" role="region" '
        f'aria-label="{escape(summary)}"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>{body}</tbody>\n</table></div>\n</details>"
    )


def _row(number: str, shown: Shown, *, language: str) -> str:
    where = (
        words.position(shown.position, precision=shown.precision, language=language)
        if shown.position is not None
        else ""
    )
    return (
        f'<tr><td>{escape(number)}</td><th scope="row">{escape(shown.label)}</th>'
        f"<td>{escape(words.exactness(shown))}</td><td>{escape(where)}</td></tr>"
    )
