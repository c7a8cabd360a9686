"""Pictures for those who share a page: drawn by the program, public, replaced when their words change."""

from __future__ import annotations

from django.db import models


class SocialCard(models.Model):
    """The card of a public article. `source` is a digest of all that is on it; `name` the file in the media folder,
    empty where no card can be drawn (a script that no font of ours has). `look` is a digest of what all cards have in
    common: one with another look, or none, is drawn anew when the worker comes to it."""

    article_id = models.BigIntegerField(primary_key=True)
    source = models.CharField(max_length=40)
    look = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=80, blank=True)


class SiteCard(models.Model):
    """The card of all pages that have none of their own, in one language."""

    language = models.CharField(primary_key=True, max_length=12)
    source = models.CharField(max_length=40)
    name = models.CharField(max_length=80, blank=True)
