"""A live coverage: its entries in a list, one alone, and what an edited one said before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from belowline.pages.model.frame import HeadView, Link
from belowline.pages.model.record import ChangeView


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. `deleted_at` set: only the mark. `wordings_url` leads to what it said before, `story` to the article
    that was made of it. A byline without a page has an empty url."""

    number: int
    key: str  # the element's id, which its links lead to
    url: str
    at: datetime
    order: str  # by it the list is ordered, the highest first
    headline: str
    body_html: Markup
    bylines: tuple[Link, ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    wordings_url: str = ""
    story: Link | None = None
    is_pinned: bool = False
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class KeyEvent:
    url: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class TopView:
    """What stands above the list: the key events and the pinned entries, the newest first."""

    key_events: tuple[KeyEvent, ...] = ()
    pinned: tuple[EntryView, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveView:
    """The coverage under its article. `state` is active, paused or archived; `data` is the page for machines."""

    url: str
    updates_url: str
    feed_url: str
    cursor: int
    state: str
    top: TopView
    entries: tuple[EntryView, ...]
    earlier_url: str = ""
    latest_at: datetime | None = None
    ended_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)  # what the page says of it to programs (live_data.py)

    @property
    def is_over(self) -> bool:
        return self.state == "archived"


@dataclass(frozen=True, slots=True)
class EarlierPage:
    """A page of older entries."""

    head: HeadView
    article: Link
    language: str
    direction: str
    entries: tuple[EntryView, ...]
    earlier_url: str = ""


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry at its own address. `place` leads back to it in the coverage."""

    head: HeadView
    article: Link
    language: str
    direction: str
    entry: EntryView
    place: Link
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class WordingView:
    """`changes`: against the wording before; the first one, and one behind a withheld one, is shown whole. `withheld`
    says why there are no words, and since `withheld_at`."""

    at: datetime
    changes: tuple[ChangeView, ...]
    is_first: bool = False
    is_current: bool = False
    withheld: str = ""
    withheld_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WordingsPage:
    head: HeadView
    article: Link
    language: str
    direction: str
    entry: Link
    wordings: tuple[WordingView, ...]
