"""Public files of pictures: made once, when an article with the picture is published, never on a page view.

Drawing happens in a child process (imaging/); here are the rows and the files on the disk.
"""

from __future__ import annotations

import base64
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from belowline.imaging import jobs
from belowline.imaging.credit import Credit
from belowline.imaging.drawn import names_of
from belowline.newsroom.licences import deed_of
from belowline.newsroom.models.files import Picture, PictureFile
from belowline.newsroom.models.public import RenderingPicture
from belowline.newsroom.pictures import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from belowline.imaging.drawn import Drawn

# Raise it when the bytes of the same original would come out differently.
ENCODER = 2
# Two child processes at a time: each has one busy thread, and the smallest machines have two cores.
AT_A_TIME = 2
# How the desk's preview shows a picture, in Wagtail's words.
DESK_SPEC = "max-1280x1280|format-jpeg"


class UnreadablePicture(Exception):
    """The original cannot be drawn. The message is for the log; `sentence` is for the desk."""

    def __init__(self, picture: Picture, reason: jobs.PictureRefused) -> None:
        super().__init__(f"picture {picture.pk} ({picture.title}): {reason}")
        self.picture = picture
        self.reason = reason

    @property
    def sentence(self) -> str:
        return refusals.undrawn_sentence(self.reason.code, self.reason.values, picture=self.picture.title)


class StillDrawing(Exception):
    """The time was over before all pictures were drawn. What was drawn is kept."""

    def __init__(self, *, left: int) -> None:
        super().__init__(f"{left} pictures are not drawn yet")
        self.left = left


def credit_of(picture: Picture) -> Credit:
    deed = deed_of(picture.licence)
    return Credit(credit=picture.credit, creator=picture.creator, licence=deed.text, licence_url=deed.url)


def source_of(picture: Picture) -> str:
    """What the public files are made of: the original, the credit inside them, and whether one of them hides it."""
    parts = [picture.get_file_hash().encode(), credit_of(picture).packet(), b"blurred" if picture.is_sensitive else b""]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()[:40]


def is_public(picture: Picture) -> bool:
    """Whether an article that readers see shows it."""
    return RenderingPicture.objects.filter(picture=picture).exists()


def public_files(picture: Picture) -> list[PictureFile]:
    """The rows made of the picture as it is now, narrow to wide; empty when it is not drawn. One query."""
    rows = PictureFile.objects.filter(picture=picture, source_hash=source_of(picture), encoder=ENCODER)
    return list(rows.order_by("mime_type", "width"))


def encode_for_public(pictures: Iterable[Picture], *, within_seconds: float | None = None) -> None:
    """Make the public files of the pictures that have none yet.

    Takes some seconds for each new picture: call it before the transaction that publishes. Raises UnreadablePicture;
    with `within_seconds` StillDrawing when the time is over: some are drawn each time, so call it again to go on.
    """
    wanted = [one for one in pictures if not public_files(one)]
    if not wanted:
        return
    ends_at = None if within_seconds is None else time.monotonic() + within_seconds
    done = 0
    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        # The threads only wait for their child process: the database belongs to this one.
        for start in range(0, len(wanted), AT_A_TIME):
            if done and ends_at is not None and time.monotonic() > ends_at:
                raise StillDrawing(left=len(wanted) - done)
            some = wanted[start : start + AT_A_TIME]
            for picture, drawing in [(one, pool.submit(draw, one)) for one in some]:
                _keep(picture, drawing.result())
                done += 1


def draw(picture: Picture) -> list[Drawn]:
    """Raises UnreadablePicture."""
    try:
        with picture.file.storage.open(picture.file.name) as source:
            return jobs.draw_public(source, credit=credit_of(picture), is_blurred=picture.is_sensitive)
    except OSError:
        raise UnreadablePicture(picture, jobs.PictureRefused("gone")) from None
    except jobs.PictureRefused as refusal:
        raise UnreadablePicture(picture, refusal) from refusal


def cover_of(picture: Picture) -> tuple[int, int, str]:
    """Width, height and a data address of what hides it, for the desk's preview. Draws it anew each time."""
    with picture.file.storage.open(picture.file.name) as source:
        cover = jobs.draw_thumbnail(source, width=640, height=640, is_blurred=True)
    return cover.width, cover.height, f"data:image/jpeg;base64,{base64.b64encode(cover.data).decode()}"


def desk_bytes(picture: Picture, *, is_blurred: bool = False) -> bytes:
    """A JPEG as large as the desk shows it, or what hides it. Stores nothing: a GET asks for it."""
    if not is_blurred:
        drawn = picture.renditions.filter(filter_spec=DESK_SPEC).first()
        if drawn is not None:
            try:
                with drawn.file.storage.open(drawn.file.name) as stored:
                    return bytes(stored.read())
            except FileNotFoundError:
                pass  # drawn anew below
    side = 640 if is_blurred else 1280
    with picture.file.storage.open(picture.file.name) as source:
        return jobs.draw_thumbnail(source, width=side, height=side, is_blurred=is_blurred).data


def _keep(picture: Picture, drawn: list[Drawn]) -> None:
    source = source_of(picture)
    rows = [
        PictureFile(
            picture=picture,
            source_hash=source,
            encoder=ENCODER,
            mime_type=one.mime_type,
            width=one.width,
            height=one.height,
            is_blurred=one.is_blurred,
            bytes=len(one.data),
            name=_stored(name, one.data),
        )
        for name, one in zip(names_of(drawn), drawn, strict=True)
    ]
    # Two publications may draw the same picture at the same time: same content, same names, one set of rows.
    PictureFile.objects.bulk_create(rows, ignore_conflicts=True)


def _stored(name: str, data: bytes) -> str:
    if default_storage.exists(name):
        if default_storage.size(name) == len(data):
            return name
        default_storage.delete(name)  # cut short by a crash
    return default_storage.save(name, ContentFile(data))


def remove_unused_files(picture_ids: Iterable[int]) -> None:
    """Take these pictures' public files off the disk, once committed, unless a public article still shows them."""
    used = set(RenderingPicture.objects.filter(picture_id__in=picture_ids).values_list("picture_id", flat=True))
    unused = PictureFile.objects.filter(picture_id__in=set(picture_ids) - used)
    names = set(unused.values_list("name", flat=True))
    if names:
        unused.delete()
        transaction.on_commit(lambda: remove_from_disk(names))


def remove_outdated_files(picture: Picture) -> None:
    """Take away what was made of a former original, with a former credit or by a former encoder."""
    outdated = PictureFile.objects.filter(picture=picture).exclude(source_hash=source_of(picture), encoder=ENCODER)
    names = set(outdated.values_list("name", flat=True))
    if names:
        outdated.delete()
        transaction.on_commit(lambda: remove_from_disk(names))


def remove_from_disk(names: set[str]) -> None:
    shared = set(PictureFile.objects.filter(name__in=names).values_list("name", flat=True))
    for name in names - shared:
        default_storage.delete(name)
