"""The list under an article: "More on this topic"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.utils import CursorWrapper

from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, ArticleRendering, RelatedChoice
from belowline.newsroom.publishing import related
from belowline.newsroom.queries import articles
from tests.newsroom.conftest import MORNING, Newsroom

BARRIER = ("gates", "walls", "gauge", "vote", "money")


def publish_barrier_and_bells(newsroom: Newsroom) -> dict[str, ArticlePage]:
    bells = pages.create_topic(slug="bells", title="Bells")
    published = {}
    for number, slug in enumerate([*BARRIER, "tower", "rope"]):
        topic = newsroom.topic if slug in BARRIER else bells
        words = {"topic": topic, "headline": f"About the {slug}", "published_at": MORNING - timedelta(days=number)}
        published[slug] = newsroom.publish(slug, **words)
    related.relate(page.pk for page in published.values())
    return published


def beside(cursor: CursorWrapper, page: ArticlePage) -> list[str]:
    return [one.slug for one in articles.related(cursor, article_id=page.pk)[0]]


def test_the_nearest_of_the_topic_stand_under_an_article(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    published = publish_barrier_and_bells(newsroom)
    assert beside(cursor, published["gates"]) == ["walls", "gauge", "vote", "money"]
    # Too few belong to it: the page shows the newest of its topic, and says so.
    assert beside(cursor, published["tower"]) == ["rope"]


def test_the_list_is_one_query(newsroom: Newsroom, cursor: CursorWrapper, django_assert_num_queries: Any) -> None:
    published = publish_barrier_and_bells(newsroom)
    with django_assert_num_queries(1):
        articles.related(cursor, article_id=published["gates"].pk)


def test_a_new_neighbour_enters_the_lists_and_their_pages_go_stale(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    published = publish_barrier_and_bells(newsroom)
    position = newsroom.position()
    new = newsroom.publish("gates-again", headline="The gates, again", published_at=MORNING)
    related.relate([new.pk])
    assert beside(cursor, published["gates"])[0] == "gates-again"
    stale = {tags for kind, tags, _ in newsroom.events(after=position) if kind == "RelatedChanged"}
    assert f" article:{published['gates'].pk} " in " ".join(f" {tags} " for tags in stale)
    assert not any(f"article:{published['tower'].pk} " in f"{tags} " for tags in stale)


def test_an_article_that_is_taken_away_leaves_every_list(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    published = publish_barrier_and_bells(newsroom)
    published["walls"].unpublish()
    assert "walls" not in beside(cursor, published["gates"]), "at once, before the worker has come"
    related.relate([published["walls"].pk])
    assert beside(cursor, published["gates"]) == ["gauge", "vote", "money"]


def test_an_editor_puts_one_first_and_another_never(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    published = publish_barrier_and_bells(newsroom)
    gates = published["gates"]
    gates.related_choices = [
        RelatedChoice(other=published["rope"]),
        RelatedChoice(other=published["walls"], is_never=True),
    ]
    gates.save_revision().publish()
    related.relate([gates.pk])
    assert beside(cursor, gates) == ["rope", "gauge", "vote", "money"]
    assert articles.related(cursor, article_id=gates.pk)[1] == {published["walls"].pk}


def test_a_draft_choice_changes_nothing_for_readers(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    published = publish_barrier_and_bells(newsroom)
    before = beside(cursor, published["gates"])
    published["gates"].related_choices = [RelatedChoice(other=published["rope"])]
    published["gates"].save_revision()
    related.relate([published["gates"].pk])
    assert beside(cursor, published["gates"]) == before


def test_working_it_out_again_writes_nothing(newsroom: Newsroom, django_assert_num_queries: Any) -> None:
    published = publish_barrier_and_bells(newsroom)
    position = newsroom.position()
    related.relate([page.pk for page in published.values()])
    assert newsroom.events(after=position) == []


@pytest.mark.parametrize("precision", ["exact", "area"])
def test_what_a_map_shows_as_a_point_connects_articles(
    newsroom: Newsroom, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from belowline.maps.models import Place

    monkeypatch.setattr("belowline.maps.files.png_of", lambda svg, width: b"png")
    place = Place.objects.create(name="Marram", latitude=54.46, longitude=2.2, precision=precision)
    newsroom.publish(blocks=[made.Map(places=((place.pk, {}),)), made.Paragraph("There.")])
    shown = ArticleRendering.objects.get().places
    assert shown == ([[54.46, 2.2]] if precision == "exact" else [])
