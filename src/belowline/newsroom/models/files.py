"""Pictures and documents. Custom from the first migration, because swapping these models later is dear."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition, get_rendition_upload_to, get_upload_to
from wagtail.search import index

from belowline.newsroom.sealed import (
    DocumentStorage,
    OriginalStorage,
    SealedFileField,
    SealedImageField,
    ThumbnailStorage,
)


class Picture(AbstractImage):
    """A picture with its rights. The credit is shown wherever the picture is.

    The upload is sealed. What readers get are PictureFile rows, made when an article with the picture is published
    and removed when no public article uses it any more.
    """

    file = SealedImageField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        storage=OriginalStorage(),
        width_field="width",
        height_field="height",
    )
    alt = models.CharField(
        _("description for those who cannot see it"),
        max_length=300,
        help_text=_("What the picture shows, in one or two sentences. Not the headline, not the caption."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True, help_text=_("Shown under the picture."))
    credit = models.CharField(
        _("credit"),
        max_length=200,
        help_text=_("Who made it, as it must be printed: “Photograph: Name / Agency”."),
    )

    admin_form_fields = (
        "title",
        "file",
        "alt",
        "caption",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )
    search_fields = [*AbstractImage.search_fields, index.SearchField("caption"), index.SearchField("credit")]

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_picture", "Can choose picture")]

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

    `source_hash` and `encoder` say what it was made from and by which version; files of another source or version are
    made anew at the next publication. Two pictures with the same content share a file, so `name` is not unique.
    """

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="files")
    source_hash = models.CharField(max_length=40)
    encoder = models.PositiveSmallIntegerField()
    mime_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    name = models.CharField(max_length=80, db_index=True, help_text="Below the media folder; safe in a URL.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["picture", "source_hash", "encoder", "mime_type", "width"], name="picture_file"
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
