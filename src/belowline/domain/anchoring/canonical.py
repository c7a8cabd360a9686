"""The canonical plain text of a document: what anchors are counted in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

BETWEEN_BLOCKS = "\n\n"


def canonical_text(blocks: Iterable[str]) -> str:
    """The blocks in NFC, their white space collapsed, empty ones left out, with an empty line between them."""
    return BETWEEN_BLOCKS.join(text for block in blocks if (text := canonical_block(block)))


def canonical_block(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
