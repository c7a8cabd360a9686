"""May a picture be shown to readers? Rights and words that must be there before it is published."""

from __future__ import annotations

from dataclasses import dataclass

# In the order in which the desk's form asks for them.
ALT_MISSING = "alt_missing"
ALT_IS_HEADLINE = "alt_is_headline"
ALT_IS_CAPTION = "alt_is_caption"
CREDIT_MISSING = "credit_missing"
LICENCE_UNKNOWN = "licence_unknown"
REASON_MISSING = "reason_missing"
CONTENT_MISSING = "content_missing"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in one article: the words of its figure where that has its own, else the picture's.

    `content` says what is in a sensitive picture. `is_licence_known` stands for a licence or another basis.
    """

    headline: str
    alt: str
    caption: str
    credit: str
    is_licence_known: bool
    needs_reason: bool
    reason: str
    is_sensitive: bool
    content: str


def missing(shown: Shown) -> tuple[str, ...]:
    """The codes of what keeps the picture from readers, in the order of the form; empty when nothing does."""
    alt = _bare(shown.alt)
    found = {
        ALT_MISSING: not alt,
        # Who cannot see the picture would hear the same words twice and learn nothing of it.
        ALT_IS_HEADLINE: bool(alt) and alt == _bare(shown.headline),
        ALT_IS_CAPTION: bool(alt) and alt == _bare(shown.caption),
        CREDIT_MISSING: not _bare(shown.credit),
        LICENCE_UNKNOWN: not shown.is_licence_known,
        REASON_MISSING: shown.needs_reason and not _bare(shown.reason),
        CONTENT_MISSING: shown.is_sensitive and not _bare(shown.content),
    }
    return tuple(code for code, holds in found.items() if holds)


def _bare(text: str) -> str:
    """Letters and digits alone: a full stop or a capital makes no other sentence."""
    return " ".join("".join(one if one.isalnum() else " " for one in text.casefold()).split())
