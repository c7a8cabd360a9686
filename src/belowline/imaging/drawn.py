"""A file that was drawn: what the child says of it and what the parent makes of it. Imports nothing heavy."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
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


def names_of(drawn: Sequence[Drawn]) -> list[str]:
    """Their public names: one content hash for all files of a picture, so that a file under its name never changes and
    may be cached for ever. One, because a page names fifteen files of each picture and a hash does not compress."""
    digest = hashlib.sha256()
    for one in drawn:
        digest.update(hashlib.sha256(one.data).digest())
    together = digest.hexdigest()[:_HASH_CHARACTERS]
    return [f"{together}{'-cover' if one.is_blurred else ''}-{one.width}.{ENDINGS[one.mime_type]}" for one in drawn]
