"""What readers say is wrong in an article. For the newsroom alone: nothing of it is ever public."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TEXT_CHARACTERS, PASSAGE_CHARACTERS = 2000, 500


class ReportState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of an error report", "Open")
    ANSWERED = "answered", _("Answered")
    DONE = "done", _("Settled")


class ErrorReport(models.Model):
    """One report. `version` is the published version that the reader saw.

    Around it: error_reports.py takes the address away 30 days after the report was settled, and the report after a
    year. Neither a network address nor an account is kept.
    """

    article = models.ForeignKey(
        "newsroom.ArticlePage", null=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("article")
    )
    version = models.PositiveIntegerField(default=0)
    passage = models.CharField(max_length=PASSAGE_CHARACTERS, blank=True)
    text = models.CharField(max_length=TEXT_CHARACTERS)
    email = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.OPEN)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        permissions: ClassVar[list[Any]] = [("settle_errorreport", _("Can settle reports of errors"))]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "-received_at", "-id"], name="newsroom_error_reports")
        ]
