"""Faces as SVG in the page itself: no request, no file, and the tones of the style sheet in light and dark.

It says nothing that the name beside it does not say, so programs that read aloud pass over it.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

from markupsafe import Markup

from belowline.domain.faces import SHAPES, Face, face_of

# In a square of 40: disc, rounded square, hexagon, drop to one corner, arch, octagon.
_GROUNDS = (
    '<circle cx="20" cy="20" r="20"/>',
    '<rect width="40" height="40" rx="9"/>',
    '<path d="M20 0 38 10V30L20 40 2 30V10Z"/>',
    '<path d="M0 0H20A20 20 0 1 1 0 20Z"/>',
    '<path d="M0 40V20A20 20 0 0 1 40 20V40Z"/>',
    '<path d="M12 0H28L40 12V28L28 40H12L0 28V12Z"/>',
)
assert len(_GROUNDS) == SHAPES


@lru_cache(maxsize=1024)
def face_svg(reader_id: int, name: str) -> Markup:
    return drawn(face_of(reader_id, name))


def drawn(face: Face) -> Markup:
    letter = f'<text x="20" y="20">{escape(face.letter)}</text>' if face.letter else ""
    # Made here from numbers and one escaped letter.
    return Markup(  # noqa: S704
        f'<svg class="face" data-tone="{face.tone}" viewBox="0 0 40 40" aria-hidden="true" focusable="false">'
        f"{_GROUNDS[face.shape]}{letter}</svg>"
    )
