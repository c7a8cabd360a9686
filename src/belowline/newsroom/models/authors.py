"""Who writes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from belowline.accounts.models import Reader


class Author(index.Indexed, models.Model):
    """A byline. With `reader`, that reader's comments are marked as the article's author's.

    Saving one renews the bylines of every public article by it (receivers.py).
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=120, unique=True, allow_unicode=True)
    role = models.CharField(_("role"), max_length=120, blank=True, help_text=_("One line: “Environment reporter”."))
    bio = models.TextField(_("about"), max_length=1000, blank=True)
    reader = models.ForeignKey(
        Reader,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        # A newsroom has a handful of people with a badge and may have a million readers.
        limit_choices_to={"badge__gt": ""},
        verbose_name=_("account below the line"),
        help_text=_("Comments of this account are marked as the author's under their own articles."),
    )

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("role"), FieldPanel("bio"), FieldPanel("reader")]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.SearchField("role")]

    class Meta:
        ordering = ["name"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self) -> str:
        return self.name
