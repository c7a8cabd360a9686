"""What public pages ask of the newsroom. Plain values; the cursor says which snapshot they come from.

Nothing here touches Wagtail: an article that is not public has no row to find.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.models import Case, IntegerField, Q, When
from django.db.models.expressions import RawSQL

from belowline.newsroom.languages import direction_of
from belowline.newsroom.models import ArticleRedirect, ArticleRendering, LiveTopic, TopicRedirect
from belowline.newsroom.public_pictures import PublicPicture

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from django.db.models import QuerySet

# A navigation with more entries than this is none; the rest is found through the front page's articles.
TOPICS_MAX = 24
FEATURED_MAX = 6
TOPIC_ARTICLES_MAX = 10
PAGE_ARTICLES_MAX = 100


@dataclass(frozen=True, slots=True)
class Topic:
    """`language` is that of `title`, which may be a translation."""

    topic_id: int
    slug: str
    title: str
    description: str
    language: str
    discussion_mode: str

    @property
    def path(self) -> str:
        return f"/t/{self.slug}"

    @property
    def direction(self) -> str:
        return direction_of(self.language)


@dataclass(frozen=True, slots=True)
class Byline:
    """`reader_id` is the account whose comments are marked as the author's; None when there is none."""

    name: str
    slug: str
    role: str
    reader_id: int | None


@dataclass(frozen=True, slots=True)
class Teaser:
    """An article in a list. `kind` is an ArticleKind, `discussion_mode` a DiscussionMode, both as values."""

    article_id: int
    slug: str
    subject_key: str
    topic: Topic | None
    kind: str
    language: str
    kicker: str
    headline: str
    standfirst: str
    bylines: tuple[Byline, ...]
    published_at: datetime
    updated_at: datetime | None
    featured_rank: int | None
    discussion_mode: str
    picture: PublicPicture | None

    @property
    def path(self) -> str:
        return f"/a/{self.slug}"

    @property
    def direction(self) -> str:
        return direction_of(self.language)


@dataclass(frozen=True, slots=True)
class Article(Teaser):
    """`body_html` is the stored, sanitised rendering. `opening_picture` stands above it, `picture` may be within it."""

    body_html: str
    word_count: int
    opening_picture: PublicPicture | None


@dataclass(frozen=True, slots=True)
class Moved:
    """The address belongs to something that is now at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class TopicBlock:
    topic: Topic
    articles: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """`lead` is None on an empty site. No article stands twice."""

    lead: Teaser | None
    secondary: tuple[Teaser, ...]
    blocks: tuple[TopicBlock, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a discussion needs to know of the article it belongs to."""

    article_id: int
    subject_key: str
    topic_id: int | None
    title: str
    path: str
    language: str
    discussion_mode: str
    author_reader_ids: tuple[int, ...]
    published_at: datetime


def nav_topics(cursor: CursorWrapper, *, language: str = "") -> tuple[Topic, ...]:
    """The topics in the desk's order, at most TOPICS_MAX, named in `language` where that name exists. One query."""
    rows = LiveTopic.objects.using(cursor.db.alias).order_by("order")[:TOPICS_MAX]
    return tuple(_topic(row, language=language) for row in rows)


def topic(cursor: CursorWrapper, *, slug: str, language: str = "") -> Topic | Moved | None:
    """One query when it is there; a second looks for a former address."""
    topics = LiveTopic.objects.using(cursor.db.alias)
    row = topics.filter(slug=slug).first()
    if row is not None:
        return _topic(row, language=language)
    former = TopicRedirect.objects.using(cursor.db.alias).filter(slug=slug).values("topic_id")
    moved = topics.filter(page_id__in=former).first()
    return Moved(f"/t/{moved.slug}") if moved is not None else None


def article(cursor: CursorWrapper, *, slug: str) -> Article | Moved | None:
    """One query for a public article; a second looks for a former address. None: nobody may know whether it exists."""
    articles = ArticleRendering.objects.using(cursor.db.alias).select_related("topic")
    row = articles.filter(slug=slug).first()
    if row is not None:
        return article_of(row)
    former = ArticleRedirect.objects.using(cursor.db.alias).filter(slug=slug).values("article_id")
    moved = articles.filter(article_id__in=former).values_list("slug", flat=True).first()
    return Moved(f"/a/{moved}") if moved is not None else None


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
    rows = _teasers(cursor)
    if topic_id is not None:
        rows = rows.filter(topic_id=topic_id)
    if before is not None:
        published_at, article_id = before
        # The first condition is the second one weakened: it lets the index find the place.
        rows = rows.filter(published_at__lte=published_at).filter(
            Q(published_at__lt=published_at) | Q(article_id__lt=article_id)
        )
    if without is not None:
        rows = rows.exclude(article_id=without)
    rows = rows.order_by("-published_at", "-article_id")[: min(limit, PAGE_ARTICLES_MAX)]
    return tuple(_teaser(row) for row in rows)


