"""Why a picture is not taken or not published, in sentences for the desk. Codes: imaging/child.py, domain/showing.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from belowline.domain import showing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_UPLOADS = {
    "empty": gettext_lazy("The file is empty. Send it again."),
    "gone": gettext_lazy("Its file is not on the disk any more. Upload it again."),
    "svg": gettext_lazy(
        "An SVG file is a program that draws, and may load and do more than that. Export the drawing as PNG, at least "
        "2560 pixels wide, and upload that."
    ),
    "heic": gettext_lazy(
        "This is a HEIC file, the format of newer phones, which cannot be read here. Export the picture as JPEG and "
        "upload that."
    ),
    "unknown": gettext_lazy(
        "This is no picture that can be read here. Upload a JPEG, PNG, WebP, AVIF, TIFF or a GIF that does not move."
    ),
    "animated": gettext_lazy("This picture moves. Export one frame of it as PNG or JPEG, and upload that."),
    "too_long": gettext_lazy(
        "The picture has %(width)s × %(height)s pixels; no side may have more than %(limit)s. Make it smaller and "
        "upload it again."
    ),
    "too_many_pixels": gettext_lazy(
        "The picture has %(width)s × %(height)s pixels, which is more than %(megapixels)s million. Make it smaller and "
        "upload it again; readers get at most 2560 pixels in width."
    ),
    "broken": gettext_lazy(
        "The file is damaged or cut short. Open it in a picture program, save it as JPEG, and upload that."
    ),
    "too_demanding": gettext_lazy(
        "Reading this file took more time or memory than a picture may take. Open it in a picture program, save it as "
        "JPEG, and upload that."
    ),
    "too_heavy": gettext_lazy(
        "The file has %(megabytes)s MB; at most %(limit)s MB are taken. Save it with less quality or fewer pixels."
    ),
}
_STOWAWAYS = {
    "pdf": gettext_lazy("a PDF document"),
    "zip": gettext_lazy("a ZIP archive"),
    "html": gettext_lazy("a web page or a script"),
}
_MISSING = {
    showing.ALT_MISSING: gettext_lazy("It has no description for those who cannot see it."),
    showing.ALT_IS_HEADLINE: gettext_lazy("Its description repeats the headline: say what the picture shows."),
    showing.ALT_IS_CAPTION: gettext_lazy("Its description repeats the caption: say what the picture shows."),
    showing.CREDIT_MISSING: gettext_lazy("It has no credit: who made it?"),
    showing.LICENCE_UNKNOWN: gettext_lazy("It has no licence or other basis: may we show it?"),
    showing.REASON_MISSING: gettext_lazy("It is a quotation or fair use, and the reason is missing."),
    showing.CONTENT_MISSING: gettext_lazy("It is sensitive, and nothing says what is in it."),
}
# Where it is put right: the field of the picture's form.
FIELDS = {
    showing.ALT_MISSING: "alt",
    showing.ALT_IS_HEADLINE: "alt",
    showing.ALT_IS_CAPTION: "alt",
    showing.CREDIT_MISSING: "credit",
    showing.LICENCE_UNKNOWN: "licence",
    showing.REASON_MISSING: "licence_reason",
    showing.CONTENT_MISSING: "content",
}


def upload_sentence(code: str, values: dict[str, Any] | None = None) -> str:
    values = dict(values or {})
    if code == "stowaway":
        return _(
            "This file is a picture and %(other)s at once, which nobody makes by accident. Open it in a picture "
            "program, save it as JPEG, and upload that."
        ) % {"other": _STOWAWAYS[values["kind"]]}
    if code == "too_many_pixels":
        values["megapixels"] = values["limit"] // 1_000_000
    return str(_UPLOADS[code]) % values


def missing_sentence(codes: Iterable[str], *, picture: str) -> str:
    """A picture that may not be shown yet, and all that it lacks."""
    return _unpublishable(picture, " ".join(str(_MISSING[code]) for code in codes))


def undrawn_sentence(code: str, values: dict[str, Any], *, picture: str) -> str:
    """A picture that was taken and cannot be drawn now."""
    return _unpublishable(picture, upload_sentence(code, values))


def _unpublishable(picture: str, reason: str) -> str:
    return _("“%(picture)s” cannot be published. %(reason)s") % {"picture": picture, "reason": reason}


def past_sentence(moment: datetime) -> str:
    """A time for publication that is over."""
    return _("%(moment)s is over. Choose a time that is still to come, or leave it empty to publish at once.") % {
        "moment": date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    }


def still_drawing_sentence(*, left: int) -> str:
    return ngettext(
        "%(left)s picture is not ready yet. Nothing is lost: publish again to go on.",
        "%(left)s pictures are not ready yet. Nothing is lost: publish again to go on.",
        left,
    ) % {"left": left}
