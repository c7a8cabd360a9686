"""What is public of a topic: the only writer of LiveTopic. Called by receivers.py, like publication.py."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page

from belowline.newsroom.events import ArticlePublished, TopicChanged, TopicUnpublished
from belowline.newsroom.models import ArticlePage, ArticleRendering, LiveTopic, TopicPage, TopicRedirect
from belowline.outbox.events import record


def is_public(page: Page) -> bool:
    return page.live and not page.get_view_restrictions().exists()


def topic_row(page: TopicPage) -> LiveTopic:
    names = {one.language: {"title": one.title, "description": one.description} for one in page.names.all()}
    return LiveTopic(
        page_id=page.pk,
        slug=page.slug,
        title=page.title,
        description=page.description,
        language=page.language,
        discussion_mode=page.discussion_mode,
        translations=names,
        order=page.path,
    )


@transaction.atomic
def update_topic(page: TopicPage) -> None:
    """Make the public row what the topic is now. Saving it unchanged does nothing."""
    if not is_public(page):
        hide_topic(page.pk)
        return
    row = topic_row(page)
    before = LiveTopic.objects.filter(pk=page.pk).first()
    if before is not None and all(
        getattr(before, field.attname) == getattr(row, field.attname) for field in LiveTopic._meta.concrete_fields
    ):
        return
    if before is not None and before.slug != row.slug:
        TopicRedirect.objects.update_or_create(slug=before.slug, defaults={"topic_id": page.pk})
    TopicRedirect.objects.filter(slug=row.slug, topic_id=page.pk).delete()
    row.save()
    silent = ArticlePage.objects.child_of(page).filter(discussion_mode="")
    changed = ArticleRendering.objects.filter(article_id__in=silent.values("pk")).exclude(
        discussion_mode=row.discussion_mode
    )
    for article_id in list(changed.values_list("pk", flat=True)):
        # Their discussions are opened, closed or hidden by this event (project/handlers.py).
        record(ArticlePublished(article_id=article_id, topic_id=page.pk, is_new=False))
    changed.update(discussion_mode=row.discussion_mode)
    record(TopicChanged(topic_id=page.pk))


@transaction.atomic
def hide_topic(topic_id: int) -> None:
    row = LiveTopic.objects.filter(pk=topic_id).first()
    if row is None:
        return
    TopicRedirect.objects.update_or_create(slug=row.slug, defaults={"topic_id": topic_id})
    row.delete()
    record(TopicUnpublished(topic_id=topic_id))


@transaction.atomic
def forget_topic(topic_id: int) -> None:
    hide_topic(topic_id)
    TopicRedirect.objects.filter(topic_id=topic_id).delete()


@transaction.atomic
def update_order() -> None:
    """The order of the topics after one of them was moved: the tree gives its siblings new paths, too."""
    paths = dict(Page.objects.filter(pk__in=LiveTopic.objects.values("page_id")).values_list("pk", "path"))
    for row in LiveTopic.objects.all():
        if row.order != paths.get(row.page_id, row.order):
            row.order = paths[row.page_id]
            row.save(update_fields=["order"])
            record(TopicChanged(topic_id=row.page_id))