def front_page(cursor: CursorWrapper, *, per_topic: int = 4, secondary: int = 4, language: str = "") -> Front:
    """The lead, up to `secondary` articles beside it, and the newest of each topic. Two queries at most.

    The lead is the lowest featured rank, else the newest; beside it stand the other featured ones by rank, then the
    newest, until there are `secondary`.
    """
    topics = nav_topics(cursor, language=language)
    per_topic = min(per_topic, TOPIC_ARTICLES_MAX)
    secondary = min(secondary, FEATURED_MAX)
    found = _front_candidates(cursor, topics=topics, per_topic=per_topic + secondary + 1)
    top = found[: secondary + 1]
    shown = {one.article_id for one in top}
    blocks = []
    for one in topics:
        rest = [it for it in found if it.topic and it.topic.topic_id == one.topic_id and it.article_id not in shown]
        rest.sort(key=lambda it: (it.published_at, it.article_id), reverse=True)
        if rest:
            blocks.append(TopicBlock(topic=one, articles=tuple(rest[:per_topic])))
    return Front(lead=top[0] if top else None, secondary=tuple(top[1:]), blocks=tuple(blocks))


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
    )


def article_of(row: ArticleRendering) -> Article:
    """The value of a row, saved or not."""
    picture = PublicPicture.from_json(row.picture) if row.picture else None
    return Article(
        **_facts(row),
        picture=picture,
        body_html=row.body_html,
        word_count=row.word_count,
        opening_picture=picture if row.is_opening else None,
    )


def _front_candidates(cursor: CursorWrapper, *, topics: tuple[Topic, ...], per_topic: int) -> list[Teaser]:
    """The featured articles and the newest of each topic, each once: featured by rank first, then by date."""
    table = connections[cursor.db.alias].ops.quote_name(ArticleRendering._meta.db_table)
    # One short index walk for each topic, however many articles there are; a window function would read them all.
    featured = (
        f"SELECT article_id FROM (SELECT article_id FROM {table} WHERE featured_rank IS NOT NULL "
        f"ORDER BY featured_rank, published_at DESC LIMIT {FEATURED_MAX + 1}) AS featured"
    )
    newest = (
        f"SELECT article_id FROM (SELECT article_id FROM {table} WHERE topic_id = %s "
        f"ORDER BY published_at DESC, article_id DESC LIMIT {per_topic}) AS newest"
    )
    parts = [featured, *[newest] * len(topics)]
    ids = RawSQL(" UNION ".join(parts), [one.topic_id for one in topics])  # noqa: S611  # constants and ids
    is_featured = Case(When(featured_rank__isnull=False, then=0), default=1, output_field=IntegerField())
    rows = _teasers(cursor).filter(article_id__in=ids)
    return [_teaser(row) for row in rows.order_by(is_featured, "featured_rank", "-published_at", "-article_id")]


def _teasers(cursor: CursorWrapper) -> QuerySet[ArticleRendering]:
    return ArticleRendering.objects.using(cursor.db.alias).select_related("topic").defer("body_html")


def _teaser(row: ArticleRendering) -> Teaser:
    return Teaser(**_facts(row), picture=PublicPicture.from_json(row.picture) if row.picture else None)


def _facts(row: ArticleRendering) -> dict[str, Any]:
    return {
        "article_id": row.article_id,
        "slug": row.slug,
        "subject_key": str(row.subject_key),
        "topic": _topic(row.topic, language=row.language) if row.topic is not None else None,
        "kind": row.kind,
        "language": row.language,
        "kicker": row.kicker,
        "headline": row.headline,
        "standfirst": row.standfirst,
        "bylines": tuple(Byline(one["name"], one["slug"], one["role"], one["reader"]) for one in row.bylines),
        "published_at": row.published_at,
        "updated_at": row.updated_at,
        "featured_rank": row.featured_rank,
        "discussion_mode": row.discussion_mode,
    }


def _topic(row: LiveTopic, *, language: str) -> Topic:
    named = row.translations.get(language) if language != row.language else None
    return Topic(
        topic_id=row.page_id,
        slug=row.slug,
        title=named["title"] if named else row.title,
        description=named["description"] if named else row.description,
        language=language if named else row.language,
        discussion_mode=row.discussion_mode,
    )
