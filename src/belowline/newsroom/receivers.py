"""Wagtail's signals, caught in this one place, and the two of Django's where Wagtail sends none."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from belowline.maps import files as map_files
from belowline.maps.models import BaseLayer, Place, owners_of
from belowline.newsroom.models import (
    ArticlePage,
    ArticleRendering,
    Author,
    Picture,
    PictureFile,
    StandingPage,
    TopicPage,
)
from belowline.newsroom.pictures import files as picture_files
from belowline.newsroom.publishing import publication, standing, topics


def article_published(*, instance: ArticlePage, revision: Any = None, **_: Any) -> None:
    publication.update_article(instance, revision_id=getattr(revision, "pk", None))


def article_unpublished(*, instance: ArticlePage, **_: Any) -> None:
    publication.hide_article(instance.pk)


def article_deleted(*, instance: ArticlePage, **_: Any) -> None:
    publication.forget_article(instance.pk, subject_key=instance.subject_key)


def article_renamed(*, instance: ArticlePage, **_: Any) -> None:
    # Publishing has dealt with it already unless code saved the page by itself.
    if topics.is_public(instance) and not _is_current(instance):
        publication.update_article(instance)


def _is_current(page: ArticlePage) -> bool:
    return ArticleRendering.objects.filter(pk=page.pk, slug=page.slug).exists()


def topic_published(*, instance: TopicPage, **_: Any) -> None:
    topics.update_topic(instance)


def topic_unpublished(*, instance: TopicPage, **_: Any) -> None:
    topics.hide_topic(instance.pk)


def topic_deleted(*, instance: TopicPage, **_: Any) -> None:
    topics.forget_topic(instance.pk)


def standing_published(*, instance: StandingPage, **_: Any) -> None:
    standing.update_standing(instance)


def standing_gone(*, instance: StandingPage, **_: Any) -> None:
    standing.hide_standing(instance.pk)


@transaction.atomic
def page_moved(*, instance: Page, parent_page_before: Page, parent_page_after: Page, **_: Any) -> None:
    topics.update_order()
    if parent_page_before.pk != parent_page_after.pk:
        publication.update_below(instance)


def restriction_changed(*, instance: PageViewRestriction, **_: Any) -> None:
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:  # None: it goes together with its page
        publication.update_below(page)
        standing.update_below(page)


def author_saved(*, instance: Author, created: bool, raw: bool = False, **_: Any) -> None:
    if not created and not raw:
        publication.update_bylines(instance)


def picture_saved(*, instance: Picture, created: bool, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    # Wagtail saves single fields for its own book-keeping (file_hash).
    if not created and not raw and update_fields is None:
        publication.update_picture(instance)


def picture_going(*, instance: Picture, **_: Any) -> None:
    # The rows that say where it is shown go with it; `picture_gone` needs them.
    instance.shown_in = publication.articles_with(instance)
    names = set(PictureFile.objects.filter(picture=instance).values_list("name", flat=True))
    transaction.on_commit(lambda: picture_files.remove_from_disk(names))


def picture_gone(*, instance: Picture, **_: Any) -> None:
    """Articles lose the figure in the transaction that deletes the picture."""
    publication.update_articles(instance.shown_in)


def ground_saved(*, instance: Place | BaseLayer, created: bool, raw: bool = False, **_: Any) -> None:
    if not created and not raw:
        ground_going(instance=instance)


def ground_going(*, instance: Place | BaseLayer, **_: Any) -> None:
    """A place or a base layer changes or goes: the worker renders the articles whose maps use it, in a second."""
    is_place = isinstance(instance, Place)
    owners = owners_of(places=[instance.pk]) if is_place else owners_of(layers=[instance.pk])
    map_files.wake(owners, at=timezone.now())


def connect() -> None:
    page_published.connect(article_published, sender=ArticlePage)
    page_unpublished.connect(article_unpublished, sender=ArticlePage)
    page_slug_changed.connect(article_renamed, sender=ArticlePage)
    post_delete.connect(article_deleted, sender=ArticlePage)
    page_published.connect(topic_published, sender=TopicPage)
    page_unpublished.connect(topic_unpublished, sender=TopicPage)
    page_slug_changed.connect(topic_published, sender=TopicPage)
    post_delete.connect(topic_deleted, sender=TopicPage)
    page_published.connect(standing_published, sender=StandingPage)
    page_unpublished.connect(standing_gone, sender=StandingPage)
    post_delete.connect(standing_gone, sender=StandingPage)
    post_page_move.connect(page_moved)
    post_save.connect(restriction_changed, sender=PageViewRestriction)
    post_delete.connect(restriction_changed, sender=PageViewRestriction)
    post_save.connect(author_saved, sender=Author)
    post_save.connect(picture_saved, sender=Picture)
    pre_delete.connect(picture_going, sender=Picture)
    post_delete.connect(picture_gone, sender=Picture)
    for ground in (Place, BaseLayer):
        post_save.connect(ground_saved, sender=ground)
        pre_delete.connect(ground_going, sender=ground)
