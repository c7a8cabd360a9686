"""What readers ask at a passage, what the newsroom asks and answers there, and sources that were offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from belowline.pages.model.discussion import CommentView
from belowline.pages.model.frame import Link


@dataclass(frozen=True, slots=True)
class RequestView:
    """`says` is who asks for what, `state` the state in words. `join_url` is empty where nobody can join; `same` leads to
    the request that this one repeats. `by` is empty where the account of whoever answered is gone: then the newsroom did."""

    id: int
    says: str
    state: str
    is_waiting: bool
    opened_at: datetime
    html: Markup | None = None
    reason: str = ""
    answered_at: datetime | None = None
    by: str = ""
    badge: str = ""
    join_url: str = ""
    same: Link | None = None
    comments: tuple[CommentView, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What editors ask readers here. `answers` says how many comments came since."""

    html: Markup
    by: str
    asked_at: datetime
    answers: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source that a reader offered and an editor published. `host` is what is read of the link."""

    url: str
    host: str
    note: str
    name: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands at one passage besides its comments."""

    requests: tuple[RequestView, ...] = ()
    question: QuestionView | None = None
    sources: tuple[SourceView, ...] = ()


NOTHING = Beside()
