"""One feed in three forms: RSS 2.0 and Atom by Django's generators, JSON Feed 1.1 as its specification says.

What no XML 1.0 document may hold is taken out first; everything else is escaped by the generators.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.encoding import iri_to_uri
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, rfc3339_date
from django.utils.html import escape

TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
# https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a feed without items was last changed at: not "now", or it would be another one each time.
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_NAMESPACES = {
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    width: int
    height: int
    alt: str
    credit: str


@dataclass(frozen=True, slots=True)
class FeedItem:
    """`identity` is for ever; `html` is safe; `updated_at` moves for substantive changes alone."""

    identity: str
    url: str
    title: str
    summary: str
    html: str
    language: str
    published_at: datetime
    updated_at: datetime
    authors: tuple[tuple[str, str], ...] = ()  # (name, address), of somebody without a page ""
    tags: tuple[str, ...] = ()
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """All addresses are absolute."""

    title: str
    description: str
    page_url: str
    feed_url: str
    language: str
    site_name: str
    site_url: str
    items: tuple[FeedItem, ...]


def written(feed: Feed, *, form: str) -> str:
    """`form` is rss, atom or json."""
    return _json(feed) if form == "json" else _xml(feed, _Atom if form == "atom" else _Rss)


class _Common:
    items: list[dict[str, Any]]

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=_NEVER)

    def _add_image(self, handler: Any, item: dict[str, Any]) -> None:
        image = item["picture"]
        if image is None:
            return
        handler.startElement(
            "media:content",
            {
                "url": iri_to_uri(image.url),
                "medium": "image",
                "type": "image/jpeg",
                "width": str(image.width),
                "height": str(image.height),
            },
        )
        if image.credit:
            handler.addQuickElement("media:credit", _xml_text(image.credit), {"role": "photographer"})
        if image.alt:
            handler.addQuickElement("media:description", _xml_text(image.alt), {"type": "plain"})
        handler.endElement("media:content")


class _Rss(_Common, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | _NAMESPACES

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name, _url in item["people"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("content:encoded", item["html"])
        self._add_image(handler, item)


class _Atom(_Common, Atom1Feed):
    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:media": _NAMESPACES["xmlns:media"]}

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name, url in item["people"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            if url:
                handler.addQuickElement("uri", url)
            handler.endElement("author")
        handler.addQuickElement("content", item["html"], {"type": "html"})
        self._add_image(handler, item)


def _xml(feed: Feed, generator: Any) -> str:
    made = generator(
        title=_xml_text(feed.title),
        link=feed.page_url,
        description=_xml_text(feed.description),
        language=feed.language,
        author_name=_xml_text(feed.site_name),
        author_link=feed.site_url,
        subtitle=_xml_text(feed.description),
        feed_url=feed.feed_url,
    )
    for item in feed.items:
        made.add_item(
            title=_xml_text(item.title),
            link=iri_to_uri(item.url),
            # Readers of RSS, and of Atom by the type that Django writes, take it for HTML.
            description=_xml_text(escape(item.summary)),
            unique_id=item.identity,
            unique_id_is_permalink=False,
            pubdate=item.published_at,
            updateddate=item.updated_at,
            categories=[_xml_text(tag) for tag in item.tags],
            people=[(_xml_text(name), iri_to_uri(url)) for name, url in item.authors],
            html=_xml_text(item.html),
            language=item.language,
            picture=item.image,
        )
    text: str = made.writeString("utf-8")
    return text


def _json(feed: Feed) -> str:
    """https://www.jsonfeed.org/version/1.1/"""
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.feed_url,
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.site_name, "url": feed.site_url}],
        "items": [_json_item(item) for item in feed.items],
    }
    return json.dumps(_filled(value), ensure_ascii=False, separators=(",", ":"))


def _json_item(item: FeedItem) -> dict[str, Any]:
    return _filled(
        {
            "id": item.identity,
            "url": iri_to_uri(item.url),
            "title": item.title,
            "summary": item.summary,
            "content_html": item.html or " ",
            "image": item.image.url if item.image else "",
            "date_published": rfc3339_date(item.published_at),
            "date_modified": rfc3339_date(item.updated_at),
            "authors": [_filled({"name": name, "url": url}) for name, url in item.authors],
            "tags": list(item.tags),
            "language": item.language,
        }
    )


def _filled(value: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: a member of a JSON feed is there or it is not. The list of items always is."""
    return {name: one for name, one in value.items() if one or name == "items"}


def _xml_text(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
