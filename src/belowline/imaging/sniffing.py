"""What a file is, by its first bytes, and whether it is something else as well."""

from __future__ import annotations

import re

# Names of Pillow's plugins. HEIC needs a decoder that Pillow does not bring; SVG is a program, not a picture.
JPEG, PNG, WEBP, AVIF, GIF, TIFF = "JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF"
ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp", AVIF: "avif", GIF: "gif", TIFF: "tif"}
SVG, HEIC = "SVG", "HEIC"

# What a reader of the other format looks for, and where: PDF 1.7, annex H, note 13: in the first 1,024 bytes;
# ZIP (APPNOTE 6.3.10, 4.3.16): the end record in the last 22 bytes and up to 65,535 of a comment.
_PDF_WITHIN = 1024
_ZIP_TAIL = 22 + 65_535
_ZIP_END = b"PK\x05\x06"
_MARKUP = re.compile(rb"<(?:script|html|svg|iframe)[\s>]|<!doctype\s+html|<\?php\s", re.IGNORECASE)
_MARKUP_START = re.compile(rb"\s*<(?:\?xml|!doctype|!--|svg|html)", re.IGNORECASE)


def format_of(head: bytes) -> str:
    """One of the names above by the first 64 bytes or more; empty for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        return GIF
    if head[:4] in {b"II*\x00", b"MM\x00*"}:
        return TIFF
    if head[4:8] == b"ftyp":  # ISO/IEC 14496-12: the brands follow
        brands = head[8:64]
        return AVIF if b"avif" in brands else HEIC if re.search(rb"hei[cfxms]|mif1", brands) else ""
    if _MARKUP_START.match(head.removeprefix(b"\xef\xbb\xbf")) and re.search(rb"<svg[\s>]", head, re.IGNORECASE):
        return SVG
    return ""


def stowaway(data: bytes) -> str:
    """What else the file is: "pdf", "zip" or "html"; empty for a picture alone.

    Such a file is harmless here, because readers get what was drawn anew. It is refused because nobody makes one by
    accident, and the original lies in the archive for the next person who opens it.
    """
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    tail = data[-_ZIP_TAIL:]
    place = tail.rfind(_ZIP_END)
    # The length of the comment must reach exactly to the end: four bytes alone are chance.
    if place >= 0 and int.from_bytes(tail[place + 20 : place + 22], "little") == len(tail) - place - 22:
        return "zip"
    return "html" if _MARKUP.search(data) else ""
