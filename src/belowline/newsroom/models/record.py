"""The public record of an article: its corrections, its published versions, and the notice when it was withdrawn.

A version is written by publication.py in the transaction that publishes, and is not derived: what was published stays
what it was. Only withholding (record_actions.py) takes words out of one.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from belowline.newsroom.models.pages import ArticlePage
from belowline.newsroom.models.public import ArticleRendering


class CorrectionKind(models.TextChoices):
    """What was wrong. A retraction is no correction: it takes the article away (Withdrawal)."""

    CORRECTION = "correction", _("Correction")
    CLARIFICATION = "clarification", _("Clarification")
    UPDATE = "update", _("Update")
    EDITORS_NOTE = "note", _("Editor’s note")
    REMOVAL = "removal", _("Removal")


class CorrectionPlace(models.TextChoices):
    TOP = "top", _("Above the text")
    BOTTOM = "bottom", _("Below the text")


class Correction(Orderable):
    """One correction, part of the article's revisions: it becomes public when the article is published again."""

    article = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField(_("kind"), max_length=13, choices=CorrectionKind.choices, default=CorrectionKind.CORRECTION)
    text = models.TextField(
        _("what readers are told"),
        max_length=1000,
        help_text=_("What was wrong and what is right, in full sentences."),
    )
    was = models.CharField(_("it said"), max_length=500, blank=True)
    now = models.CharField(_("it says"), max_length=500, blank=True)
    at = models.DateTimeField(_("date"), default=timezone.now, help_text=_("The date readers see."))
    place = models.CharField(_("place"), max_length=6, choices=CorrectionPlace.choices, default=CorrectionPlace.BOTTOM)

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("at"), FieldPanel("place")]),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("was"), FieldPanel("now")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("correction")


class PublicCorrection(models.Model):
    """Where a published correction stands: `place_in_article` counts in `ArticleRendering.corrections`. Derived."""

    rendering = models.ForeignKey(ArticleRendering, on_delete=models.CASCADE, related_name="+")
    place_in_article = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="newsroom_correction_latest")]


class Ground(models.TextChoices):
    """Why words that were published are not shown any more."""

    LAW = "law", _("a legal duty")
    SAFETY = "safety", _("somebody’s safety")
    PRIVACY = "privacy", _("somebody’s privacy")


class ArticleVersion(models.Model):
    """What was public from `published_at` until the next version: plain words, passage by passage.

    `passages` is [[block id, kind, text], …]. A version that is withheld has no words left (`withheld_at`, `ground`); a
    passage that is withheld is cut out of every version and leaves a row in `WithheldPassage`.
    """

    article_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    revision_id = models.BigIntegerField(null=True)
    published_at = models.DateTimeField()
    language = models.CharField(max_length=12)
    headline = models.CharField(max_length=255, blank=True)
    standfirst = models.CharField(max_length=600, blank=True)
    passages = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
    is_substantive = models.BooleanField(default=False)
    withheld_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=8, choices=Ground.choices, blank=True)
    withheld_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article_id", "number"], name="newsroom_article_version")]


class WithheldPassage(models.Model):
    """Words that were cut out of the versions of an article. What they were is not kept here."""

    article_id = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    ground = models.CharField(max_length=8, choices=Ground.choices)
    versions = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class WithdrawalKind(models.TextChoices):
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RETRACTED = "retracted", _("Retracted: what it says is not to be relied on")


class WithdrawnDiscussion(models.TextChoices):
    CLOSED = "closed", _("Kept, and closed")
    HIDDEN = "hidden", _("Hidden")


class Withdrawal(models.Model):
    """The notice at the address of an article that was taken away: asked for by one person, decided by a second.

    `decided_at` None: it waits. A withdrawal needs no second person; a retraction does (domain/second_person.py), and
    `is_alone` says for ever that there was none. Publishing the article again removes the row; after a retraction that,
    too, is asked for by one person and allowed by a second (`return_…`).
    """

    article_id = models.BigIntegerField(primary_key=True)
    slug = models.CharField(max_length=255, unique=True)
    language = models.CharField(max_length=12)
    headline = models.CharField(max_length=255)
    kind = models.CharField(max_length=9, choices=WithdrawalKind.choices)
    text = models.TextField(max_length=2000)
    discussion = models.CharField(max_length=6, choices=WithdrawnDiscussion.choices)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_alone = models.BooleanField(default=False)
    return_reason = models.CharField(max_length=500, blank=True)
    return_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    return_asked_at = models.DateTimeField(null=True)
    return_allowed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    return_allowed_at = models.DateTimeField(null=True)

    @property
    def holds_back(self) -> bool:
        """Whether publishing the article would undo a retraction that two people decided."""
        is_retracted = self.kind == WithdrawalKind.RETRACTED and self.decided_at is not None
        return is_retracted and self.return_allowed_at is None
