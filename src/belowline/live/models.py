"""A live coverage: an article of the kind "live", and dated entries under it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from belowline.live.blocks import LiveEntryBlock
from belowline.newsroom.models import ArticlePage, Author, Ground


class CoverageState(models.TextChoices):
    """Archived: over. Its entries are locked until somebody opens it again."""

    ACTIVE = "active", _("Running")
    PAUSED = "paused", _("Paused")
    ARCHIVED = "archived", _("Archived")


class EntryState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    DELETED = "deleted", _("Deleted")


class Coverage(models.Model):
    """What the newsroom keeps of a live coverage beside its article. Made with the first entry.

    `changes` counts what readers could notice: each change of a public entry takes the next number, with this row
    locked, so that whoever has seen number n has seen all before it. `last_number` is that of the newest public entry.
    """

    article = models.OneToOneField(ArticlePage, on_delete=models.CASCADE, primary_key=True, related_name="coverage")
    state = models.CharField(max_length=10, choices=CoverageState.choices, default=CoverageState.ACTIVE)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    changes = models.PositiveBigIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("live coverage")
        verbose_name_plural = _("live coverages")


class LiveEntry(models.Model):
    """One entry. Readers see it while it is published and its article is public.

    `number` names it in its address and is given at the first publication, so that drafts leave no gap. `at` is the time
    that readers see and that orders the list. `body_html` is the rendering of `body`, empty for drafts. `change` is the
    coverage's count at its last public change. A deleted entry keeps its number and its times, and no word.
    `story` is the article that was made of it.
    """

    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="entries", db_index=False)
    number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.DRAFT)
    at = models.DateTimeField(_("time"), null=True)
    headline = models.CharField(_("headline"), max_length=200, blank=True)
    body = StreamField(LiveEntryBlock(), verbose_name=_("text"), blank=True)
    authors = models.ManyToManyField(Author, blank=True, related_name="+")
    is_pinned = models.BooleanField(default=False)
    is_key = models.BooleanField(default=False)
    body_html = models.TextField(blank=True)
    excerpt = models.CharField(max_length=200, blank=True)
    picture = models.JSONField(null=True)
    picture_ids = models.JSONField(default=list)
    published_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    change = models.PositiveBigIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    form_key = models.UUIDField(default=uuid.uuid4, unique=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    story = models.ForeignKey(ArticlePage, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coverage", "number"], name="live_entry_number"),
            models.CheckConstraint(
                condition=models.Q(state="draft", number__isnull=True)
                | (~models.Q(state="draft") & models.Q(number__isnull=False, at__isnull=False)),
                name="live_entry_public_has_number_and_time",
            ),
        ]
        indexes = [
            models.Index(fields=["coverage", "-at", "-number"], name="live_entry_by_time"),
            models.Index(fields=["coverage", "change"], name="live_entry_by_change"),
            models.Index(
                fields=["coverage", "-at"],
                condition=models.Q(is_pinned=True) | models.Q(is_key=True),
                name="live_entry_top",
            ),
        ]
        verbose_name = _("live entry")
        verbose_name_plural = _("live entries")


class Wording(models.Model):
    """What an entry said from one saving until the next; nothing changes it but its entry's deletion, and withholding.

    `passages` is a list of [block id, block type, text] as in the versions of articles, for readers; empty until it was
    public. A wording that is withheld has no words left (`withheld_at`, `ground`).
    """

    entry = models.ForeignKey(LiveEntry, on_delete=models.CASCADE, related_name="wordings", db_index=False)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    is_public = models.BooleanField(default=False)
    headline = models.CharField(max_length=200, blank=True)
    body = models.JSONField(default=list)
    passages = models.JSONField(default=list)
    withheld_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=8, choices=Ground.choices, blank=True)
    withheld_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="live_wording_number")]
