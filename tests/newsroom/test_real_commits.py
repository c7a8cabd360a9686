"""The same where commits are real: what waits for the commit runs, and a reader's own connection sees the result."""

from __future__ import annotations

from typing import Any

import pytest

from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage
from belowline.newsroom.queries import articles
from belowline.outbox.models import Event
from belowline.storage.reading import snapshot
from tests.newsroom.conftest import Newsroom


@pytest.fixture
def committed(real_database: None, settings: Any, tmp_path: Any) -> Newsroom:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    topic = pages.create_topic(slug="the-barrier", title="The Barrier")
    return Newsroom(topic=topic, author=pages.create_author(slug="ines", name="Ines"), files=tmp_path)


def test_a_story_from_publication_to_withdrawal(committed: Newsroom) -> None:
    article = committed.publish("first-name", blocks=[made.Figure(committed.picture())])
    media = committed.files / "data" / "media"
    assert len(list(media.iterdir())) == 3

    article = ArticlePage.objects.get(pk=article.pk)
    article.slug = "second-name"
    article.save_revision().publish()
    with snapshot() as cursor:
        found = articles.article(cursor, slug="second-name")
        assert isinstance(found, articles.Article)
        assert articles.article(cursor, slug="first-name") == articles.Moved("/a/second-name")
        assert [one.slug for one in articles.latest(cursor)] == ["second-name"]
        assert articles.front_page(cursor).lead is not None

    ArticlePage.objects.get(pk=article.pk).unpublish()
    with snapshot() as cursor:
        assert articles.article(cursor, slug="second-name") is None
    assert list(media.iterdir()) == []
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["TopicChanged", "ArticlePublished", "ArticlePublished", "ArticleUnpublished"]
