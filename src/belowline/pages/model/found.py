"""The search page and the list of feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from belowline.domain.search_snippets import Piece
from belowline.pages.model.frame import ONE_PAGE, Choice, FeedLink, HeadView, Link, PagerView


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of the form with what was given for it. `choices` for a list to choose from."""

    name: str
    value: str = ""
    error: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultView:
    """A text that was found; the pieces that were looked for are marked. `names` are marked, too, when asked for."""

    url: str
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    published_at: datetime
    language: str
    direction: str
    names: tuple[tuple[Piece, ...], ...] = ()
    topic: Link | None = None
    kind: str = ""
    part_of: Link | None = None  # the coverage of an update


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`is_asked`: there was a question, which may have found nothing. `summary` says that it did not; `hints` what to try.
    `count` of the results; with `is_cut` there are more. `unfiltered_count`: so many there are without the filters."""

    head: HeadView
    url: str
    q: FieldView
    kind: FieldView
    topic: FieldView
    since: FieldView
    until: FieldView
    language: FieldView
    characters_max: int
    is_asked: bool = False
    is_filtered: bool = False
    summary: str = ""
    count: int = 0
    is_cut: bool = False
    unfiltered_count: int = 0
    results: tuple[ResultView, ...] = ()
    hints: tuple[str, ...] = ()
    pager: PagerView = ONE_PAGE


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One subject and the addresses of its feed in each form."""

    name: str
    page_url: str
    feeds: tuple[FeedLink, ...]


@dataclass(frozen=True, slots=True)
class FeedsPage:
    head: HeadView
    general: tuple[FeedLine, ...]
    topics: tuple[FeedLine, ...]
    has_full_text: bool
