"""Protecting a source: what could lead to who made a picture is destroyed, and nothing can bring it back.

Called by Picture.save, so that there is no other way to store a protected picture. A new upload never reaches the
archive. Of an older one these go with the commit: the original, the desk's thumbnails and the public files made of it,
its hashes, and its former title in the desk's log. Backups made before still hold it: docs/pictures.md says so.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from belowline.imaging import jobs
from belowline.newsroom.pictures import refusals

if TYPE_CHECKING:
    from collections.abc import Callable

    from belowline.newsroom.models import Picture

# How a file is known that is a copy without traces already.
_MASTER = ".master.jpg"


def is_master(name: str | None) -> bool:
    return bool(name) and str(name).endswith(_MASTER)


def replace_original(picture: Picture) -> Callable[[], None]:
    """Give the unsaved picture a copy without traces for its file; what is to be done once that is committed.

    Draws, also the public files of a picture that readers see: call it before the transaction. Raises ValidationError
    when it cannot be drawn.
    """
    from belowline.newsroom.pictures import files as picture_files

    former = picture.file
    name, storage, is_kept = former.name, former.storage, former._committed
    try:
        with picture.open_file() as source:
            master = jobs.draw_master(source)
    except jobs.PictureRefused as refusal:
        raise ValidationError({"file": refusals.upload_sentence(refusal.code, refusal.values)}) from None
    picture.file.save(f"{uuid.uuid4().hex}{_MASTER}", ContentFile(master.data), save=False)
    picture.width, picture.height = master.width, master.height
    picture.file_size = len(master.data)
    # Of the copy: Wagtail tells duplicates by it, and public files are known by what they were made of.
    picture.file_hash = hashlib.sha1(master.data, usedforsecurity=False).hexdigest()
    picture.sha256 = ""
    picture.focal_point_x = picture.focal_point_y = None
    picture.focal_point_width = picture.focal_point_height = None
    if picture.pk is not None and picture_files.is_public(picture):
        picture_files.encode_for_public([picture])
    return lambda: storage.delete(name) if is_kept else None


def forget_traces(picture: Picture) -> None:
    """Of a picture that was stored before it was protected: in the transaction that stores the copy."""
    from wagtail.models import ModelLogEntry

    from belowline.newsroom.pictures import files as picture_files

    picture.renditions.all().delete()
    picture_files.remove_outdated_files(picture)
    ModelLogEntry.objects.for_instance(picture).update(label=picture.title)


def neutral_title() -> str:
    """Cameras and messengers write dates, names and places into file names, and titles are made of those."""
    return _("Protected picture %(number)s") % {"number": uuid.uuid4().hex[:6]}
