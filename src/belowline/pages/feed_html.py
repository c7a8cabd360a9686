"""An article as a feed carries it: plain HTML with absolute addresses, every picture with its caption and credit, and
nothing that acts. A sensitive picture is not in it, not even blurred: readers of feeds cannot be asked first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from belowline.newsroom.body.figures import facts_of
from belowline.pages.articles import correction_view

if TYPE_CHECKING:
    from belowline.newsroom.pictures.public import PublicPicture
    from belowline.newsroom.queries.articles import Article, PublishedCorrection

_TAGS = {
    "a", "aside", "b", "blockquote", "br", "caption", "cite", "del", "em", "figcaption", "figure", "footer", "h2", "h3",
    "i", "img", "ins", "li", "ol", "p", "section", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead",
    "time", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "hreflang", "lang"},
    "img": {"src", "alt", "width", "height"},
    "time": {"datetime"},
    "blockquote": {"cite"},
    "*": {"dir", "lang"},
}
_REMOVED_WHOLE = {"button", "form", "script", "style", "svg", "template"}
# As newsroom/body/figures.py writes it; what people write is escaped there and cannot end it.
_SENSITIVE = re.compile(
    r'<figure id="[^"]*" data-sensitive>.*?<b>(?P<warning>.*?)</b> <span>(?P<content>.*?)</span>.*?</figure>', re.DOTALL
)
_ANY_SENSITIVE = re.compile(r'<figure id="[^"]*" data-sensitive>.*?</figure>', re.DOTALL)


def whole_text(article: Article, *, url: str) -> SafeString:
    """Opening picture, text and corrections. `url` is the article's absolute address."""
    with override(article.language):
        opening = article.opening_picture
        parts = [_figure(opening, article.language)] if opening is not None and not opening.is_sensitive else []
        top = [_correction(one) for one in article.corrections if one.place == "top"]
        bottom = [_correction(one) for one in article.corrections if one.place != "top"]
        body = _SENSITIVE.sub(_words_for_sensitive, article.body_html)
        body = _ANY_SENSITIVE.sub("", body)
        return _cleaned("\n".join([*parts, *top, body, *bottom]), url=url)


def short_text(article: Article, *, url: str) -> SafeString:
    """The standfirst and what was corrected."""
    with override(article.language):
        standfirst = [format_html("<p>{}</p>", article.standfirst)] if article.standfirst else []
        return _cleaned("\n".join([*standfirst, *(_correction(one) for one in article.corrections)]), url=url)


def correction_text(one: PublishedCorrection, *, language: str, url: str) -> SafeString:
    """What is said of one correction."""
    with override(language):
        return _cleaned(_correction(one, with_kind=False), url=url)


def _correction(one: PublishedCorrection, *, with_kind: bool = True) -> str:
    view = correction_view(one)
    parts = [format_html("<strong>{}</strong> {}", view.kind, view.text) if with_kind else escape(view.text)]
    if view.was:
        parts.append(format_html("{} <del>{}</del>", _("It said"), view.was))
    if view.now:
        parts.append(format_html("{} <ins>{}</ins>", _("It says"), view.now))
    return "".join(format_html("<p>{}</p>", part) for part in parts)


def _figure(picture: PublicPicture, language: str) -> str:
    facts = facts_of(picture, language=language)
    return format_html(
        '<figure><img src="{}" alt="{}" width="{}" height="{}"><figcaption>{}{}{}</figcaption></figure>',
        picture.url,
        picture.alt,
        picture.width,
        picture.height,
        format_html("<span>{}</span> ", picture.caption) if picture.caption else "",
        format_html("<span>{}</span> ", facts) if facts else "",
        format_html("<span>{}</span>", picture.credit) if picture.credit else "",
    )


def _words_for_sensitive(match: re.Match[str]) -> str:
    # Both are escaped already.
    note = escape(_("It is shown in the article, behind a cover."))
    return f"<p><strong>{match['warning']}</strong> {match['content']} {note}</p>"


def _cleaned(html: str, *, url: str) -> SafeString:
    """Through the allowlist, every address made absolute; one that is no web address is left out."""

    def absolute(_tag: str, name: str, value: str) -> str | None:
        if name not in {"href", "src", "cite"}:
            return value
        whole = urljoin(url, value)
        return whole if whole.startswith(("https://", "http://", "mailto:")) else None

    return mark_safe(  # noqa: S308 - what the sanitiser lets through
        nh3.clean(
            html,
            tags=_TAGS,
            clean_content_tags=_REMOVED_WHOLE,
            attributes=_ATTRIBUTES,
            attribute_filter=absolute,
            link_rel=None,
            strip_comments=True,
        )
    )
