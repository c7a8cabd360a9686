"""A picture as a page shows it: with its public files, with the desk's own, or behind an address of the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from belowline.newsroom.licences import deed_of
from belowline.newsroom.pictures import files as picture_files
from belowline.newsroom.pictures.public import PublicFile, PublicPicture

if TYPE_CHECKING:
    from belowline.newsroom.models import Picture


def public_picture(picture: Picture) -> PublicPicture:
    rows = picture_files.public_files(picture)
    files = {row: PublicFile(row.mime_type, row.width, row.height, f"{settings.MEDIA_URL}{row.name}") for row in rows}
    cover = next((file for row, file in files.items() if row.is_blurred), None)
    return _with_words(picture, tuple(file for row, file in files.items() if not row.is_blurred), cover=cover)


def desk_picture(picture: Picture) -> PublicPicture:
    thumbnail = picture.get_rendition(picture_files.DESK_SPEC)
    file = PublicFile("image/jpeg", thumbnail.width, thumbnail.height, thumbnail.url)
    cover = PublicFile("image/jpeg", *picture_files.cover_of(picture)) if picture.is_sensitive else None
    return _with_words(picture, (file,), cover=cover)


def linked_picture(picture: Picture, url: str) -> PublicPicture:
    """As large as the desk shows it, without drawing it."""
    part = min(1.0, 1280 / max(picture.width, picture.height, 1))
    file = PublicFile("image/jpeg", max(1, round(picture.width * part)), max(1, round(picture.height * part)), url)
    cover = PublicFile("image/jpeg", file.width, file.height, f"{url}?cover=1") if picture.is_sensitive else None
    return _with_words(picture, (file,), cover=cover)


def _with_words(picture: Picture, files: tuple[PublicFile, ...], *, cover: PublicFile | None) -> PublicPicture:
    deed = deed_of(picture.licence)
    return PublicPicture(
        alt=picture.alt,
        caption=picture.caption,
        credit=picture.credit,
        files=files,
        licence=deed.text,
        licence_url=deed.url,
        creator=picture.creator,
        place=picture.place,
        taken_on=picture.taken_on.isoformat() if picture.taken_on else "",
        is_archive=picture.is_archive,
        sensitivity=picture.sensitivity,
        content=picture.content,
        cover=cover,
    )
