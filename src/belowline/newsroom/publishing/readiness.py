"""Which pictures keep an article from being published, and why: the rights and words that domain/showing.py asks for.

Asked before a publication, also one for later. What is public already is rendered anew without being asked: it was
ready once, and the form of a picture keeps it so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.domain.showing import Shown, missing
from belowline.newsroom.body.rendering import figures_in
from belowline.newsroom.licences import Licence
from belowline.newsroom.pictures import refusals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from belowline.newsroom.body.rendering import Place
    from belowline.newsroom.models import ArticlePage, Picture


@dataclass(frozen=True, slots=True)
class Lack:
    """A picture that may not be shown yet. `place` is its figure in the body, None for the opening picture."""

    picture: Picture
    place: Place | None
    codes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return refusals.missing_sentence(self.codes, picture=self.picture.title)


class NotReady(Exception):
    """An article with pictures that may not be shown; the message names each, `lacks` has them all."""

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__(" ".join(lack.sentence for lack in lacks))
        self.lacks = lacks

    @property
    def sentence(self) -> str:
        return str(self)


def require(page: ArticlePage) -> None:
    """Raises NotReady."""
    lacks = list(lacks_of(headline=page.title, opening=page.picture, body=page.body))
    if lacks:
        raise NotReady(lacks)


def lacks_of(*, headline: str, opening: Picture | None, body: Any) -> Iterator[Lack]:
    """What is missing, in the order of the article; nothing when all may be shown."""
    if opening is not None:
        codes = missing_of(opening, headline=headline)
        if codes:
            yield Lack(opening, None, codes)
    for place in figures_in(body):
        picture = place.value["picture"]
        codes = missing_of(
            picture, headline=headline, caption=place.value["caption"] or "", credit=place.value["credit"] or ""
        )
        if codes:
            yield Lack(picture, place, codes)


def missing_of(picture: Picture, *, headline: str = "", caption: str = "", credit: str = "") -> tuple[str, ...]:
    """The codes for one picture; a caption or credit of the figure stands for the picture's own."""
    return missing(
        Shown(
            headline=headline,
            alt=picture.alt,
            caption=caption or picture.caption,
            credit=credit or picture.credit,
            is_licence_known=picture.licence != Licence.UNKNOWN,
            needs_reason=picture.licence == Licence.FAIR_USE,
            reason=picture.licence_reason,
            is_sensitive=picture.is_sensitive,
            content=picture.content,
        )
    )
