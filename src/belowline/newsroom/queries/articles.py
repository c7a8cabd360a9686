"""What public pages ask of the newsroom. Plain values; the cursor says which snapshot they come from.

Nothing here touches Wagtail: an article that is not public has no row to find. Written in SQL, like the discussion's
queries: on the article page Django's query builder took longer than the database and the template together.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from belowline.newsroom.models import ArticleRendering
from belowline.newsroom.pictures.public import PublicPicture
from belowline.newsroom.queries.values import (
    Article,
    Byline,
    Front,
    Moved,
    PublishedCorrection,
    Subject,
    Teaser,
    Topic,
    TopicBlock,
    bylines_of,
    corrections_of,
    named_in,
)
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

__all__ = [
    "Article",
    "Byline",
    "Front",
    "Moved",
    "PublishedCorrection",
    "Subject",
    "Teaser",
    "Topic",
    "TopicBlock",
    "article",
    "front_page",
    "headlines",
    "latest",
    "nav_topics",
    "related",
    "subject",
    "topic",
]

# A navigation with more entries than this is none; the rest is found through the front page's articles.
TOPICS_MAX = 24
FEATURED_MAX = 6
TOPIC_ARTICLES_MAX = 10
PAGE_ARTICLES_MAX = 100

_TOPIC = "t.page_id, t.slug, t.title, t.description, t.language, t.discussion_mode, t.translations"
_TEASER = (
    "a.article_id, a.slug, a.subject_key, a.kind, a.language, a.kicker, a.headline, a.standfirst, a.bylines, "
    "a.published_at, a.updated_at, a.featured_rank, a.discussion_mode, a.picture"
)
_TEASER_COLUMNS = _TEASER.count(",") + 1
_TOPIC_COLUMNS = _TOPIC.count(",") + 1
_FROM = "FROM newsroom_articlerendering a LEFT JOIN newsroom_livetopic t ON t.page_id = a.topic_id"
TEASERS = f"SELECT {_TEASER}, {_TOPIC} {_FROM}"
ARTICLES = (
    f"SELECT {_TEASER}, {_TOPIC}, a.body_html, a.word_count, a.is_opening, a.corrections, "
    f"a.translations, a.block_ends {_FROM}"
)


def nav_topics(cursor: CursorWrapper, *, language: str = "") -> tuple[Topic, ...]:
    """The topics in the desk's order, at most TOPICS_MAX, named in `language` where that name exists. One query."""
    cursor.execute(f'SELECT {_TOPIC} FROM newsroom_livetopic t ORDER BY t."order" LIMIT {TOPICS_MAX}')
    return tuple(_topic(row, language) for row in cursor.fetchall())


def topic(cursor: CursorWrapper, *, slug: str, language: str = "") -> Topic | Moved | None:
    """One query when it is there; a second looks for a former address."""
    cursor.execute(f"SELECT {_TOPIC} FROM newsroom_livetopic t WHERE t.slug = %s", [slug])
    row = cursor.fetchone()
    if row is not None:
        return _topic(row, language)
    cursor.execute(
        "SELECT t.slug FROM newsroom_topicredirect r JOIN newsroom_livetopic t ON t.page_id = r.topic_id "
        "WHERE r.slug = %s",
        [slug],
    )
    row = cursor.fetchone()
    return None if row is None else Moved(f"/t/{row[0]}")


def article(cursor: CursorWrapper, *, slug: str) -> Article | Moved | None:
    """One query for a public article; a second looks for a former address. None: nobody may know whether it exists."""
    cursor.execute(f"{ARTICLES} WHERE a.slug = %s", [slug])
    row = cursor.fetchone()
    if row is not None:
        return whole_article_of(row)
    cursor.execute(
        "SELECT a.slug FROM newsroom_articleredirect r "
        "JOIN newsroom_articlerendering a ON a.article_id = r.article_id WHERE r.slug = %s",
        [slug],
    )
    row = cursor.fetchone()
    return None if row is None else Moved(f"/a/{row[0]}")


