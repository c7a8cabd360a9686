"""The HTML of the blocks that furnish a story: pull quotes, tables, timelines, related links, questions, embed cards.

Called by rendering.py, which knows what a page has used up. Everything is escaped by `format_html`; `counted` counts
the words of what it is given, `inline` is the sanitiser for a line of rich text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from belowline.domain.embeds import player_of
from belowline.domain.markup.links import host_of, link_target, shown_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.utils.safestring import SafeString

    Counted = Callable[[str], str]
    Inline = Callable[[str], str]

_BLANK_LINE = re.compile(r"\n\s*\n")
# A cell that is a figure stands at the end of its column: a sign, digits of any script with their marks, a short unit.
_FIGURE = re.compile(r"[-−+±≈<>]?\s*[\d.,٫٬’'\s]*\d[\d.,٫٬’'\s]*(?:%|٪|[^\W\d_]{1,3}|[€$£¥₪°])?")


def paragraphs(text: str) -> str:
    """Plain text as paragraphs: an empty line parts them."""
    return "".join(f"<p>{escape(part.strip())}</p>" for part in _BLANK_LINE.split(text.strip()))


def rules(value: Any, element_id: str, counted: Counted, text: Inline) -> str:
    """House rules. Each one's anchor is made of its code: it stays when rules are moved or worded anew."""
    items = _joined(
        format_html('<li id="rule-{}"><h2>{}</h2>{}</li>', one["code"], one["title"], _safe(text(_source(one["text"]))))
        for one in value
    )
    return format_html('<ol class="rules" id="{}">{}</ol>', element_id, _safe(counted(items)))


def _source(rich: Any) -> str:
    return str(getattr(rich, "source", rich) or "")


def gap(value: Any, element_id: str, counted: Counted) -> str:
    """What the newsroom has yet to say. Readers are told, instead of getting an invented word or none."""
    said = _("The newsroom has not written this yet:")
    return format_html('<p class="gap" id="{}"><b>{}</b> {}</p>', element_id, said, value)


def pull_quote(value: Any, element_id: str, counted: Counted) -> str:
    # Its words stand in the text already and are not counted again; listeners may skip it by its name.
    return format_html(
        '<aside class="pull" id="{}" aria-label="{}"><p>{}</p>{}</aside>',
        element_id,
        _("Pull quote"),
        (value["text"] or "").strip(),
        _if(value["attribution"], "<footer>{}</footer>"),
    )


def table(value: Any, element_id: str, counted: Counted) -> str:
    rows, has_head, has_names = _sheet(value["sheet"])
    if not rows:
        return ""
    head, body = (rows[0], rows[1:]) if has_head else ([], rows)
    inner = format_html(
        "<caption>{}</caption>{}<tbody>{}</tbody>",
        value["caption"],
        _if(_head(head, body), "<thead><tr>{}</tr></thead>"),
        _joined(_row(row, has_name=has_names) for row in body),
    )
    # Reachable by keyboard, because it may be wider than the screen.
    return format_html(
        '<div class="sheet" id="{}"><div class="scroll" role="region" tabindex="0" aria-label="{}"><table>{}</table></div>'
        "{}</div>",
        element_id,
        value["caption"],
        _safe(counted(inner)),
        _if(value["source"], '<p class="source">' + escape(_("Source")) + ": {}</p>"),
    )


def _sheet(sheet: Any) -> tuple[list[list[str]], bool, bool]:
    """The rows that hold anything (in a draft: none), and whether the first row and the first column are names. Wagtail
    stores both spellings."""
    sheet = sheet or {}
    rows = [[str(cell or "").strip() for cell in row] for row in sheet.get("data") or []]
    choice = sheet.get("table_header_choice")
    has_head = bool(sheet.get("first_row_is_table_header")) or choice in {"row", "both"}
    has_names = bool(sheet.get("first_col_is_header")) or choice in {"column", "both"}
    return [row for row in rows if any(row)], has_head, has_names


