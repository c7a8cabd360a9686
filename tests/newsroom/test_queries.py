"""What the public pages ask: the answers, and how many queries they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.backends.utils import CursorWrapper

from belowline.newsroom.actions import pages
from belowline.newsroom.queries import articles
from tests.newsroom.conftest import MORNING, Newsroom


def publish_many(newsroom: Newsroom, *slugs: str, **words: object) -> None:
    """The first is the oldest; an hour lies between two."""
    for hour, slug in enumerate(slugs):
        newsroom.publish(slug, headline=slug, published_at=MORNING + timedelta(hours=hour), **words)


def test_an_article_is_one_query(newsroom: Newsroom, cursor: CursorWrapper, django_assert_num_queries) -> None:
    newsroom.publish(standfirst="Seven villages.", kicker="The Narrows", language="ar", updated_at=MORNING)
    with django_assert_num_queries(1):
        found = articles.article(cursor, slug="the-gauge")
    assert isinstance(found, articles.Article)
    assert found.path == "/a/the-gauge"
    assert (found.standfirst, found.kicker, found.direction) == ("Seven villages.", "The Narrows", "rtl")
    assert found.topic is not None
    assert (found.topic.path, found.topic.title) == ("/t/the-barrier", "الحاجز")
    assert found.bylines == (articles.Byline("Ines Marrick", "ines", "Environment reporter", None),)
    assert found.updated_at == MORNING
    assert found.body_html.startswith("<p id=")


def test_an_unknown_address_is_two_queries(
    newsroom: Newsroom, cursor: CursorWrapper, django_assert_num_queries
) -> None:
    with django_assert_num_queries(2):
        assert articles.article(cursor, slug="nowhere") is None
    with django_assert_num_queries(2):
        assert articles.topic(cursor, slug="nowhere") is None


def test_a_topic_has_a_name_in_the_language_asked_for(
    newsroom: Newsroom, cursor: CursorWrapper, django_assert_num_queries
) -> None:
    with django_assert_num_queries(1):
        found = articles.topic(cursor, slug="the-barrier", language="ar")
    assert isinstance(found, articles.Topic)
    assert (found.title, found.language, found.direction) == ("الحاجز", "ar", "rtl")
    with django_assert_num_queries(1):
        assert [one.title for one in articles.nav_topics(cursor, language="fr")] == ["The Barrier"]


def test_the_latest_articles_come_in_pages(
    newsroom: Newsroom, cursor: CursorWrapper, django_assert_num_queries
) -> None:
    publish_many(newsroom, "a", "b", "c", "d", "e")
    # Two at the same moment: the id decides, and neither is lost between two pages.
    publish_many(newsroom, "a2")
    with django_assert_num_queries(1):
        first = articles.latest(cursor, topic_id=newsroom.topic.pk, limit=3)
    assert [one.slug for one in first] == ["e", "d", "c"]
    second = articles.latest(cursor, limit=2, before=(first[-1].published_at, first[-1].article_id))
    assert [one.slug for one in second] == ["b", "a2"]
    third = articles.latest(cursor, limit=2, before=(second[-1].published_at, second[-1].article_id))
    assert [one.slug for one in third] == ["a"]


def test_related_articles_leave_the_one_being_read_out(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    publish_many(newsroom, "a", "b")
    reading = articles.article(cursor, slug="b")
    assert isinstance(reading, articles.Article)
    assert [one.slug for one in articles.latest(cursor, without=reading.article_id)] == ["a"]


def test_the_front_page_is_two_queries_and_shows_nothing_twice(
    newsroom: Newsroom, cursor: CursorWrapper, django_assert_num_queries
) -> None:
    publish_many(newsroom, *"abcdefgh")
    fog = pages.create_topic(slug="fog", title="Fog")
    publish_many(newsroom, "fog-1", "fog-2", topic=fog)
    newsroom.publish("second", featured_rank=2, published_at=MORNING - timedelta(days=30))
    newsroom.publish("lead", featured_rank=1, published_at=MORNING - timedelta(days=60))
    with django_assert_num_queries(2):
        front = articles.front_page(cursor, secondary=3, per_topic=2)
    assert front.lead is not None
    assert front.lead.slug == "lead"
    assert [one.slug for one in front.secondary] == ["second", "h", "g"]
    assert [(block.topic.slug, [one.slug for one in block.articles]) for block in front.blocks] == [
        ("the-barrier", ["f", "e"]),
        ("fog", ["fog-2", "fog-1"]),
    ]


def test_an_empty_site_has_an_empty_front_page(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    assert articles.front_page(cursor) == articles.Front(lead=None, secondary=(), blocks=())


def test_a_discussion_learns_its_subject_in_one_query(
    newsroom: Newsroom, cursor: CursorWrapper, django_assert_num_queries
) -> None:
    article = newsroom.publish(discussion_mode="members")
    with django_assert_num_queries(1):
        subject = articles.subject(cursor, article_id=article.pk)
    assert subject is not None
    assert (subject.subject_key, subject.path) == (str(article.subject_key), "/a/the-gauge")
    assert (subject.discussion_mode, subject.author_reader_ids) == ("members", ())
    article.unpublish()
    assert articles.subject(cursor, article_id=article.pk) is None


@pytest.mark.parametrize("count", [3, 30])
def test_the_front_page_costs_the_same_however_much_was_published(
    newsroom: Newsroom, cursor: CursorWrapper, django_assert_num_queries, count: int
) -> None:
    publish_many(newsroom, *[f"number-{number}" for number in range(count)])
    with django_assert_num_queries(2):
        articles.front_page(cursor)