def latest(
    cursor: CursorWrapper,
    *,
    topic_id: int | None = None,
    limit: int = 20,
    before: tuple[datetime, int] | None = None,
    without: int | None = None,
) -> tuple[Teaser, ...]:
    """The newest articles, of one topic or of all, newest first. One query.

    `before` is (published_at, article_id) of the last one already shown; `without` leaves one article out. At most
    PAGE_ARTICLES_MAX.
    """
    wanted: dict[str, Any] = {}
    if topic_id is not None:
        wanted["a.topic_id = %s"] = topic_id
    if before is not None:
        published_at = cursor.db.ops.adapt_datetimefield_value(before[0])
        # The first condition is the second one weakened: it lets the index find the place.
        wanted["a.published_at <= %s"] = published_at
        wanted["(a.published_at, a.article_id) < (%s, %s)"] = (published_at, before[1])
    if without is not None:
        wanted["a.article_id <> %s"] = without
    conditions = f"WHERE {' AND '.join(wanted)}" if wanted else ""
    values = [one for value in wanted.values() for one in (value if isinstance(value, tuple) else (value,))]
    cursor.execute(
        f"{TEASERS} {conditions} ORDER BY a.published_at DESC, a.article_id DESC LIMIT %s",
        [*values, min(limit, PAGE_ARTICLES_MAX)],
    )
    return tuple(teaser_of(row) for row in cursor.fetchall())


def related(cursor: CursorWrapper, *, article_id: int) -> tuple[tuple[Teaser, ...], frozenset[int]]:
    """What stands under an article, in order, and the ids of what never may. One query."""
    cursor.execute(
        f"SELECT r.target_id, r.place, {_TEASER}, {_TOPIC} FROM newsroom_relatedarticle r "
        "LEFT JOIN newsroom_articlerendering a ON a.article_id = r.target_id "
        "LEFT JOIN newsroom_livetopic t ON t.page_id = a.topic_id WHERE r.rendering_id = %s ORDER BY r.place",
        [article_id],
    )
    rows = cursor.fetchall()
    never = frozenset(row[0] for row in rows if row[1] is None)
    return tuple(teaser_of(row[2:]) for row in rows if row[1] is not None and row[2] is not None), never


def front_page(cursor: CursorWrapper, *, per_topic: int = 4, secondary: int = 4, language: str = "") -> Front:
    """The lead, up to `secondary` articles beside it, and the newest of each topic. Two queries at most.

    The lead is the lowest featured rank, else the newest; beside it stand the other featured ones by rank, then the
    newest, until there are `secondary`. Of translations the one in `language` stands there, in the best one's place.
    """
    topics = nav_topics(cursor, language=language)
    per_topic = min(per_topic, TOPIC_ARTICLES_MAX)
    secondary = min(secondary, FEATURED_MAX)
    candidates = _front_candidates(cursor, topics=topics, per_topic=per_topic + secondary + 1)
    found = _once_in(language, candidates)
    top = found[: secondary + 1]
    shown = {one.article_id for one in top}
    blocks = []
    for one in topics:
        rest = [it for it in found if it.topic and it.topic.topic_id == one.topic_id and it.article_id not in shown]
        rest.sort(key=lambda it: (it.published_at, it.article_id), reverse=True)
        if rest:
            blocks.append(TopicBlock(topic=one, articles=tuple(rest[:per_topic])))
    return Front(lead=top[0] if top else None, secondary=tuple(top[1:]), blocks=tuple(blocks))


def headlines(cursor: CursorWrapper, *, slugs: Sequence[str]) -> dict[str, str]:
    """{slug: headline} of those that are public. One query, none for no slugs."""
    if not slugs:
        return {}
    marks = ", ".join(["%s"] * len(slugs))
    cursor.execute(f"SELECT slug, headline FROM newsroom_articlerendering WHERE slug IN ({marks})", list(slugs))
    return dict(cursor.fetchall())


def subject(cursor: CursorWrapper, *, article_id: int) -> Subject | None:
    """None when the article is not public. One query."""
    row = ArticleRendering.objects.using(cursor.db.alias).filter(pk=article_id).defer("body_html", "picture").first()
    if row is None:
        return None
    return Subject(
        article_id=row.article_id,
        subject_key=str(row.subject_key),
        topic_id=row.topic_id,
        title=row.headline,
        path=f"/a/{row.slug}",
        language=row.language,
        discussion_mode=row.discussion_mode,
        author_reader_ids=tuple(one["reader"] for one in row.bylines if one["reader"]),
        published_at=row.published_at,
        kind=row.kind,
        author_slugs=tuple(one["slug"] for one in row.bylines if one["slug"]),
    )


