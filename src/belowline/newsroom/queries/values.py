"""What the newsroom tells of its public things: plain values, whichever way they were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from belowline.newsroom.languages import direction_of
from belowline.newsroom.models import ArticleRendering, LiveTopic
from belowline.newsroom.pictures.public import PublicPicture


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
class PublishedCorrection:
    """`kind` is a CorrectionKind, `place` a CorrectionPlace, both as values. `was` and `now` may be empty."""

    kind: str
    text: str
    was: str
    now: str
    at: datetime
    place: str


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
    """`body_html` is the stored, sanitised rendering. `opening_picture` stands above it, `picture` may be within it.
    `translations` are (language, slug) of the same article in other languages; `block_ends` are (id, place in `body_html`
    behind it) of its blocks, in order."""

    body_html: str
    word_count: int
    opening_picture: PublicPicture | None
    corrections: tuple[PublishedCorrection, ...]
    translations: tuple[tuple[str, str], ...] = ()
    block_ends: tuple[tuple[str, int], ...] = ()


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
    kind: str = ""
    author_slugs: tuple[str, ...] = ()


def article_of(row: ArticleRendering) -> Article:
    """The value of a row, saved or not."""
    picture = PublicPicture.from_json(row.picture) if row.picture else None
    return Article(
        article_id=row.article_id,
        slug=row.slug,
        subject_key=str(row.subject_key),
        topic=topic_of(row.topic, language=row.language) if row.topic is not None else None,
        kind=row.kind,
        language=row.language,
        kicker=row.kicker,
        headline=row.headline,
        standfirst=row.standfirst,
        bylines=bylines_of(row.bylines),
        published_at=row.published_at,
        updated_at=row.updated_at,
        featured_rank=row.featured_rank,
        discussion_mode=row.discussion_mode,
        picture=picture,
        body_html=row.body_html,
        word_count=row.word_count,
        opening_picture=picture if row.is_opening else None,
        corrections=corrections_of(row.corrections),
        translations=tuple((code, slug) for code, slug in row.translations),
        block_ends=tuple((block, end) for block, end in row.block_ends),
    )


def bylines_of(stored: Iterable[dict[str, Any]]) -> tuple[Byline, ...]:
    return tuple(Byline(one["name"], one["slug"], one["role"], one["reader"]) for one in stored)


def corrections_of(stored: Iterable[dict[str, str]]) -> tuple[PublishedCorrection, ...]:
    return tuple(
        PublishedCorrection(
            one["kind"], one["text"], one["was"], one["now"], datetime.fromisoformat(one["at"]), one["place"]
        )
        for one in stored
    )


def topic_of(row: LiveTopic, *, language: str) -> Topic:
    own = Topic(row.page_id, row.slug, row.title, row.description, row.language, row.discussion_mode)
    return named_in(own, row.translations, language=language)


def named_in(topic: Topic, translations: Mapping[str, Mapping[str, str]], *, language: str) -> Topic:
    """The topic under its name in that language, where the newsroom gave it one."""
    named = translations.get(language) if language != topic.language else None
    if not named:
        return topic
    return replace(topic, title=named["title"], description=named["description"], language=language)
