"""Files for signed-in staff. The desk's URLs let nobody else through (wagtail.admin.urls wraps them)."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from wagtail.permissions import policy_registry

from belowline.newsroom.models import SiteDocument
from belowline.newsroom.models.sealed import ThumbnailStorage

if TYPE_CHECKING:
    from django.http import HttpRequest

# What the desk draws itself. Anything else is handed over as a download, never shown under the site's own address.
_SHOWN = {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}
# Wagtail's words for what somebody may do with a document.
_WORK = ("add", "change", "delete", "choose")


def thumbnail(request: HttpRequest, name: str) -> FileResponse:
    storage = ThumbnailStorage()
    try:
        file = storage.open(name)
    except (FileNotFoundError, IsADirectoryError):
        raise Http404 from None
    kind = mimetypes.guess_type(name)[0] or ""
    return FileResponse(file, as_attachment=kind not in _SHOWN, content_type=kind or "application/octet-stream")


def document(request: HttpRequest, document_id: int) -> FileResponse:
    """For whoever may work with documents: a moderator's or a treasurer's account opens none."""
    found = SiteDocument.objects.filter(pk=document_id).first()
    if found is None or not found.file.storage.exists(found.file.name):
        raise Http404
    policy = policy_registry.get_by_type(SiteDocument)
    if not policy.user_has_any_permission_for_instance(request.user, _WORK, found):
        raise PermissionDenied
    return FileResponse(found.file.open(), as_attachment=True, filename=found.filename)