def article_id(cursor: CursorWrapper, *, subject_key: str) -> int:
    """Of a public article; 0 for none. One query."""
    rows = ArticleRendering.objects.using(cursor.db.alias).filter(subject_key=subject_key)
    return rows.values_list("pk", flat=True).first() or 0


def _once_in(language: str, found: Sequence[tuple[Teaser, dict[str, str]]]) -> list[Teaser]:
    """A story that is there in `language`, too, in that one alone. `found` comes with {language: slug} of the others."""
    by_slug = {one.slug: one for one, _ in found}
    chosen = [by_slug.get(others.get(language, ""), one) for one, others in found]
    return list({one.article_id: one for one in chosen}.values())


def _front_candidates(
    cursor: CursorWrapper, *, topics: tuple[Topic, ...], per_topic: int
) -> list[tuple[Teaser, dict[str, str]]]:
    """The featured articles and the newest of each topic, each once, with the slugs of their translations.

    Featured ones by rank first, then by date.
    """
    # One short index walk for each topic, however many articles there are; a window function would read them all.
    featured = (
        "SELECT article_id FROM (SELECT article_id FROM newsroom_articlerendering WHERE featured_rank IS NOT NULL "
        f"ORDER BY featured_rank, published_at DESC LIMIT {FEATURED_MAX + 1}) AS featured"
    )
    newest = (
        "SELECT article_id FROM (SELECT article_id FROM newsroom_articlerendering WHERE topic_id = %s "
        f"ORDER BY published_at DESC, article_id DESC LIMIT {per_topic}) AS newest"
    )
    parts = " UNION ".join([featured, *[newest] * len(topics)])
    cursor.execute(
        f"SELECT {_TEASER}, {_TOPIC}, a.translations {_FROM} WHERE a.article_id IN ({parts}) "
        "ORDER BY a.featured_rank IS NULL, a.featured_rank, a.published_at DESC, a.article_id DESC",
        [one.topic_id for one in topics],
    )
    return [(teaser_of(row[:-1]), dict(json.loads(row[-1]))) for row in cursor.fetchall()]


# The rows change when something is published; the pages are built after every comment. What a row means is therefore
# remembered by the row itself, all of it: a row with one other letter is another key.


@lru_cache(maxsize=64)
def whole_article_of(row: tuple[Any, ...]) -> Article:
    teaser = teaser_of(row[:-6])
    body_html, word_count, is_opening, corrections, translations, block_ends = row[-6:]
    facts = {name: getattr(teaser, name) for name in Teaser.__dataclass_fields__}
    opening = teaser.picture if is_opening else None
    return Article(
        **facts,
        body_html=body_html,
        word_count=word_count,
        opening_picture=opening,
        corrections=corrections_of(json.loads(corrections)),
        translations=tuple((code, slug) for code, slug in json.loads(translations)),
        block_ends=tuple((block, end) for block, end in json.loads(block_ends)),
    )


@lru_cache(maxsize=512)
def teaser_of(row: tuple[Any, ...]) -> Teaser:
    (article_id, slug, subject_key, kind, language, kicker, headline, standfirst, bylines) = row[:9]
    published_at, updated_at, featured_rank, discussion_mode, picture = row[9:_TEASER_COLUMNS]
    topic_row = row[_TEASER_COLUMNS : _TEASER_COLUMNS + _TOPIC_COLUMNS]
    return Teaser(
        article_id=article_id,
        slug=slug,
        subject_key=dashed(subject_key),
        topic=_topic(topic_row, language) if topic_row[0] is not None else None,
        kind=kind,
        language=language,
        kicker=kicker,
        headline=headline,
        standfirst=standfirst,
        bylines=bylines_of(json.loads(bylines)),
        published_at=aware(published_at),
        updated_at=None if updated_at is None else aware(updated_at),
        featured_rank=featured_rank,
        discussion_mode=discussion_mode,
        picture=PublicPicture.from_json(json.loads(picture)) if picture else None,
    )


@lru_cache(maxsize=256)
def _topic(row: tuple[Any, ...], language: str) -> Topic:
    return named_in(Topic(*row[:-1]), json.loads(row[-1]), language=language)


def dashed(stored: UUID | str) -> str:
    """SQLite keeps the 32 digits alone."""
    return str(stored if isinstance(stored, UUID) else UUID(stored))
