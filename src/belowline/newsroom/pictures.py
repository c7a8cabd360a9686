"""Public files of pictures: encoded once, when an article with the picture is published, never on a page view.

Every file is decoded and drawn anew, so nothing that the camera or an editor's program wrote into the original can
come along: no EXIF, XMP, IPTC, comment, thumbnail or place. Only the colour profile is carried over.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageCms, ImageOps

from belowline.newsroom.models import Picture, PictureFile, RenderingPicture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Raise it when the bytes of the same original would come out differently.
ENCODER = 1
# Phones from 320 CSS pixels, a text column of about 700 at double density, a full-bleed picture. 1920 is "full size".
WIDTHS = (320, 640, 960, 1280, 1920)
WEBP = "image/webp"
JPEG = "image/jpeg"
_ENDINGS = {WEBP: "webp", JPEG: "jpg"}
_QUALITY = {WEBP: 80, JPEG: 82}
# 128 bits: files are told apart by it, and nobody guesses the name of a withdrawn one.
_HASH_CHARACTERS = 32


class UnreadablePicture(Exception):
    """The original cannot be decoded; its name is in the message."""


@dataclass(frozen=True, slots=True)
class Encoded:
    mime_type: str
    width: int
    height: int
    data: bytes

    @property
    def name(self) -> str:
        """Content hash first, so that a file under this name never changes and may be cached for ever."""
        digest = hashlib.sha256(self.data).hexdigest()[:_HASH_CHARACTERS]
        return f"{digest}-{self.width}.{_ENDINGS[self.mime_type]}"


def widths_of(original: int) -> tuple[int, ...]:
    """The widths to make of an original that is so wide: never wider than it, and its own width at the end."""
    return (*(width for width in WIDTHS if width < original), min(original, WIDTHS[-1]))[: len(WIDTHS)]


def encode(source: BinaryIO) -> Iterator[Encoded]:
    """Every public file of one original, narrow to wide. Pillow's own errors come through."""
    with Image.open(source) as opened:
        is_drawn = opened.format in {"PNG", "GIF"}
        if opened.format == "JPEG":
            # Decode at the half, quarter or eighth that is still wide enough: a 50-megapixel photograph in 40 MB.
            opened.draft(None, (WIDTHS[-1] * 2, WIDTHS[-1] * 2))
        width, height = _upright_size(opened)
        image, profile = _flat(opened)
    for target in widths_of(width):
        resized = image.resize(
            (target, max(1, round(height * target / width))), Image.Resampling.LANCZOS, reducing_gap=3
        )
        # Pillow hands comments and the like from `info` to the next file.
        resized.info.clear()
        yield Encoded(WEBP, *resized.size, _webp(resized, profile=profile, is_drawn=is_drawn))
        yield Encoded(JPEG, *resized.size, _jpeg(resized, profile=profile, is_drawn=is_drawn))


def _upright_size(image: Image.Image) -> tuple[int, int]:
    turned = image.getexif().get(0x0112, 1) in {5, 6, 7, 8}  # EXIF 2.32, Orientation: the rows are columns
    return (image.height, image.width) if turned else image.size


def _flat(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    """The picture upright in RGB or grey, on white where it was see-through, and its colour profile if that fits."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "CMYK":
        return _from_ink(upright, profile=profile), None
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, "white")
        return Image.alpha_composite(paper, upright.convert("RGBA")).convert("RGB"), _rgb_only(profile)
    if upright.mode in {"I;16", "I;16B", "I"}:
        # Pillow clips 16 bits to white; keep the upper eight.
        return upright.point(lambda value: value / 256).convert("L"), None
    if upright.mode == "L":
        return upright, None
    return upright.convert("RGB"), _rgb_only(profile)


def _from_ink(image: Image.Image, *, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _rgb_only(profile: bytes | None) -> bytes | None:
    # ICC.1:2022, 7.2: bytes 16 to 19 of a profile name its colour space.
    return profile if profile is not None and profile[16:20] == b"RGB " else None


def _webp(image: Image.Image, *, profile: bytes | None, is_drawn: bool) -> bytes:
    extra = {"icc_profile": profile} if profile else {}
    lossy = _saved(image, "WEBP", quality=_QUALITY[WEBP], method=4, **extra)
    if not is_drawn:
        return lossy
    # Charts and flat drawings are often smaller without loss, and their edges stay clean.
    lossless = _saved(image, "WEBP", lossless=True, quality=50, method=3, **extra)
    return min(lossy, lossless, key=len)


def _jpeg(image: Image.Image, *, profile: bytes | None, is_drawn: bool) -> bytes:
    extra = {"icc_profile": profile} if profile else {}
    subsampling = "4:4:4" if is_drawn else "4:2:0"
    return _saved(
        image, "JPEG", quality=_QUALITY[JPEG], progressive=True, optimize=True, subsampling=subsampling, **extra
    )


def _saved(image: Image.Image, format_name: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


def public_files(picture: Picture) -> list[PictureFile]:
    """The rows made of the picture as it is now, narrow to wide; empty when it is not encoded. One query."""
    rows = PictureFile.objects.filter(picture=picture, source_hash=picture.file_hash, encoder=ENCODER)
    return list(rows.order_by("mime_type", "width"))


def encode_for_public(pictures: Iterable[Picture]) -> None:
    """Make the public files of the pictures that have none yet.

    Takes about a second for each new picture: call it before the transaction that publishes. Raises UnreadablePicture.
    """
    for picture in pictures:
        picture.get_file_hash()
        if not public_files(picture):
            _encode_one(picture)


def _encode_one(picture: Picture) -> None:
    try:
        with picture.open_file() as source:
            encoded = [(one, _stored(one)) for one in encode(source)]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(f"picture {picture.pk} ({picture.title}): {error}") from error
    rows = [
        PictureFile(
            picture=picture,
            source_hash=picture.file_hash,
            encoder=ENCODER,
            mime_type=one.mime_type,
            width=one.width,
            height=one.height,
            bytes=len(one.data),
            name=name,
        )
        for one, name in encoded
    ]
    # Two publications may encode the same picture at the same time: same content, same names, one set of rows.
    PictureFile.objects.bulk_create(rows, ignore_conflicts=True)


def _stored(file: Encoded) -> str:
    name = file.name
    if default_storage.exists(name):
        if default_storage.size(name) == len(file.data):
            return name
        default_storage.delete(name)  # cut short by a crash
    return default_storage.save(name, ContentFile(file.data))


def remove_unused_files(picture_ids: Iterable[int]) -> None:
    """Take these pictures' public files off the disk, once committed, unless a public article still shows them."""
    used = set(RenderingPicture.objects.filter(picture_id__in=picture_ids).values_list("picture_id", flat=True))
    unused = PictureFile.objects.filter(picture_id__in=set(picture_ids) - used)
    names = set(unused.values_list("name", flat=True))
    if names:
        unused.delete()
        transaction.on_commit(lambda: remove_from_disk(names))


def remove_outdated_files(picture: Picture) -> None:
    """Take away what was made of a former original or by a former encoder."""
    outdated = PictureFile.objects.filter(picture=picture).exclude(source_hash=picture.file_hash, encoder=ENCODER)
    names = set(outdated.values_list("name", flat=True))
    if names:
        outdated.delete()
        transaction.on_commit(lambda: remove_from_disk(names))


def remove_from_disk(names: set[str]) -> None:
    shared = set(PictureFile.objects.filter(name__in=names).values_list("name", flat=True))
    for name in names - shared:
        default_storage.delete(name)
