"""What happens in the newsroom, for caches and for whoever else wants to know (project/handlers.py).

Tags: `article:ID` for pages about an article, `topic:ID` for pages that list a topic, `front` for pages that list what
is new anywhere (an address that was not found belongs there, too: an article may get it), `site` for every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from belowline.outbox.events import OutboxEvent


@dataclass(frozen=True, slots=True)
class ArticlePublished(OutboxEvent):
    """An article became public (`is_new`), or its public text, dates, address or topic changed.

    `old_topic_id` is the topic it left, 0 when it stayed.
    """

    article_id: int
    topic_id: int
    is_new: bool = True
    old_topic_id: int = 0

    @property
    def tags(self) -> tuple[str, ...]:
        left = (f"topic:{self.old_topic_id}",) if self.old_topic_id else ()
        return (f"article:{self.article_id}", f"topic:{self.topic_id}", *left, "front")


@dataclass(frozen=True, slots=True)
class ArticleUnpublished(OutboxEvent):
    """Nobody may read the article any more: withdrawn, deleted, expired or restricted."""

    is_drop: ClassVar[bool] = True

    article_id: int
    topic_id: int
    subject_key: str = ""
    keeps_discussion: bool = False

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"article:{self.article_id}", f"topic:{self.topic_id}", "front")


@dataclass(frozen=True, slots=True)
class ArticleHistoryChanged(OutboxEvent):
    """Words were taken out of earlier versions: no cache may hold them."""

    is_drop: ClassVar[bool] = True

    article_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"article:{self.article_id}",)


@dataclass(frozen=True, slots=True)
class RelatedChanged(OutboxEvent):
    """Other articles stand under an article than before."""

    article_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"article:{self.article_id}",)


@dataclass(frozen=True, slots=True)
class TranslationsChanged(OutboxEvent):
    """Other languages of the article came, went or moved: its page links to them."""

    is_drop: ClassVar[bool] = True

    article_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"article:{self.article_id}",)


@dataclass(frozen=True, slots=True)
class TopicChanged(OutboxEvent):
    """A topic became public, or its name, address, order or rule for discussions changed: every page names it."""

    topic_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"topic:{self.topic_id}", "site")


@dataclass(frozen=True, slots=True)
class TopicUnpublished(OutboxEvent):
    """A topic was withdrawn, deleted or restricted. Every page names it, so every page goes."""

    is_drop: ClassVar[bool] = True

    topic_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"topic:{self.topic_id}", "site")


@dataclass(frozen=True, slots=True)
class AuthorChanged(OutboxEvent):
    """A name, role or address in bylines changed. Rare, and any list may print it."""

    author_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"author:{self.author_id}", "site")


@dataclass(frozen=True, slots=True)
class StandingChanged(OutboxEvent):
    """A standing page became public or its text changed. `is_named_anew`: every page names it in its foot."""

    page_id: int
    is_named_anew: bool = False

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"standing:{self.page_id}", *(("site",) if self.is_named_anew else ()))


@dataclass(frozen=True, slots=True)
class StandingHidden(OutboxEvent):
    """Nobody may read a standing page any more."""

    is_drop: ClassVar[bool] = True

    page_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"standing:{self.page_id}", "site")


@dataclass(frozen=True, slots=True)
class CardDrawn(OutboxEvent):
    """The picture for those who share an article is there; its page names the file."""

    article_id: int

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"article:{self.article_id}",)


@dataclass(frozen=True, slots=True)
class SiteCardDrawn(OutboxEvent):
    """The site's own card was drawn: every page without one of its own names it."""

    @property
    def tags(self) -> tuple[str, ...]:
        return ("site",)
