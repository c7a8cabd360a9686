"""A file that was drawn: what the child says of it and what the parent makes of it. Imports nothing heavy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

ENDINGS = {"image/avif": "avif", "image/webp": "webp", "image/jpeg": "jpg", "image/png": "png"}
# 128 bits: files are told apart by it, and nobody guesses the name of a withdrawn one.
_HASH_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class Drawn:
    """`is_blurred`: what stands in the place of a sensitive picture until a reader asks for it."""

    mime_type: str
    width: int
    height: int
    data: bytes
    is_blurred: bool = False

    @property
    def name(self) -> str:
        """Content hash first, so that a file under this name never changes and may be cached for ever."""
        digest = hashlib.sha256(self.data).hexdigest()[:_HASH_CHARACTERS]
        return f"{digest}-{self.width}.{ENDINGS[self.mime_type]}"
