"""A newsroom of one topic and one author, with its files in a folder of the test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import connection, connections
from PIL import Image

from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, Author, Picture, TopicPage
from belowline.outbox.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.utils import CursorWrapper

MORNING = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)


@dataclass
class Newsroom:
    topic: TopicPage
    author: Author
    files: Path

    def picture(self, name: str = "pier", *, size: tuple[int, int] = (300, 170), colour: str = "teal") -> Picture:
        path = self.files / f"{name}.jpg"
        Image.new("RGB", size, colour).save(path)
        return pages.create_picture(
            path,
            title=name,
            alt=f"What {name} shows",
            caption=f"Caption of {name}",
            credit=f"Photograph: {name}",
            licence="own",
        )

    def publish(self, slug: str = "the-gauge", **words: Any) -> ArticlePage:
        values: dict[str, Any] = {
            "topic": self.topic,
            "headline": "The gauge that moved",
            "blocks": [made.Paragraph("The pier has two holes.")],
            "published_at": MORNING,
            "authors": [self.author],
        }
        return pages.publish_article(slug=slug, **values | words)

    @staticmethod
    def events(after: int = 0) -> list[tuple[str, str, bool]]:
        return list(Event.objects.filter(id__gt=after).order_by("id").values_list("kind", "tags", "is_drop"))

    @staticmethod
    def position() -> int:
        return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


@pytest.fixture
def newsroom(db: None, settings: Any, tmp_path: Path) -> Newsroom:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    cache.clear()  # Wagtail remembers thumbnails by the ids of pictures, which every test has anew
    pages.ensure_front_page()
    topic = pages.create_topic(slug="the-barrier", title="The Barrier", names={"ar": ("الحاجز", "ست بوابات")})
    author = pages.create_author(slug="ines", name="Ines Marrick", role="Environment reporter")
    return Newsroom(topic=topic, author=author, files=tmp_path)


@pytest.fixture
def cursor(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[CursorWrapper]:
    """One whose queries are counted, though it was opened before the counting began."""
    monkeypatch.setattr(connections["default"], "force_debug_cursor", True)
    with connection.cursor() as opened:
        yield opened
