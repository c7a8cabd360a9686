"""The desk's form for a picture, in the library, in the chooser and for many at once (setting WAGTAILIMAGES_IMAGE_FORM_BASE)."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.forms.fields import FileField
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from belowline.imaging import jobs
from belowline.imaging.sniffing import ENDINGS
from belowline.newsroom.pictures import files as picture_files
from belowline.newsroom.pictures import protection, refusals
from belowline.newsroom.publishing import readiness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.forms import BoundField


class PictureFileField(WagtailImageField):
    """Takes what the child process could read, whatever its name says; the name gets the ending of its content."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_text = _("JPEG, PNG, WebP, AVIF, TIFF or a GIF that does not move: at most %(limit)s MB.") % {
            "limit": self.max_upload_size // 1_000_000
        }
        # What the desk's script says of an ending that it does not know, before anything is sent.
        svg = refusals.upload_sentence("svg")
        self.error_messages["invalid_image_extension"] = f"{refusals.upload_sentence('unknown')} {svg}"

    def to_python(self, data: Any) -> Any:
        file: Any = FileField.to_python(self, data)
        if file is None:
            return None
        if self.max_upload_size is not None and file.size > self.max_upload_size:
            megabytes, limit = -(-file.size // 1_000_000), self.max_upload_size // 1_000_000
            raise ValidationError(
                refusals.upload_sentence("too_heavy", {"megabytes": megabytes, "limit": limit}), code="too_heavy"
            )
        try:
            checked = jobs.check(file)
        except jobs.PictureRefused as refusal:
            raise ValidationError(refusals.upload_sentence(refusal.code, refusal.values), code=refusal.code) from None
        file.name = f"{PurePath(file.name).stem}.{ENDINGS[checked.format]}"
        return file


# What a picture needs to be published comes first, the rest in two folds below it.
_NEEDED = ("title", "file", "alt", "caption", "credit", "licence", "licence_reason")
# Sentences: shown whole while they are written, and stored in one line.
_SENTENCES = ("alt", "caption", "content")
_CAREFUL = ("sensitivity", "content", "is_protected")


class PictureForm(BaseImageForm):
    """A picture may be kept without its words and rights, but not lose them while readers see it."""

    @property
    def groups(self) -> list[dict[str, Any]]:
        """For the templates: what is needed, and the folds, open where something is wrong or filled in."""
        shown = [field for field in self.visible_fields() if field.name not in (*_NEEDED, *_CAREFUL)]
        folds = (
            (_("Sensitive, or a source to protect"), self._fields(_CAREFUL)),
            (_("More about this picture"), shown),
        )
        return [
            {"title": "", "fields": self._fields(_NEEDED), "is_open": True},
            *({"title": title, "fields": fields, "is_open": _is_worth_a_look(fields)} for title, fields in folds),
        ]

    def _fields(self, names: Iterable[str]) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields and not self[name].is_hidden]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            old = self.fields["file"]
            self.fields["file"] = PictureFileField(label=old.label, required=old.required, widget=old.widget)
        for name in _SENTENCES:
            if name in self.fields:
                attributes = {"maxlength": self.fields[name].max_length, "rows": 2}
                self.fields[name].widget = AdminAutoHeightTextInput(attrs=attributes)
        if self.instance.is_protected and "is_protected" in self.fields:
            self.fields["is_protected"].disabled = True

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in _SENTENCES:
            if name in self.cleaned_data:
                self.cleaned_data[name] = " ".join(self.cleaned_data[name].split())
        if self.cleaned_data.get("is_protected") and not self.initial.get("is_protected"):
            self._replace_title()
        return self.cleaned_data

    def _replace_title(self) -> None:
        """A title that somebody has just thought of stays; one that was there before, or made of the file's name, goes."""
        file = self.cleaned_data.get("file")
        name = _bare(PurePath(file.name).stem) if file else ""
        title = _bare(self.cleaned_data.get("title") or "")
        if "title" not in self.changed_data or (name and name in title) or not title:
            self.cleaned_data["title"] = protection.neutral_title()

    def _post_clean(self) -> None:
        super()._post_clean()  # the instance has the new values from here on
        if self.instance.pk is None or not picture_files.is_public(self.instance):
            return
        for code in readiness.missing_of(self.instance):
            field = refusals.FIELDS[code]
            if field in self.fields:
                self.add_error(field, _("Readers see this picture in a published article, which needs this."))


def _bare(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


def _is_worth_a_look(fields: Iterable[BoundField]) -> bool:
    quiet = {"tags", "collection"}
    return any(field.errors or (field.value() and field.name not in quiet) for field in fields)
