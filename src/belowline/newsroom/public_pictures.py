"""A picture as a page needs it: its words and its files, without Wagtail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

# The file for browsers without srcset or WebP, and for feeds and cards: wide enough for a text column.
FALLBACK_WIDTH = 960


@dataclass(frozen=True, slots=True)
class PublicFile:
    mime_type: str
    width: int
    height: int
    url: str


@dataclass(frozen=True, slots=True)
class PublicPicture:
    """`files` in any order, with at least one JPEG. `url`, `width` and `height` belong to the fallback."""

    alt: str
    caption: str
    credit: str
    files: tuple[PublicFile, ...]

    @property
    def fallback(self) -> PublicFile:
        jpegs = sorted(self._of("image/jpeg") or self.files, key=lambda file: file.width)
        return next((file for file in jpegs if file.width >= FALLBACK_WIDTH), jpegs[-1])

    @property
    def url(self) -> str:
        return self.fallback.url

    @property
    def width(self) -> int:
        return self.fallback.width

    @property
    def height(self) -> int:
        return self.fallback.height

    @property
    def full_url(self) -> str:
        """The largest JPEG: what "full-size image" leads to."""
        return max(self._of("image/jpeg") or self.files, key=lambda file: file.width).url

    @property
    def mime_types(self) -> tuple[str, ...]:
        """The formats there are, the most economical first."""
        present = {file.mime_type for file in self.files}
        return tuple(name for name in ("image/avif", "image/webp", "image/jpeg") if name in present)

    def srcset(self, mime_type: str) -> str:
        files = sorted(self._of(mime_type), key=lambda file: file.width)
        return ", ".join(f"{file.url} {file.width}w" for file in files)

    def with_words(self, *, caption: str = "", credit: str = "") -> PublicPicture:
        """With another caption or credit; empty keeps its own."""
        return replace(self, caption=caption or self.caption, credit=credit or self.credit)

    def _of(self, mime_type: str) -> list[PublicFile]:
        return [file for file in self.files if file.mime_type == mime_type]

    def as_json(self) -> dict[str, Any]:
        files = [[file.mime_type, file.width, file.height, file.url] for file in self.files]
        return {"alt": self.alt, "caption": self.caption, "credit": self.credit, "files": files}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> PublicPicture:
        files = tuple(PublicFile(*file) for file in value["files"])
        return cls(alt=value["alt"], caption=value["caption"], credit=value["credit"], files=files)
