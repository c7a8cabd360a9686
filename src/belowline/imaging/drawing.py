"""From an original to the files readers get. Everything is decoded and drawn anew, so nothing that the camera or an
editor's program wrote into the original can come along: no EXIF, XMP, IPTC, comment, thumbnail or place.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

# Each plugin registers itself; without these lines Pillow would load all forty for a WebP.
from PIL import (
    AvifImagePlugin,
    Image,
    ImageCms,
    ImageFilter,
    ImageOps,
    TiffImagePlugin,
    WebPImagePlugin,
)

from belowline.imaging.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOADED = (AvifImagePlugin, TiffImagePlugin, WebPImagePlugin)
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF")
# Phones from 320 CSS pixels, a text column of about 700 at double density, a full-bleed picture; 2560 is "full size".
WIDTHS = (320, 640, 960, 1280, 1920, 2560)
AVIF, WEBP, JPEG = "image/avif", "image/webp", "image/jpeg"
# Encoding the widths of one photograph of 4000 x 2667 (Pillow 13, libavif 1.4.2, one core), at 2560 pixels:
#   AVIF q55  speed 6  202 KB  2.8 s  |  speed 8  217 KB  1.0 s  |  speed 9  251 KB  0.3 s
#   WebP q80  method 4 344 KB  0.7 s  |  method 2 350 KB  0.2 s  |  JPEG q82  611 KB  0.1 s
# and at 1280: AVIF speed 6 65 KB 0.9 s, 8 72 KB 0.3 s, 9 86 KB 0.1 s. An editor waits for it: most readers get widths
# up to 1280, which are made with care, and the two that screens seldom ask for are made fast.
_QUALITY = {AVIF: 55, WEBP: 80, JPEG: 82}
_AVIF_SPEED, _AVIF_SPEED_WIDE = 8, 9
_WEBP_METHOD = 2
_CAREFUL_WIDTH = 1280
# A profile that the widely used ones (sRGB, Display P3, Adobe RGB: 0.5 to 3 KB) fit in. A larger one is applied instead
# of carried along: it would weigh more than a small file, and may hold anything.
PROFILE_BYTES_MAX = 16 * 1024
_BAND_ROWS = 512
# So few samples leave colours and a composition, and no face, wound or word.
_BLURRED_SAMPLES = 20
_BLURRED_WIDTH = 640


@dataclass(frozen=True, slots=True)
class _Upright:
    """A decoded picture in RGB or grey, no larger than needed; `width` and `height` are the original's, turned."""

    image: Image.Image
    profile: bytes | None
    is_drawn: bool
    width: int
    height: int

    def resized(self, width: int) -> Image.Image:
        size = (width, max(1, round(self.height * width / self.width)))
        return self.image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def widths_of(original: int) -> tuple[int, ...]:
    """The widths to make of an original that is so wide: never wider than it, and its own width at the end."""
    return (*(width for width in WIDTHS if width < original), min(original, WIDTHS[-1]))[: len(WIDTHS)]


def public_files(source: BinaryIO, *, packet: bytes = b"", is_blurred: bool = False) -> Iterator[Drawn]:
    """Every public file of one original, narrow to wide. Pillow's own errors come through."""
    upright = _upright(source, width=WIDTHS[-1])
    if is_blurred:
        yield _blurred(upright)
    for width in widths_of(upright.width):
        image = upright.resized(width)
        yield Drawn(AVIF, *image.size, _avif(image, upright, packet=packet))
        yield Drawn(WEBP, *image.size, _webp(image, upright, packet=packet))
        yield Drawn(JPEG, *image.size, _jpeg(image, upright, packet=packet))


def thumbnail(source: BinaryIO, *, width: int, height: int, is_blurred: bool = False) -> Drawn:
    """A JPEG within that box for the desk, in sRGB, never enlarged."""
    upright = _upright(source, width=width)
    if is_blurred:
        return _blurred(upright)
    scale = min(1.0, width / upright.width, height / upright.height)
    image = _srgb(upright.resized(max(1, round(upright.width * scale))), upright.profile)
    return Drawn(JPEG, *image.size, _saved(image, "JPEG", quality=82, optimize=True))


def master(source: BinaryIO) -> Drawn:
    """What stays of an original whose source is protected: its light alone, at the largest public width, in sRGB."""
    upright = _upright(source, width=WIDTHS[-1])
    image = _srgb(upright.resized(min(upright.width, WIDTHS[-1])), upright.profile)
    return Drawn(JPEG, *image.size, _saved(image, "JPEG", quality=92, subsampling="4:4:4", optimize=True))


