"""Publishing, withdrawing, moving and renaming: what readers can reach, and which event says so."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.utils import CursorWrapper
from wagtail.models import Page, PageViewRestriction, Site

from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.models import ArticlePage, ArticleRendering, FrontPage, TopicPage
from belowline.newsroom.publishing import rebuilding
from belowline.newsroom.queries import articles
from tests.newsroom.conftest import MORNING, Newsroom


def is_public(cursor: CursorWrapper, slug: str) -> bool:
    return isinstance(articles.article(cursor, slug=slug), articles.Article)


def publish_with(article: ArticlePage, **values: object) -> ArticlePage:
    for name, value in values.items():
        setattr(article, name, value)
    article.save_revision().publish()
    return ArticlePage.objects.get(pk=article.pk)


def test_a_new_site_has_our_front_page_and_not_the_welcome_page(newsroom: Newsroom) -> None:
    pages.ensure_front_page()
    assert [type(page.specific) for page in Page.objects.filter(depth=2)] == [FrontPage]
    assert Site.objects.get(is_default_site=True).root_page.specific == FrontPage.objects.get()


def test_publishing_stores_the_page_and_says_so_in_one_event(newsroom: Newsroom) -> None:
    before = newsroom.position()
    article = newsroom.publish()
    row = ArticleRendering.objects.get(article_id=article.pk)
    assert (row.slug, row.headline, row.published_at) == ("the-gauge", "The gauge that moved", MORNING)
    assert row.revision_id == article.live_revision_id
    tags = f"article:{article.pk} topic:{newsroom.topic.pk} front"
    assert newsroom.events(before) == [("ArticlePublished", tags, False)]


def test_a_draft_changes_nothing_for_readers(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    article = newsroom.publish()
    before = newsroom.position()
    article.title = "Not yet"
    article.save_revision()
    found = articles.article(cursor, slug="the-gauge")
    assert isinstance(found, articles.Article)
    assert found.headline == "The gauge that moved"
    assert newsroom.events(before) == []


def test_a_withdrawn_article_is_dropped_from_every_cache(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    article = newsroom.publish()
    before = newsroom.position()
    article.unpublish()
    assert articles.article(cursor, slug="the-gauge") is None
    tags = f"article:{article.pk} topic:{newsroom.topic.pk} front"
    assert newsroom.events(before) == [("ArticleUnpublished", tags, True)]


def test_a_deleted_article_is_gone_and_its_address_is_free(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    article = newsroom.publish()
    before = newsroom.position()
    article.delete()
    assert [kind for kind, _, _ in newsroom.events(before)] == ["ArticleUnpublished"]
    assert articles.article(cursor, slug="the-gauge") is None
    newsroom.publish()
    assert is_public(cursor, "the-gauge")


def test_a_failed_publication_leaves_no_trace(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    article = newsroom.publish()
    revision = publish_with(article, title="Second").save_revision()
    article.refresh_from_db()
    before = newsroom.position()

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("belowline.newsroom.publishing.publication.record", fails)
    draft = ArticlePage.objects.get(pk=article.pk)
    draft.title = "Third"
    revision = draft.save_revision()
    with pytest.raises(RuntimeError):
        revision.publish()
    assert ArticlePage.objects.get(pk=article.pk).title == "Second"
    assert ArticleRendering.objects.get(pk=article.pk).headline == "Second"
    assert newsroom.events(before) == []


def test_a_renamed_article_is_found_under_its_old_address(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    article = publish_with(newsroom.publish("first-name"), slug="second-name")
    assert articles.article(cursor, slug="first-name") == articles.Moved("/a/second-name")
    publish_with(article, slug="third-name")
    assert articles.article(cursor, slug="first-name") == articles.Moved("/a/third-name")
    assert articles.article(cursor, slug="second-name") == articles.Moved("/a/third-name")


def test_an_article_may_take_its_old_address_back(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    article = publish_with(newsroom.publish("first-name"), slug="second-name")
    publish_with(article, slug="first-name")
    assert is_public(cursor, "first-name")
    assert articles.article(cursor, slug="second-name") == articles.Moved("/a/first-name")


def test_an_article_renamed_while_withdrawn_is_still_found(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    article = newsroom.publish("first-name")
    article.unpublish()
    publish_with(ArticlePage.objects.get(pk=article.pk), slug="second-name")
    assert articles.article(cursor, slug="first-name") == articles.Moved("/a/second-name")


@pytest.mark.parametrize("slug", ["first-name", "second-name"])
def test_nobody_takes_an_address_that_another_article_has_or_had(newsroom: Newsroom, slug: str) -> None:
    publish_with(newsroom.publish("first-name"), slug="second-name")
    other = pages.create_topic(slug="fog", title="Fog")
    with pytest.raises(ValidationError):
        other.add_child(instance=ArticlePage(title="Another", slug=slug))


def test_a_copy_has_a_discussion_and_an_address_of_its_own(newsroom: Newsroom) -> None:
    article = newsroom.publish()
    copy = article.copy(to=pages.create_topic(slug="fog", title="Fog"), keep_live=False)
    assert copy.subject_key != article.subject_key
    assert copy.get_latest_revision_as_object().subject_key == copy.subject_key
    assert copy.slug == "the-gauge-2"


def test_an_old_revision_does_not_bring_another_discussion_back(newsroom: Newsroom) -> None:
    article = newsroom.publish()
    revision = article.save_revision()
    content = revision.content | {"subject_key": str(uuid.uuid4())}
    revision.content = content
    revision.save()
    revision.publish()
    assert ArticlePage.objects.get(pk=article.pk).subject_key == article.subject_key


def test_an_article_moved_to_another_topic_leaves_the_first_one(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    article = newsroom.publish()
    fog = pages.create_topic(slug="fog", title="Fog")
    before = newsroom.position()
    article.move(fog, pos="last-child")
    assert articles.latest(cursor, topic_id=newsroom.topic.pk) == ()
    assert [one.slug for one in articles.latest(cursor, topic_id=fog.pk)] == ["the-gauge"]
    tags = f"article:{article.pk} topic:{fog.pk} topic:{newsroom.topic.pk} front"
    assert newsroom.events(before) == [("ArticlePublished", tags, False)]


def test_moving_a_topic_changes_the_navigation(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    fog = pages.create_topic(slug="fog", title="Fog")
    assert [one.slug for one in articles.nav_topics(cursor)] == ["the-barrier", "fog"]
    TopicPage.objects.get(pk=fog.pk).move(TopicPage.objects.get(pk=newsroom.topic.pk), pos="left")
    assert [one.slug for one in articles.nav_topics(cursor)] == ["fog", "the-barrier"]


def test_a_renamed_topic_is_found_under_its_old_address(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    before = newsroom.position()
    newsroom.topic.slug = "narrows"
    newsroom.topic.save_revision().publish()
    assert articles.topic(cursor, slug="the-barrier") == articles.Moved("/t/narrows")
    assert newsroom.events(before) == [("TopicChanged", f"topic:{newsroom.topic.pk} site", False)]


def test_publishing_a_topic_unchanged_says_nothing(newsroom: Newsroom) -> None:
    before = newsroom.position()
    newsroom.topic.save_revision().publish()
    assert newsroom.events(before) == []


@pytest.mark.parametrize("level", ["article", "topic", "front"])
def test_a_restricted_page_and_all_below_it_are_not_public(
    newsroom: Newsroom, cursor: CursorWrapper, level: str
) -> None:
    article = newsroom.publish()
    page = {"article": article, "topic": newsroom.topic, "front": FrontPage.objects.get()}[level]
    before = newsroom.position()
    restriction = PageViewRestriction.objects.create(page=page.page_ptr, restriction_type="login")
    assert articles.article(cursor, slug="the-gauge") is None
    assert articles.latest(cursor) == ()
    assert articles.front_page(cursor).lead is None
    assert (articles.topic(cursor, slug="the-barrier") is None) == (level != "article")
    assert all(is_drop for _, _, is_drop in newsroom.events(before))
    assert ("ArticleUnpublished", f"article:{article.pk} topic:{newsroom.topic.pk} front", True) in newsroom.events(
        before
    )
    restriction.delete()
    assert is_public(cursor, "the-gauge")
    assert articles.topic(cursor, slug="the-barrier")


def test_an_article_published_below_a_restricted_topic_stays_inside(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    PageViewRestriction.objects.create(page=newsroom.topic.page_ptr, restriction_type="login")
    before = newsroom.position()
    newsroom.publish()
    assert not is_public(cursor, "the-gauge")
    assert newsroom.events(before) == []


def test_a_scheduled_article_is_not_public_before_its_time(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    article = ArticlePage(title="Tomorrow", slug="tomorrow", live=False, go_live_at=MORNING.replace(year=2999))
    newsroom.topic.add_child(instance=article)
    article.save_revision().publish()
    assert not is_public(cursor, "tomorrow")


def test_the_mode_of_a_discussion_comes_from_the_topic_unless_the_article_has_its_own(
    newsroom: Newsroom, cursor: CursorWrapper
) -> None:
    newsroom.publish("silent")
    newsroom.publish("own", discussion_mode="members")
    newsroom.topic.discussion_mode = "premoderated"
    newsroom.topic.save_revision().publish()
    modes = {one.slug: one.discussion_mode for one in articles.latest(cursor)}
    assert modes == {"silent": "premoderated", "own": "members"}


def test_renaming_an_author_renews_the_bylines(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    newsroom.publish()
    before = newsroom.position()
    newsroom.author.name = "Ines Marrick-Vand"
    newsroom.author.save()
    found = articles.article(cursor, slug="the-gauge")
    assert isinstance(found, articles.Article)
    assert [one.name for one in found.bylines] == ["Ines Marrick-Vand"]
    assert newsroom.events(before) == [("AuthorChanged", f"author:{newsroom.author.pk} site", False)]


def test_without_a_shown_date_the_first_publication_counts(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    article = newsroom.publish(published_at=None)
    publish_with(article, title="Edited later")
    found = articles.article(cursor, slug="the-gauge")
    assert isinstance(found, articles.Article)
    assert found.published_at == ArticlePage.objects.get(pk=article.pk).first_published_at


def test_a_seed_run_twice_changes_nothing(newsroom: Newsroom) -> None:
    def seed() -> None:
        pages.ensure_front_page()
        topic = pages.create_topic(slug="the-barrier", title="The Barrier")
        author = pages.create_author(slug="ines", name="Ines Marrick")
        figure = made.Figure(newsroom.picture())
        newsroom.publish(topic=topic, authors=[author], blocks=[figure])

    seed()
    before = newsroom.position()
    counts = [model.objects.count() for model in (Page, ArticleRendering)]
    seed()
    assert newsroom.events(before) == []
    assert [model.objects.count() for model in (Page, ArticleRendering)] == counts


def test_everything_public_can_be_rebuilt(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    newsroom.publish()
    hidden = newsroom.publish("hidden")
    hidden.unpublish()
    before = articles.article(cursor, slug="the-gauge")
    ArticleRendering.objects.all().delete()
    assert rebuilding.rebuild_public() == 1
    assert articles.article(cursor, slug="the-gauge") == before
