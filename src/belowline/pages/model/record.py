"""The public record: versions, differences, corrections, notices, authors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from belowline.pages.model.article import CorrectionView, TeaserView
from belowline.pages.model.frame import Choice, HeadView, Link, PagerView


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One publication. `withheld` is a sentence that says since when and why; such a version has no `url`."""

    number: int
    at: datetime
    url: str = ""
    note: str = ""
    is_substantive: bool = False
    is_current: bool = False
    withheld: str = ""
    withheld_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """`cuts` say of words that are withheld in several versions when and why."""

    head: HeadView
    article: Link
    language: str
    direction: str
    versions: tuple[VersionLine, ...]
    cuts: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PieceView:
    """Words that stayed ("same"), came ("added") or went ("removed")."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """`url` leads to the passage in the article, where it still stands."""

    kind: str
    pieces: tuple[PieceView, ...]
    url: str = ""
    was_moved: bool = False


@dataclass(frozen=True, slots=True)
class DifferencePage:
    head: HeadView
    article: Link
    language: str
    direction: str
    version: VersionLine
    versions_url: str
    changes: tuple[ChangeView, ...]
    pager: PagerView
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionsPage:
    """`lines`: each correction with its article. `rate` says how readers' requests are answered."""

    head: HeadView
    lines: tuple[tuple[CorrectionView, Link], ...]
    pager: PagerView
    rate: str = ""


@dataclass(frozen=True, slots=True)
class NoticePage:
    """What stands where an article was taken away. `headline` is empty unless it is to be named."""

    head: HeadView
    language: str
    direction: str
    kind: str
    headline: str
    paragraphs: tuple[str, ...]
    at: datetime
    alone: str = ""
    discussion: Link | None = None


@dataclass(frozen=True, slots=True)
class AuthorView:
    head: HeadView
    name: str
    role: str
    paragraphs: tuple[str, ...]
    teasers: tuple[TeaserView, ...]
    pager: PagerView
    notify_url: str = ""


@dataclass(frozen=True, slots=True)
class LoggedLine:
    """One act of moderation as everybody may read it; `by` is a person or a rule, and never a name."""

    text: str
    at: datetime
    by: str
    discussion: Link | None = None


@dataclass(frozen=True, slots=True)
class ModerationLogPage:
    head: HeadView
    lines: tuple[LoggedLine, ...]
    years: tuple[Choice, ...]
    rules: Link
    pager: PagerView


@dataclass(frozen=True, slots=True)
class CountLine:
    text: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CountTable:
    """`columns` name the counts of each line; none: there is one."""

    title: str
    lines: tuple[CountLine, ...]
    columns: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ModerationYearPage:
    """A year of moderation in numbers; `is_running`: it is not over."""

    head: HeadView
    tables: tuple[CountTable, ...]
    is_running: bool
    log: Link
    years: tuple[Choice, ...]
