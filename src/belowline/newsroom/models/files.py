"""Pictures and documents. Custom from the first migration, because swapping these models later is dear."""

from __future__ import annotations

import hashlib
import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition, get_rendition_upload_to, get_upload_to
from wagtail.search import index

from belowline.imaging import jobs as imaging
from belowline.newsroom.licences import Licence
from belowline.newsroom.models.sealed import (
    DocumentStorage,
    OriginalStorage,
    SealedFileField,
    SealedImageField,
    ThumbnailStorage,
)
from belowline.newsroom.pictures import protection

if TYPE_CHECKING:
    from django.core.files import File

# "original" in a template of Wagtail's: as much of it as a screen shows.
DESK_WIDTH = 1280


class Sensitivity(models.TextChoices):
    """How a picture is shown: at once, or blurred until a reader asks for it. Those are never on a card."""

    NONE = "", _("Shown at once")
    SENSITIVE = "sensitive", _("Sensitive: blurred until the reader asks for it")
    GRAPHIC = "graphic", _("Graphic, death or injury: blurred until the reader asks for it")


class Picture(AbstractImage):
    """A picture with its rights. The credit is shown wherever the picture is.

    The upload is sealed, and `sha256` proves later what was uploaded. What readers get are PictureFile rows, made when
    an article with the picture is published and removed when no public article uses it any more. A picture may lie in
    the library without its words and rights, so that no upload is lost; what is missing keeps it from being published
    (domain/showing.py).

    `is_protected`: the original, its name and its hashes are gone for good; `file` is a copy without metadata
    (protection.py). Never set it back to False.
    """

    file = SealedImageField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        storage=OriginalStorage(),
        width_field="width",
        height_field="height",
    )
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    alt = models.CharField(
        _("description for those who cannot see it"),
        max_length=300,
        blank=True,
        help_text=_(
            "Needed to publish it. What the picture shows, in one or two sentences; not the headline, not the caption."
        ),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True, help_text=_("Shown under the picture."))
    credit = models.CharField(
        _("credit"),
        max_length=200,
        blank=True,
        help_text=_("Needed to publish it. Who made it, as it must be printed: “Photograph: Name / Agency”."),
    )
    creator = models.CharField(
        _("author"),
        max_length=200,
        blank=True,
        help_text=_("The person alone, for the information inside the file. Leave it empty to keep a name out."),
    )
    licence = models.CharField(
        _("licence or basis"),
        max_length=20,
        choices=Licence.choices,
        blank=True,
        default=Licence.UNKNOWN,
        help_text=_(
            "Needed to publish it. Why we may show it; a Creative Commons licence is printed beside the credit, with a link."
        ),
    )
    licence_reason = models.CharField(
        _("reason, or who gave permission"),
        max_length=500,
        blank=True,
        help_text=_("For the newsroom, never published. Needed for quotation and fair use."),
    )
    taken_on = models.DateField(_("taken on"), null=True, blank=True, help_text=_("Printed under the picture."))
    place = models.CharField(
        _("place"),
        max_length=120,
        blank=True,
        help_text=_("A town or a region, never an address where somebody could be found. Printed under the picture."),
    )
    is_archive = models.BooleanField(
        _("archive picture"),
        default=False,
        help_text=_("Not from the events of the article. Printed under the picture."),
    )
    source_url = models.CharField(
        _("where it was found"),
        max_length=500,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text=_("A link. For the newsroom, never published."),
    )
    sensitivity = models.CharField(
        _("how it is shown"), max_length=10, choices=Sensitivity.choices, blank=True, default=Sensitivity.NONE
    )
    content = models.CharField(
        _("what is in it"),
        max_length=200,
        blank=True,
        help_text=_("Stands on a blurred picture, so that a reader can decide: “A wounded man on a stretcher”."),
    )
    is_protected = models.BooleanField(
        _("protect the source"),
        default=False,
        help_text=_(
            "Keeps a copy without any trace of the camera, at most 2560 pixels wide, and destroys the file as it was "
            "sent, with its name and its fingerprints. This cannot be undone."
        ),
    )

    admin_form_fields = (
        "title",
        "file",
        "alt",
        "caption",
        "credit",
        "licence",
        "licence_reason",
        "creator",
        "taken_on",
        "place",
        "is_archive",
        "sensitivity",
        "content",
        "source_url",
        "is_protected",
        "collection",
        "tags",
    )
    search_fields = [
        *AbstractImage.search_fields,
        index.SearchField("caption"),
        index.SearchField("credit"),
        index.SearchField("place"),
    ]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_picture", "Can choose picture")]

    @property
    def is_sensitive(self) -> bool:
        return bool(self.sensitivity)

    def get_upload_to(self, filename: str) -> str:
        """The name of a sealed file says nothing: names of senders and places travel in file names."""
        return filename if protection.is_master(filename) else f"{uuid.uuid4().hex}{Path(filename).suffix.lower()[:6]}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self.is_protected or protection.is_master(self.file.name):
            super().save(*args, **options)
            return
        is_new = self.pk is None
        destroy_original = protection.replace_original(self)
        with transaction.atomic():
            transaction.on_commit(destroy_original)
            super().save(*args, **options)
            if not is_new:
                protection.forget_traces(self)

    def _set_image_file_metadata(self) -> None:
        super()._set_image_file_metadata()
        with self.open_file() as opened:
            self.sha256 = "" if self.is_protected else hashlib.file_digest(opened, "sha256").hexdigest()

    def generate_rendition_file(self, filter: Any, *, source: Any = None) -> File:
        """What the desk shows: the whole picture within the wanted box. Drawn in the child process like everything,
        because no decoder may see an upload in the desk. Crops are not made; nothing of the desk needs them.
        """
        box = [int(side) for side in re.findall(r"\d+", filter.spec.partition("|")[0])[:2]] or [DESK_WIDTH]
        with self.open_file() as opened:
            drawn = imaging.draw_thumbnail(opened, width=box[0], height=box[-1])
        return ContentFile(drawn.data, name=f"{uuid.uuid4().hex}.{drawn.width}.jpg")

    @property
    def default_alt_text(self) -> str:
        return self.alt


class PictureRendition(AbstractRendition):
    """What the desk shows of a picture. Readers never get one of these: see PictureFile."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")
    file = SealedImageField(
        upload_to=get_rendition_upload_to,
        storage=ThumbnailStorage(),
        width_field="width",
        height_field="height",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="picture_rendition")
        ]


class PictureFile(models.Model):
    """One public file of a picture: re-encoded, without metadata, named by its content.

    `source_hash` and `encoder` say what it was made from (the original, and the credit that is written into it) and by
    which version; files of another source or version are made anew at the next publication. Two pictures with the same
    content share a file, so `name` is not unique. `is_blurred`: what stands in the place of a sensitive picture.
    """

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="files")
    source_hash = models.CharField(max_length=40)
    encoder = models.PositiveSmallIntegerField()
    mime_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    is_blurred = models.BooleanField(default=False)
    bytes = models.PositiveIntegerField()
    name = models.CharField(max_length=80, db_index=True, help_text="Below the media folder; safe in a URL.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["picture", "source_hash", "encoder", "mime_type", "width", "is_blurred"], name="picture_file"
            )
        ]


class SiteDocument(AbstractDocument):
    """A file for the desk. Nothing of it is public yet; staff fetch it from the desk (views.document)."""

    file = SealedFileField(upload_to="", storage=DocumentStorage(), verbose_name=_("file"))

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        permissions = [("choose_sitedocument", "Can choose document")]

    @property
    def url(self) -> str:
        return reverse("newsroom_document", args=[self.pk])