def _upright(source: BinaryIO, *, width: int) -> _Upright:
    with Image.open(source, formats=FORMATS) as opened:
        is_drawn = opened.format in {"PNG", "GIF"}
        turned = opened.getexif().get(0x0112, 1) in {5, 6, 7, 8}  # EXIF 2.32, Orientation: the rows are columns
        size = (opened.height, opened.width) if turned else opened.size
        # MPO is a phone's JPEG with a second picture behind it; the first one counts.
        if opened.format in {"JPEG", "MPO"}:
            # Decode at the half, quarter or eighth that is still wide enough: 40 megapixels in 40 MB.
            opened.draft(None, (width * 2, width * 2))
        image, profile = _flat(opened)
    return _Upright(image, profile=profile, is_drawn=is_drawn, width=size[0], height=size[1])


def _flat(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    """The picture upright in RGB or grey, on white where it was see-through, and its colour profile if that fits.

    40 megapixels are 160 MB: nothing here copies a whole picture without need.
    """
    profile = image.info.get("icc_profile")
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "CMYK":
        return _from_ink(image, profile=profile), None
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        return _with_small_profile(_on_white(image), profile)
    if image.mode in {"I;16", "I;16B", "I"}:
        # Pillow clips 16 bits to white; keep the upper eight.
        return image.point(lambda value: value / 256).convert("L"), None
    if image.mode in {"L", "RGB"}:
        image.load()
        return _with_small_profile(image, profile) if image.mode == "RGB" else (image, None)
    return _with_small_profile(image.convert("RGB"), profile)


def _on_white(image: Image.Image) -> Image.Image:
    paper = Image.new("RGB", image.size, "white")
    for top in range(0, image.height, _BAND_ROWS):
        layer = image.crop((0, top, image.width, min(top + _BAND_ROWS, image.height))).convert("RGBA")
        paper.paste(layer, (0, top), mask=layer)
    return paper


def _with_small_profile(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, bytes | None]:
    # ICC.1:2022, 7.2: bytes 16 to 19 of a profile name its colour space.
    if profile is None or profile[16:20] != b"RGB ":
        return image, None
    return (image, profile) if len(profile) <= PROFILE_BYTES_MAX else (_srgb(image, profile), None)


def _from_ink(image: Image.Image, *, profile: bytes | None) -> Image.Image:
    return _converted(image, profile) or image.convert("RGB")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    return _converted(image, profile) or image


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    """The picture in sRGB; None without a profile that can be read."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return None
    return converted


def _blurred(upright: _Upright) -> Drawn:
    few = upright.resized(min(_BLURRED_SAMPLES, upright.width)).convert("RGB")
    size = (_BLURRED_WIDTH, max(1, round(upright.height * _BLURRED_WIDTH / upright.width)))
    image = few.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(_BLURRED_WIDTH / 40))
    return Drawn(JPEG, *image.size, _saved(image, "JPEG", quality=60, optimize=True), is_blurred=True)


def _avif(image: Image.Image, upright: _Upright, *, packet: bytes) -> bytes:
    speed = _AVIF_SPEED if image.width <= _CAREFUL_WIDTH else _AVIF_SPEED_WIDE
    subsampling = "4:4:4" if upright.is_drawn else "4:2:0"
    # Several threads gain nothing at these sizes, and two pictures are encoded at a time.
    options = {"quality": _QUALITY[AVIF], "speed": speed, "subsampling": subsampling, "max_threads": 1}
    return _saved(image, "AVIF", **options, **_extra(upright, packet))


def _webp(image: Image.Image, upright: _Upright, *, packet: bytes) -> bytes:
    extra = _extra(upright, packet)
    lossy = _saved(image, "WEBP", quality=_QUALITY[WEBP], method=_WEBP_METHOD, **extra)
    if not upright.is_drawn:
        return lossy
    # Charts and flat drawings are often smaller without loss, and their edges stay clean.
    lossless = _saved(image, "WEBP", lossless=True, quality=50, method=_WEBP_METHOD, **extra)
    return min(lossy, lossless, key=len)


def _jpeg(image: Image.Image, upright: _Upright, *, packet: bytes) -> bytes:
    subsampling = "4:4:4" if upright.is_drawn else "4:2:0"
    options = {"quality": _QUALITY[JPEG], "progressive": True, "optimize": True, "subsampling": subsampling}
    return _saved(image, "JPEG", **options, **_extra(upright, packet))


def _extra(upright: _Upright, packet: bytes) -> dict[str, bytes]:
    """All that may stand beside the picture in its file."""
    said = {"icc_profile": upright.profile, "xmp": packet}
    return {name: value for name, value in said.items() if value}


def _saved(image: Image.Image, format_name: str, **options: object) -> bytes:
    # Pillow hands comments, XMP and the like from `info` to the next file.
    image.info.clear()
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()
