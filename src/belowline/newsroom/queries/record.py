"""What public pages ask of the record: corrections, versions, notices, and what an author wrote. Plain values, in SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from belowline.domain.differences import Passage
from belowline.newsroom.queries.articles import PAGE_ARTICLES_MAX, TEASERS, dashed, teaser_of
from belowline.newsroom.queries.values import corrections_of
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.newsroom.queries.values import PublishedCorrection, Teaser

VERSIONS_MAX = 500


@dataclass(frozen=True, slots=True)
class Version:
    """`ground` is empty unless the version is withheld; then there are no words."""

    number: int
    published_at: datetime
    headline: str
    standfirst: str
    passages: tuple[Passage, ...]
    note: str
    is_substantive: bool
    withheld_at: datetime | None
    ground: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Words that were taken out of these versions."""

    at: datetime
    ground: str
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class History:
    article_id: int
    slug: str
    headline: str
    language: str
    versions: tuple[Version, ...]
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction and the article that it belongs to."""

    correction: PublishedCorrection
    slug: str
    headline: str
    language: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Why there is no article at this address any more. `subject_key` finds the discussion, where it was kept."""

    article_id: int
    kind: str
    headline: str
    language: str
    text: str
    at: datetime
    is_alone: bool
    keeps_discussion: bool
    subject_key: str


@dataclass(frozen=True, slots=True)
class AuthorPage:
    author_id: int
    name: str
    role: str
    bio: str
    articles: tuple[Teaser, ...]


def history(cursor: CursorWrapper, *, slug: str, with_words: bool = False) -> History | None:
    """The versions of a public article, the newest first, at most VERSIONS_MAX. Three queries. Without `with_words`
    headlines, standfirsts and passages are empty."""
    cursor.execute("SELECT article_id, slug, headline, language FROM newsroom_articlerendering WHERE slug = %s", [slug])
    row = cursor.fetchone()
    if row is None:
        return None
    words = "headline, standfirst, passages" if with_words else "'', '', '[]'"
    cursor.execute(
        f"SELECT number, published_at, {words}, note, is_substantive, withheld_at, ground FROM newsroom_articleversion "
        f"WHERE article_id = %s ORDER BY number DESC LIMIT {VERSIONS_MAX}",
        [row[0]],
    )
    versions = tuple(_version(one) for one in cursor.fetchall())
    cursor.execute(
        "SELECT at, ground, versions FROM newsroom_withheldpassage WHERE article_id = %s ORDER BY id", [row[0]]
    )
    cuts = tuple(Cut(aware(at), ground, tuple(json.loads(numbers))) for at, ground, numbers in cursor.fetchall())
    article_id, found_slug, headline, language = row
    return History(article_id, found_slug, headline, language, versions, cuts)


def versions_around(cursor: CursorWrapper, *, article_id: int, number: int) -> tuple[Version | None, Version | None]:
    """(the version before it, the version), each None when there is none. One query."""
    cursor.execute(
        "SELECT number, published_at, headline, standfirst, passages, note, is_substantive, withheld_at, ground "
        "FROM newsroom_articleversion WHERE article_id = %s AND number IN (%s, %s)",
        [article_id, number - 1, number],
    )
    found = {one.number: one for one in (_version(row) for row in cursor.fetchall())}
    return found.get(number - 1), found.get(number)


def corrections(cursor: CursorWrapper, *, limit: int, offset: int = 0) -> tuple[CorrectionLine, ...]:
    """Published corrections of public articles, the newest first. One query."""
    cursor.execute(
        "SELECT a.corrections, c.place_in_article, a.slug, a.headline, a.language FROM newsroom_publiccorrection c "
        "JOIN newsroom_articlerendering a ON a.article_id = c.rendering_id "
        "ORDER BY c.at DESC, c.id DESC LIMIT %s OFFSET %s",
        [limit, offset],
    )
    return tuple(
        CorrectionLine(corrections_of(json.loads(stored))[place], slug, headline, language)
        for stored, place, slug, headline, language in cursor.fetchall()
    )


def notice(cursor: CursorWrapper, *, slug: str) -> Notice | None:
    """The notice at an address, also at a former one. One query."""
    cursor.execute(
        "SELECT w.article_id, w.kind, w.headline, w.language, w.text, w.decided_at, w.is_alone, w.discussion, p.subject_key "
        "FROM newsroom_withdrawal w JOIN newsroom_articlepage p ON p.page_ptr_id = w.article_id "
        "WHERE w.decided_at IS NOT NULL AND (w.slug = %s OR w.article_id IN "
        "(SELECT article_id FROM newsroom_articleredirect WHERE slug = %s))",
        [slug, slug],
    )
    row = cursor.fetchone()
    if row is None:
        return None
    article_id, kind, headline, language, text, at, is_alone, discussion, key = row
    return Notice(
        article_id, kind, headline, language, text, aware(at), bool(is_alone), discussion == "closed", dashed(key)
    )


def author(cursor: CursorWrapper, *, slug: str, limit: int, offset: int = 0) -> AuthorPage | None:
    """An author who has public articles, with the newest of them. Two queries."""
    cursor.execute("SELECT id, name, role, bio FROM newsroom_author WHERE slug = %s", [slug])
    row = cursor.fetchone()
    if row is None:
        return None
    cursor.execute(
        f"{TEASERS} WHERE a.article_id IN (SELECT rendering_id FROM newsroom_renderingbyline WHERE author_id = %s) "
        "ORDER BY a.published_at DESC, a.article_id DESC LIMIT %s OFFSET %s",
        [row[0], min(limit, PAGE_ARTICLES_MAX), offset],
    )
    articles = tuple(teaser_of(one) for one in cursor.fetchall())
    author_id, name, role, bio = row
    return AuthorPage(author_id, name, role, bio, articles) if articles else None


def _version(row: tuple[Any, ...]) -> Version:
    number, published_at, headline, standfirst, passages, note, is_substantive, withheld_at, ground = row
    return Version(
        number,
        aware(published_at),
        headline,
        standfirst,
        tuple(Passage(*one) for one in json.loads(passages)),
        note,
        bool(is_substantive),
        aware(withheld_at) if withheld_at is not None else None,
        ground,
    )