def _head(names: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    cells = []
    for place, name in enumerate(names):
        filled = [row[place] for row in body if place < len(row) and row[place]]
        is_figures = bool(filled) and all(_FIGURE.fullmatch(cell) for cell in filled)
        cells.append(format_html('<th scope="col"{}>{}</th>', _FIGURE_CLASS if is_figures else "", name))
    return _joined(cells)


def _row(row: Sequence[str], *, has_name: bool) -> str:
    name = format_html('<th scope="row" dir="auto">{}</th>', row[0]) if has_name else ""
    cells = format_html_join(
        "",
        "<td{}>{}</td>",
        ((_FIGURE_CLASS if _FIGURE.fullmatch(cell) else _AUTO, cell) for cell in row[1 if has_name else 0 :]),
    )
    return format_html("<tr>{}{}</tr>", name, cells)


def timeline(value: Any, element_id: str, counted: Counted, inline: Inline) -> str:
    items = format_html_join(
        "",
        '<li><p class="when">{}</p><div>{}</div></li>',
        ((_dated(one["when"], one["on"]), _safe(inline(one["text"].source))) for one in value["moments"]),
    )
    title = format_html('<h2 id="{}-h">{}</h2>', element_id, value["title"]) if value["title"] else ""
    name = format_html('aria-labelledby="{}-h"', element_id) if title else format_html('aria-label="{}"', _("Timeline"))
    inner = format_html("{}<ol>{}</ol>", title, items)
    return format_html('<section class="timeline" id="{}" {}>{}</section>', element_id, name, _safe(counted(inner)))


def related(value: Any, element_id: str, counted: Counted) -> str:
    """Nothing when the article is not public: not even its headline is said."""
    host = ""
    if value["article"] is not None:
        article = value["article"].specific
        if not article.live or article.get_view_restrictions().exists():
            return ""
        in_front = "" if article.language == settings.LANGUAGE_CODE else f"/{article.language}"
        url, words = f"{in_front}{article.public_path()}", value["title"] or article.title
    else:
        url, words = link_target(value["url"] or "") or "", value["title"]
        host = shown_host(host_of(url)) if url else ""
    if not url:
        return ""
    return format_html(
        '<aside class="see" id="{}" aria-label="{}"><span aria-hidden="true">{}</span> <a href="{}" dir="auto">{}</a>{}</aside>',
        element_id,
        _("Related"),
        _("Related"),
        url,
        _safe(counted(escape(words))),
        _if(host, ' <span class="host"><bdi>{}</bdi></span>'),
    )


def question(value: Any, element_id: str, counted: Counted) -> str:
    inner = format_html(
        '<h2 id="{}-h"><span>{}</span> {}</h2>{}',
        element_id,
        _("Question to readers"),
        (value["text"] or "").strip(),
        _if(value["context"], "<p>{}</p>"),
    )
    return format_html(
        '<section class="ask" id="{}" aria-labelledby="{}-h">{}<p><a class="button" href="#discussion">{}</a></p></section>',
        element_id,
        element_id,
        _safe(counted(inner)),
        _("Answer below"),
    )


def embed(value: Any, element_id: str, counted: Counted) -> str:
    target = link_target(value["url"] or "")
    if target is None or not target.startswith("https://"):
        return ""
    day = value["published_on"]
    words = format_html(
        "{}<footer><bdi>{}</bdi>{}</footer>",
        _safe(paragraphs(value["text"] or "")),
        value["author"] or "",
        format_html(", {}", _dated(date_format(day, "j F Y"), day)) if day else "",
    )
    return format_html(
        '<figure class="embed" id="{}"><blockquote cite="{}" dir="auto">{}</blockquote>'
        '<figcaption><a href="{}" rel="noopener noreferrer">{}</a>{}{}</figcaption></figure>',
        element_id,
        target,
        _safe(counted(words)),
        target,
        _("See it at %(host)s") % {"host": shown_host(host_of(target))},
        _if(
            link_target(value["archive_url"] or ""),
            ' <a href="{}" rel="noopener noreferrer">' + escape(_("Archived copy")) + "</a>",
        ),
        _player(target, value["author"]),
    )


def _player(target: str, author: str) -> str:
    """A button that only the script shows which can press it (static/js/embed.js)."""
    player = player_of(target)
    if player is None:
        return ""
    return format_html(
        ' <button type="button" hidden data-player="{}" data-title="{}, {}">{}</button>',
        player.frame_url,
        author,
        player.provider,
        _("Load it from %(provider)s: their server will see your address") % {"provider": player.provider},
    )


def _dated(words: str, day: Any) -> str:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), words) if day else escape(words)


def _if(value: str | None, form: str) -> str:
    """The form filled, or nothing for nothing."""
    return format_html(form, value) if value else ""


def _joined(parts: Any) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 - made here, or by the sanitiser


_FIGURE_CLASS = mark_safe(' class="figure"')
_AUTO = mark_safe(' dir="auto"')
