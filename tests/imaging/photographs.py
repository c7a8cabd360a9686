"""Pictures as phones, picture desks and people with other plans make them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from PIL import Image, ImageCms, TiffImagePlugin

# Where a name, a place or a device hides. Each is planted in `photograph` and must be in no file that readers get.
SECRETS = {
    "comment": b"SECRET-COMMENT",
    "EXIF": b"SECRET-EXIF",
    "maker note": b"SECRET-MAKER",
    "EXIF thumbnail": b"SECRET-PREVIEW",
    "JFIF thumbnail": b"SECRET-THUMBNAIL",
    "XMP": b"SECRET-XMP",
    "XMP, extended": b"SECRET-LONG-XMP",
    "IPTC": b"SECRET-IPTC",
    "behind the end": b"SECRET-TRAILER",
}
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photograph(*, size: tuple[int, int] = (700, 400), orientation: int = 1) -> bytes:
    """A JPEG with everything a phone or a picture desk may have written into it."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET-EXIF"  # ImageDescription
    exif[0x0112] = orientation
    exif[0x8825] = {1: "N", 2: (TiffImagePlugin.IFDRational(36), TiffImagePlugin.IFDRational(11), 0)}  # GPS
    exif[0x8769] = {0x927C: b"SECRET-MAKER", 0x9003: "2026:03:14 08:00:00"}  # MakerNote, DateTimeOriginal
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>SECRET-XMP</exif:GPSLatitude></x:xmpmeta>'
    out = io.BytesIO()
    drawn(size).save(
        out, "JPEG", exif=exif.tobytes() + b"SECRET-PREVIEW", comment=b"SECRET-COMMENT", xmp=xmp, icc_profile=PROFILE
    )
    jpeg = out.getvalue()
    for segment in (
        _segment(0xE0, b"JFXX\x00\x10SECRET-THUMBNAIL"),
        _segment(0xED, _iptc(b"SECRET-IPTC")),
        _segment(0xE1, b"http://ns.adobe.com/xmp/extension/\x00" + b"0" * 40 + b"SECRET-LONG-XMP"),
    ):
        jpeg = _behind_the_first(jpeg, segment)
    return jpeg + b"SECRET-TRAILER"


def drawn(size: tuple[int, int]) -> Image.Image:
    return Image.effect_mandelbrot(size, (-2, -1.5, 1, 1.5), 30).convert("RGB")


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def _behind_the_first(jpeg: bytes, segment: bytes) -> bytes:
    """Behind Pillow's own APP0, whose place is the first."""
    end = 4 + int.from_bytes(jpeg[4:6], "big")
    return jpeg[:end] + segment + jpeg[end:]


def _iptc(caption: bytes) -> bytes:
    # IPTC-IIM 2:120 in a Photoshop resource 0x0404 in APP13.
    record = b"\x1c\x02\x78" + len(caption).to_bytes(2, "big") + caption
    resource = b"8BIM\x04\x04\x00\x00" + len(record).to_bytes(4, "big") + record + b"\x00" * (len(record) % 2)
    return b"Photoshop 3.0\x00" + resource


def saved(image: Image.Image, format_name: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


def with_archive(picture: bytes) -> bytes:
    """A picture that is a ZIP archive as well."""
    out = io.BytesIO(picture)
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("list.txt", "names")
    return out.getvalue()
