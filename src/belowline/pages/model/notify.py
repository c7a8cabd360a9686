"""What a reader is told of: the matrix, the bell, the end of mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from belowline.pages.model.forms import FormView
from belowline.pages.model.frame import Choice, HeadView, Link

if TYPE_CHECKING:
    from markupsafe import Markup

    from belowline.notifications.matrix import Hours


@dataclass(frozen=True, slots=True)
class LineView:
    """One line: `name` ends its fields' names, `says` is what one is told, `subject` where (its text may be empty)."""

    name: str
    says: str
    subject: Link
    often: tuple[Choice, ...]
    on_site: bool


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """`hours` and `zones` only where everything is shown; `asks_address` of somebody whom this browser does not know.
    `notice`: why no mail goes out, with the page on which that is changed."""

    head: HeadView
    form: FormView
    lines: tuple[LineView, ...]
    asks_address: bool = False
    has_bell: bool = False
    back: Link | None = None
    hours: Hours | None = None
    zones: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    notice: tuple[str, Link] | None = None


@dataclass(frozen=True, slots=True)
class NoticeView:
    id: int
    text: Markup
    excerpt: str
    url: str
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class BellPage:
    head: HeadView
    form: FormView
    notices: tuple[NoticeView, ...]
    has_new: bool  # what the bell counts may have gone meanwhile, and still be counted
    links: tuple[Link, ...]
