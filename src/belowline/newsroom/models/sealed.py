"""Files that no reader may fetch: originals, documents and the desk's own thumbnails live outside the public media."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.urls import reverse
from wagtail.images.models import WagtailImageField

from belowline.storage.whole_files import WholeFileStorage


class SealedStorage(WholeFileStorage):
    """A folder under `<data>/private`, read at each use so that a test or a second site can have its own."""

    folder = ""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:
        return str(Path(settings.DATA) / "private" / self.folder)

    @property
    def location(self) -> str:
        return self.base_location

    def url(self, name: str | None) -> str:
        raise NotImplementedError(f"{name!r} is sealed: it has no address")


class OriginalStorage(SealedStorage):
    """Pictures as they were uploaded, with whatever their camera wrote into them."""

    folder = "originals"


class UploadStorage(SealedStorage):
    """What waits for its form."""

    folder = "uploads"


class DocumentStorage(SealedStorage):
    folder = "documents"


class ThumbnailStorage(SealedStorage):
    """What Wagtail draws for the desk. Served to signed-in staff alone (views.thumbnail)."""

    folder = "thumbnails"

    def url(self, name: str | None) -> str:
        return reverse("newsroom_thumbnail", args=[quote(name or "", safe="/")])


class SealedImageField(WagtailImageField):
    """Migrations see a plain image field: where files lie is no part of the table, and a migration imports no code."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("storage", None)
        kwargs["upload_to"] = ""
        return name, "django.db.models.ImageField", args, kwargs


class SealedFileField(models.FileField):
    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("storage", None)
        kwargs["upload_to"] = ""
        return name, "django.db.models.FileField", args, kwargs
