"""Sitemaps (https://www.sitemaps.org/protocol.html): an index, the pages, the articles, and the news of two days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.utils.encoding import iri_to_uri

from belowline.newsroom.queries import articles as newsroom
from belowline.newsroom.queries import feeds as found
from belowline.pages import alternates, links
from belowline.pages.answer import Answer, Ask, NotHere

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.utils import CursorWrapper

    from belowline.newsroom.queries.feeds import Address
    from belowline.pages.alternates import Alternates

NEWS_FRESH = timedelta(hours=48)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def index(cursor: CursorWrapper, ask: Ask) -> Answer:
    """Names every other sitemap."""
    names = ["pages", "news", *(f"articles-{number}" for number in found.sitemap_numbers(cursor))]
    lines = [f"<sitemap><loc>{_text(links.absolute(links.sitemap(name)))}</loc></sitemap>" for name in names]
    return _answer(f"<sitemapindex {_SITEMAP}>", lines, "</sitemapindex>")


def pages(cursor: CursorWrapper, ask: Ask) -> Answer:
    """The front page, the topics, the authors, and what the newsroom says of itself, each in every language."""
    addresses: list[Callable[[str], str]] = [
        links.home, links.corrections, links.support, links.accounts, links.feeds, links.search, links.discussions,
        links.moderation_log,
    ]  # fmt: skip
    addresses += [_bound(links.topic, one.slug) for one in newsroom.nav_topics(cursor)]
    addresses += [_bound(links.author, one.slug) for one in found.authors(cursor)]
    lines = [
        _url(links.absolute(address(code)), others=alternates.in_every_language(address))
        for address in addresses
        for code, _name in settings.LANGUAGES
    ]
    return _answer(f"<urlset {_SITEMAP} {_XHTML}>", lines, "</urlset>")


def articles(cursor: CursorWrapper, ask: Ask, *, number: str) -> Answer:
    """The articles of one stretch of ids."""
    listed = found.addresses(cursor, number=int(number))
    if not listed:
        raise NotHere
    lines = [
        _url(
            links.absolute(links.article(one.slug, one.language)),
            changed_at=one.changed_at,
            others=alternates.of_article(one.slug, one.language, one.translations),
        )
        for one in listed
    ]
    return _answer(f"<urlset {_SITEMAP} {_XHTML}>", lines, "</urlset>", is_late=True)


def news(cursor: CursorWrapper, ask: Ask) -> Answer:
    """The articles of the last 48 hours. The clock takes them out one by one."""
    listed = found.recent_addresses(cursor, since=ask.now - NEWS_FRESH, until=ask.now)
    until = min((one.published_at + NEWS_FRESH for one in listed), default=None)
    return _answer(f"<urlset {_SITEMAP} {_NEWS}>", [_news(one) for one in listed], "</urlset>", fresh_until=until)


def _bound(address: Callable[[str, str], str], slug: str) -> Callable[[str], str]:
    return lambda language: address(slug, language)


def _url(address: str, *, changed_at: datetime | None = None, others: Alternates = ()) -> str:
    changed = f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
    links_ = "".join(
        f'<xhtml:link rel="alternate" hreflang={quoteattr(code)} href={quoteattr(_address(url))}/>'
        for code, url in others
    )
    return f"<url><loc>{_text(_address(address))}</loc>{changed}{links_}</url>"


def _news(one: Address) -> str:
    return (
        f"<url><loc>{_text(_address(links.absolute(links.article(one.slug, one.language))))}</loc><news:news>"
        f"<news:publication><news:name>{_text(settings.CONFIG.site.name)}</news:name>"
        f"<news:language>{_text(one.language)}</news:language></news:publication>"
        f"<news:publication_date>{one.published_at.isoformat(timespec='seconds')}</news:publication_date>"
        f"<news:title>{_text(one.headline)}</news:title></news:news></url>"
    )


def _address(url: str) -> str:
    return iri_to_uri(url) or ""


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))


def _answer(
    opened: str, lines: Iterable[str], closed: str, *, fresh_until: datetime | None = None, is_late: bool = False
) -> Answer:
    return Answer(
        "\n".join([_HEAD + opened, *lines, closed, ""]),
        tags=("front", "site"),
        fresh_until=fresh_until,
        is_admitted_late=is_late,
        content_type="application/xml; charset=utf-8",
    )
