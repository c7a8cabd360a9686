"""What readers see of the newsroom: derived rows that a public page reads without Wagtail.

Written by publication.py in the transaction that publishes, withdraws, moves or restricts a page. All of it can be
rebuilt (`publishing/rebuilding.py`).
"""

from __future__ import annotations

from django.db import models

from belowline.newsroom.models.files import Picture


class LiveTopic(models.Model):
    """A topic that is published and open to everybody. `order` is its place in the desk's tree.

    `translations` is {language: {"title": …, "description": …}} for the other languages the newsroom named it in.
    """

    page_id = models.BigIntegerField(primary_key=True)
    slug = models.CharField(max_length=255, unique=True)
    title = models.CharField(max_length=255)
    description = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=12)
    discussion_mode = models.CharField(max_length=14)
    translations = models.JSONField(default=dict)
    order = models.CharField(max_length=255)

    class Meta:
        indexes = [models.Index(fields=["order"], name="newsroom_topic_order")]


class ArticleRendering(models.Model):
    """A published article as the public page prints it: one row, no Wagtail.

    There is a row exactly for the articles that are live and neither they nor a page above them is restricted.
    `bylines` is a list of {"name", "slug", "role", "reader"}; `picture` the lead picture's texts and files, null when
    the article has none, and `is_opening` says whether it stands above the text or is the body's first figure.
    `corrections` is a list of {"kind", "text", "was", "now", "at", "place"}, the newest first.
    `places` are the positions [latitude, longitude] that its maps show, for what stands beside it (related.py).
    `group_id` is the article that this one translates (translations.py), `translations` [[language, slug], …] of the
    public ones of its group.
    `published_at` and `updated_at` are the shown dates; `rendered_at` and `revision_id` say what was rendered when.
    """

    article_id = models.BigIntegerField(primary_key=True)
    revision_id = models.BigIntegerField(null=True)
    slug = models.CharField(max_length=255, unique=True)
    subject_key = models.UUIDField(unique=True)
    topic = models.ForeignKey(
        LiveTopic, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=12)
    language = models.CharField(max_length=12)
    kicker = models.CharField(max_length=120, blank=True)
    headline = models.CharField(max_length=255)
    standfirst = models.CharField(max_length=600, blank=True)
    bylines = models.JSONField(default=list)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)
    featured_rank = models.PositiveSmallIntegerField(null=True)
    group_id = models.BigIntegerField(null=True, db_index=True)
    translations = models.JSONField(default=list)
    discussion_mode = models.CharField(max_length=14)
    picture = models.JSONField(null=True)
    is_opening = models.BooleanField(default=False)
    corrections = models.JSONField(default=list)
    places = models.JSONField(default=list)
    word_count = models.PositiveIntegerField(default=0)
    body_html = models.TextField()
    block_ends = models.JSONField(default=list)
    renderer = models.PositiveSmallIntegerField()
    rendered_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["topic", "-published_at", "-article_id"], name="newsroom_topic_latest"),
            models.Index(fields=["-published_at", "-article_id"], name="newsroom_latest"),
            models.Index(
                fields=["featured_rank", "-published_at"],
                condition=models.Q(featured_rank__isnull=False),
                name="newsroom_featured",
            ),
        ]


class RenderingPicture(models.Model):
    """Which pictures a public article shows; a picture's public files live as long as one of these rows."""

    rendering = models.ForeignKey(ArticleRendering, on_delete=models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rendering", "picture"], name="newsroom_rendering_picture")]


class RenderingByline(models.Model):
    """Who wrote a public article: the lists of the authors' pages."""

    rendering = models.ForeignKey(ArticleRendering, on_delete=models.CASCADE, related_name="+")
    author_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author_id", "rendering"], name="newsroom_rendering_byline")]


class RenderingLink(models.Model):
    """Which articles a public article names in its text; it is rendered anew when one of them changes its headline or
    goes."""

    rendering = models.ForeignKey(ArticleRendering, on_delete=models.CASCADE, related_name="links")
    target_id = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rendering", "target_id"], name="newsroom_rendering_link")]


class RelatedArticle(models.Model):
    """What stands under a public article, in order of `place`. `score` is null where an editor chose it.

    Without a `place`: an article that must never stand there. The target may have gone since; readers' queries join.
    """

    rendering = models.ForeignKey(ArticleRendering, on_delete=models.CASCADE, related_name="related")
    target_id = models.BigIntegerField(db_index=True)
    place = models.PositiveSmallIntegerField(null=True)
    score = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rendering", "target_id"], name="newsroom_related_article")]


class ArticleRedirect(models.Model):
    """A former address of an article. It leads nowhere while the article is not public."""

    slug = models.CharField(primary_key=True, max_length=255)
    article_id = models.BigIntegerField(db_index=True)


class TopicRedirect(models.Model):
    """A former address of a topic."""

    slug = models.CharField(primary_key=True, max_length=255)
    topic_id = models.BigIntegerField(db_index=True)
