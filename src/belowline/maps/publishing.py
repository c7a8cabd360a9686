"""The maps of one text while it is being rendered: what was asked for, what may be shown of it now, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from belowline.domain.maps.precision import POINTS
from belowline.maps import files, markup
from belowline.maps.sheets import request_of, sheet_of

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.maps.files import PublicFile
    from belowline.maps.sheets import Request, Sheet

FilesOf = Callable[["Sheet"], Mapping[str, "PublicFile"]]


@dataclass(slots=True)
class TextMaps:
    """`files_of` answers a sheet's files: public ones, or the preview's. `now` is one moment for the whole text."""

    language: str
    now: datetime
    files_of: FilesOf = files.public_files
    requests: list[Request] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)

    def figure(self, value: Any, *, element_id: str, is_lazy: bool) -> str:
        """The figure of a MapBlock's value; "" while nothing of it may be shown. Our words are in the running language,
        which must be the text's."""
        request = request_of(value, language=self.language)
        self.requests.append(request)
        sheet = sheet_of(request, now=self.now)
        if sheet is None:
            return ""
        self.sheets.append(sheet)
        return markup.figure(sheet, self.files_of(sheet), element_id=element_id, is_lazy=is_lazy)

    @property
    def positions(self) -> list[tuple[float, float]]:
        """(latitude, longitude) of what readers see as a point, or as one within a few kilometres; each once."""
        shown = [place for sheet in self.sheets for place in sheet.places]
        points = [one.position for one in shown if one.position is not None and one.precision in POINTS]
        return sorted({(point.latitude, point.longitude) for point in points})

    def show(self, owner: str) -> None:
        """From now on the owner shows these maps and no others. In the transaction that publishes its text."""
        files.show(owner, requests=self.requests, sheets=self.sheets, now=self.now)


def prepare(values: Iterable[Any], *, language: str, now: datetime) -> None:
    """Draw what publishing these blocks now would show, and what could not be drawn the last time. A second for each new
    map: call it before the transaction. Raises MapNotDrawn."""
    for value in values:
        sheet = sheet_of(request_of(value, language=language), now=now)
        if sheet is not None:
            files.public_files(sheet, tries_again=True)
