"""What is public, made anew from what the desk stored: all of it is derived."""

from __future__ import annotations

from belowline.newsroom.body.rendering import RENDERER
from belowline.newsroom.models import ArticlePage, ArticleRendering, StandingPage, TopicPage
from belowline.newsroom.publishing import publication, standing, topics


def rebuild_public() -> int:
    """Make every topic, article and standing page anew and drop what should not be public; how many articles are."""
    for topic in TopicPage.objects.all():
        topics.update_topic(topic)
    for article in ArticlePage.objects.iterator():
        publication.prepare(article)
        publication.update_article(article)
    for page in StandingPage.objects.iterator():
        standing.update_standing(page)
    return ArticleRendering.objects.count()


def outdated_articles() -> list[int]:
    """Public articles that an older version of this program rendered: `publication.update_articles` renews them."""
    return list(ArticleRendering.objects.exclude(renderer=RENDERER).values_list("pk", flat=True))
