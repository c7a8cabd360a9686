"""What feeds and sitemaps ask of the newsroom. Plain values, in SQL; only what is public has rows to find."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from belowline.newsroom.queries.articles import ARTICLES, dashed, whole_article_of
from belowline.newsroom.queries.values import corrections_of
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.newsroom.queries.values import Article, PublishedCorrection

FEED_ITEMS_MAX = 30
# A sitemap may name 50,000 addresses (sitemaps.org); with their other languages this many are about a megabyte.
SITEMAP_MAX = 5_000
# A sitemap of news holds two days and 1,000 articles
# (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).
NEWS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class CorrectionItem:
    """A correction with what a feed says of its article."""

    correction: PublishedCorrection
    subject_key: str
    slug: str
    headline: str
    language: str


@dataclass(frozen=True, slots=True)
class Address:
    """A public article in a sitemap. `changed_at` is its last substantive change."""

    article_id: int
    slug: str
    language: str
    headline: str
    published_at: datetime
    changed_at: datetime
    translations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AuthorName:
    author_id: int
    slug: str
    name: str


def newest(
    cursor: CursorWrapper,
    *,
    language: str,
    topic_id: int | None = None,
    author_id: int | None = None,
    limit: int = FEED_ITEMS_MAX,
) -> tuple[Article, ...]:
    """Whole articles in one language, the newest first, of one topic, one author, or all. One query."""
    conditions: dict[str, str | int] = {"a.language = %s": language}
    if topic_id is not None:
        conditions["a.topic_id = %s"] = topic_id
    if author_id is not None:
        conditions["a.article_id IN (SELECT rendering_id FROM newsroom_renderingbyline WHERE author_id = %s)"] = (
            author_id
        )
    cursor.execute(
        f"{ARTICLES} WHERE {' AND '.join(conditions)} ORDER BY a.published_at DESC, a.article_id DESC LIMIT %s",
        [*conditions.values(), min(limit, FEED_ITEMS_MAX)],
    )
    return tuple(whole_article_of(row) for row in cursor.fetchall())


def newest_corrections(
    cursor: CursorWrapper, *, language: str, limit: int = FEED_ITEMS_MAX
) -> tuple[CorrectionItem, ...]:
    """Corrections of public articles in one language, the newest first. One query."""
    cursor.execute(
        "SELECT a.corrections, c.place_in_article, a.subject_key, a.slug, a.headline, a.language "
        "FROM newsroom_publiccorrection c JOIN newsroom_articlerendering a ON a.article_id = c.rendering_id "
        "WHERE a.language = %s ORDER BY c.at DESC, c.id DESC LIMIT %s",
        [language, min(limit, FEED_ITEMS_MAX)],
    )
    return tuple(
        CorrectionItem(corrections_of(json.loads(stored))[place], dashed(key), slug, headline, code)
        for stored, place, key, slug, headline, code in cursor.fetchall()
    )


def author_named(cursor: CursorWrapper, *, slug: str) -> AuthorName | None:
    """An author who has a public article in some language; None otherwise. One query."""
    cursor.execute(
        "SELECT w.id, w.slug, w.name FROM newsroom_author w WHERE w.slug = %s "
        "AND EXISTS (SELECT 1 FROM newsroom_renderingbyline b WHERE b.author_id = w.id)",
        [slug],
    )
    row = cursor.fetchone()
    return None if row is None else AuthorName(*row)


def authors(cursor: CursorWrapper) -> tuple[AuthorName, ...]:
    """Everybody who has a page, at most SITEMAP_MAX. One query."""
    cursor.execute(
        "SELECT w.id, w.slug, w.name FROM newsroom_author w "
        "WHERE EXISTS (SELECT 1 FROM newsroom_renderingbyline b WHERE b.author_id = w.id) ORDER BY w.id LIMIT %s",
        [SITEMAP_MAX],
    )
    return tuple(AuthorName(*row) for row in cursor.fetchall())


def sitemap_numbers(cursor: CursorWrapper) -> tuple[int, ...]:
    """The sitemaps that have an article, each for SITEMAP_MAX ids in a row: an old one never changes its articles'
    places. One query."""
    cursor.execute(
        f"SELECT DISTINCT article_id / {SITEMAP_MAX} AS number FROM newsroom_articlerendering ORDER BY number"
    )
    return tuple(int(row[0]) for row in cursor.fetchall())


def addresses(cursor: CursorWrapper, *, number: int) -> tuple[Address, ...]:
    """The articles of one sitemap, by id. One query."""
    first = number * SITEMAP_MAX
    return _addresses(cursor, "article_id >= %s AND article_id < %s ORDER BY article_id", [first, first + SITEMAP_MAX])


def recent_addresses(cursor: CursorWrapper, *, since: datetime, until: datetime) -> tuple[Address, ...]:
    """The articles published from `since` on and not after `until`, the newest first, at most NEWS_MAX. One query."""
    adapted = cursor.db.ops.adapt_datetimefield_value
    return _addresses(
        cursor,
        f"published_at > %s AND published_at <= %s ORDER BY published_at DESC, article_id DESC LIMIT {NEWS_MAX}",
        [adapted(since), adapted(until)],
    )


def changed_at(article: Article) -> datetime:
    """When something last changed that readers should know: never for a comma."""
    moments = [article.published_at, *(one.at for one in article.corrections)]
    return max(moments if article.updated_at is None else [*moments, article.updated_at])


def _addresses(cursor: CursorWrapper, rest: str, values: list[Any]) -> tuple[Address, ...]:
    cursor.execute(
        "SELECT article_id, slug, language, headline, published_at, updated_at, corrections, translations "
        f"FROM newsroom_articlerendering WHERE {rest}",
        values,
    )
    return tuple(
        Address(
            article_id,
            slug,
            language,
            headline,
            aware(published_at),
            _latest(published_at, updated_at, corrections),
            tuple((code, other) for code, other in json.loads(translations)),
        )
        for article_id, slug, language, headline, published_at, updated_at, corrections, translations in cursor.fetchall()
    )


def _latest(published_at: datetime, updated_at: datetime | None, corrections: str) -> datetime:
    moments = [aware(one) for one in (published_at, updated_at) if one is not None]
    return max(*moments, *(one.at for one in corrections_of(json.loads(corrections))), aware(published_at))
