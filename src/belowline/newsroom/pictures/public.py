"""A picture as a page needs it: its words and its files, without Wagtail."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields, replace
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
    """`files` in any order, with at least one JPEG. `url`, `width` and `height` belong to the fallback.

    `licence` is what readers are told of it, with its address, empty for a basis of the newsroom's own. `taken_on` is
    an ISO date. A sensitive picture has `content`, which says what is in it, and a `cover`: what stands in its place
    until a reader asks; nothing else of it may be loaded before, and it is on no card.
    """

    alt: str
    caption: str
    credit: str
    files: tuple[PublicFile, ...]
    licence: str = ""
    licence_url: str = ""
    creator: str = ""
    place: str = ""
    taken_on: str = ""
    is_archive: bool = False
    sensitivity: str = ""
    content: str = ""
    cover: PublicFile | None = None

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
    def is_sensitive(self) -> bool:
        return bool(self.sensitivity)

    @property
    def full_url(self) -> str:
        """The largest JPEG: what "full-size image" leads to."""
        return max(self._of("image/jpeg") or self.files, key=lambda file: file.width).url

    @property
    def mime_types(self) -> tuple[str, ...]:
        """The formats there are, the most economical first."""
        present = {file.mime_type for file in self.files}
        return tuple(name for name in ("image/avif", "image/webp", "image/jpeg") if name in present)

    def srcset(self, mime_type: str, *, widest: int | None = None) -> str:
        files = sorted(self._of(mime_type), key=lambda file: file.width)
        if widest is not None:
            files = [file for file in files if file.width <= widest] or files[:1]
        return ", ".join(f"{file.url} {file.width}w" for file in files)

    def with_words(self, *, caption: str = "", credit: str = "") -> PublicPicture:
        """With another caption or credit; empty keeps its own."""
        return replace(self, caption=caption or self.caption, credit=credit or self.credit)

    def _of(self, mime_type: str) -> list[PublicFile]:
        return [file for file in self.files if file.mime_type == mime_type]

    def as_json(self) -> dict[str, Any]:
        """What differs from the defaults; files as lists, because there are many."""
        said = {name: value for name in _WORDS if (value := getattr(self, name))}
        cover = {"cover": list(astuple(self.cover))} if self.cover else {}
        return {**said, **cover, "files": [list(astuple(file)) for file in self.files]}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> PublicPicture:
        words: dict[str, Any] = {"alt": "", "caption": "", "credit": ""}
        words |= {name: value[name] for name in _WORDS if name in value}
        cover = PublicFile(*value["cover"]) if "cover" in value else None
        return cls(**words, cover=cover, files=tuple(PublicFile(*file) for file in value["files"]))


_WORDS = tuple(field.name for field in fields(PublicPicture) if field.name not in {"files", "cover"})
