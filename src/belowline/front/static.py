"""Files: the site's styles, scripts and fonts, and what the newsroom published. Known types, inside two folders."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from belowline.front.answers import PUBLIC_POLICY, is_unchanged, with_safety
from belowline.front.cache import content_hash
from belowline.front.config import FrontConfig
from belowline.front.encoding import Encoding, chosen, is_worth_packing, packed
from belowline.front.rsgi import Exchange, HeaderList, respond

STATIC_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "webmanifest": "application/manifest+json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "ico": "image/x-icon",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
# No SVG, no HTML, no PDF: uploads never come as something that a browser runs.
MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "vtt": "text/vtt; charset=utf-8",
}
# Maps are drawn by us (maps/files.py) and hold nothing that acts. Uploads never get into their folder.
DRAWN_FOLDER = "maps/"
DRAWN_TYPES = {"svg": "image/svg+xml", "geojson": "application/geo+json", "png": "image/png"}
# Wagtail's folders of originals (with their GPS positions) and of documents (with their own permission checks).
SEALED_FOLDERS = frozenset({"original_images", "documents", "originals"})

# Kept packed in memory up to here; larger files are sent from the disk.
KEPT_FILE_BYTES_MAX = 1024 * 1024
_SAFE_PATH = re.compile(r"(?:[A-Za-z0-9_@-][A-Za-z0-9_@.+~-]*/)*[A-Za-z0-9_@-][A-Za-z0-9_@.+~-]*\.([A-Za-z0-9]+)")
# `name.<hash>.ext` as Django's manifest storage writes it, a folder or name that is a hash, or a picture's hash and width
# (imaging/drawn.py).
_HASHED = re.compile(r"(?:^|[/.])[0-9a-f]{8,64}(?:/|(?:(?:-cover)?-[0-9]+)?\.[A-Za-z0-9]+$)")
_ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")

IMMUTABLE = "public, max-age=31536000, immutable"
# Feeds and search engines show our pictures on pages of theirs.
SHARED = ("cross-origin-resource-policy", "cross-origin")
# A picture that is opened by itself stands in a page of the browser's own making, whose styles fit it to the window; a
# drawing has its colours, light and dark, in a style of its own.
MEDIA_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    size_bytes: int
    etag: str
    content_type: str
    is_hashed: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    etag: str
    headers: HeaderList
    body: bytes


class Files:
    """Serves `/static/` and `/media/`. False from a method means: no such file."""

    def __init__(self, config: FrontConfig) -> None:
        self._config = config
        self._kept: OrderedDict[tuple[str, Encoding], _Kept] = OrderedDict()
        self._kept_bytes = 0

    async def serve_static(
        self, exchange: Exchange, inner: str, *, method: str, accept: str | None, asked: str | None
    ) -> bool:
        file = _found(self._config.static_dir, inner, STATIC_TYPES)
        return await self._serve_packed(exchange, file, method=method, accept=accept, asked=asked)

    async def serve_drawn(
        self, exchange: Exchange, inner: str, *, method: str, accept: str | None, asked: str | None
    ) -> bool:
        """A file of a map, packed like our own: drawings and their data are text."""
        file = _found(self._config.media_dir, inner, DRAWN_TYPES)
        return await self._serve_packed(
            exchange, file, method=method, accept=accept, asked=asked, policy=MEDIA_POLICY, is_shared=True
        )

    async def _serve_packed(
        self,
        exchange: Exchange,
        file: _File | None,
        *,
        method: str,
        accept: str | None,
        asked: str | None,
        policy: str = PUBLIC_POLICY,
        is_shared: bool = False,
    ) -> bool:
        if file is None:
            return False
        encoding = chosen(accept) if is_worth_packing(file.content_type, file.size_bytes) else Encoding.IDENTITY
        if file.size_bytes > KEPT_FILE_BYTES_MAX:
            headers = self._headers(
                file, etag=file.etag, encoding=Encoding.IDENTITY, policy=policy, is_shared=is_shared
            )
            _send_file(exchange, file, headers, method=method, asked=asked, ranges=None)
            return True
        kept = await self._kept_file(file, encoding, policy=policy, is_shared=is_shared)
        if is_unchanged(asked, kept.etag):
            exchange.response_empty(304, kept.headers)
        else:
            respond(exchange, method=method, status=200, headers=kept.headers, body=kept.body)
        return True

    def serve_media(
        self, exchange: Exchange, inner: str, *, method: str, asked: str | None, ranges: str | None
    ) -> bool:
        if inner.partition("/")[0] in SEALED_FOLDERS:
            return False
        file = _found(self._config.media_dir, inner, MEDIA_TYPES)
        if file is None:
            return False
        headers = [
            ("content-type", file.content_type),
            ("etag", file.etag),
            ("cache-control", IMMUTABLE if file.is_hashed else "public, max-age=3600"),
            ("accept-ranges", "bytes"),
            SHARED,
        ]
        headers = with_safety(headers, self._config, policy=MEDIA_POLICY)
        _send_file(exchange, file, headers, method=method, asked=asked, ranges=ranges)
        return True

    async def _kept_file(self, file: _File, encoding: Encoding, *, policy: str, is_shared: bool) -> _Kept:
        key = (file.path + file.etag, encoding)
        kept = self._kept.get(key)
        if kept is None:
            body = await asyncio.to_thread(_read_packed, file.path, encoding)
            etag = f'"{content_hash(body)}"'
            headers = self._headers(file, etag=etag, encoding=encoding, policy=policy, is_shared=is_shared)
            kept = _Kept(etag, headers, body)
            self._keep(key, kept)
        else:
            self._kept.move_to_end(key)
        return kept

    def _keep(self, key: tuple[str, Encoding], kept: _Kept) -> None:
        if key in self._kept:
            return
        self._kept[key] = kept
        self._kept_bytes += len(kept.body)
        while self._kept_bytes > self._config.static_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.body)

    def _headers(self, file: _File, *, etag: str, encoding: Encoding, policy: str, is_shared: bool) -> HeaderList:
        headers = [
            ("content-type", file.content_type),
            ("etag", etag),
            ("cache-control", IMMUTABLE if file.is_hashed else "public, no-cache"),
            ("vary", "Accept-Encoding"),
        ]
        if encoding is not Encoding.IDENTITY:
            headers.append(("content-encoding", encoding.value))
        if is_shared:
            headers.append(SHARED)
        return with_safety(headers, self._config, policy=policy)


def _found(folder: Path, inner: str, types: dict[str, str]) -> _File | None:
    """The file at `inner`, if its name is plain, its type known, and it truly lies inside the folder."""
    match = _SAFE_PATH.fullmatch(inner)
    content_type = types.get(match[1].lower()) if match else None
    if content_type is None:
        return None
    # Links are followed before the comparison: one that leads out of the folder is no file of ours.
    root = os.path.realpath(folder)
    path = os.path.realpath(f"{root}/{inner}")
    if not path.startswith(f"{root}/"):
        return None
    try:
        facts = Path(path).stat()
    except OSError:
        return None
    if not stat.S_ISREG(facts.st_mode):
        return None
    etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    return _File(path, facts.st_size, etag, content_type, _HASHED.search(inner) is not None)


def _read_packed(path: str, encoding: Encoding) -> bytes:
    return packed(Path(path).read_bytes(), encoding)


def _send_file(
    exchange: Exchange, file: _File, headers: HeaderList, *, method: str, asked: str | None, ranges: str | None
) -> None:
    if is_unchanged(asked, file.etag):
        return exchange.response_empty(304, headers)
    # RFC 9110, 14.2: a range means something to GET only.
    part = _wanted_part(ranges, size_bytes=file.size_bytes) if method == "GET" else None
    if part is None:
        headers = [*headers, ("content-length", str(file.size_bytes))]
        return (
            exchange.response_file(200, headers, file.path)
            if method == "GET"
            else exchange.response_empty(200, headers)
        )
    start, end = part
    if start >= end:
        return exchange.response_empty(416, [*headers, ("content-range", f"bytes */{file.size_bytes}")])
    headers = [
        *headers,
        ("content-range", f"bytes {start}-{end - 1}/{file.size_bytes}"),
        ("content-length", str(end - start)),
    ]
    return exchange.response_file_range(206, headers, file.path, start, end)


def _wanted_part(ranges: str | None, *, size_bytes: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of a single range, start >= end if it lies outside; None: send the whole file."""
    match = _ONE_RANGE.fullmatch(ranges.strip()) if ranges else None
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        return max(0, size_bytes - int(match[2])), size_bytes
    start = int(match[1])
    if match[2] == "":
        return start, size_bytes
    return (start, min(int(match[2]) + 1, size_bytes)) if int(match[2]) >= start else None
