"""Passages: what a comment speaks of, what readers say at which words, and what can be spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from belowline.pages.model.discussion import CommentView, PassageView
from belowline.pages.model.feedback import NOTHING, Beside
from belowline.pages.model.frame import ONE_PAGE, HeadView, Link, PagerView


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """A passage with its comments, oldest first, but for those that are words of a request in `beside`. `write_url` is
    empty where nobody can write; `more_url` where all are shown."""

    id: int
    passage: PassageView
    count: int
    comments: tuple[CommentView, ...]
    write_url: str = ""
    more_url: str = ""
    beside: Beside = NOTHING
    offer_url: str = ""
    notify_url: str = ""


@dataclass(frozen=True, slots=True)
class InlinePage:
    """All inline feedback of a discussion, or that of one block (`is_part`)."""

    head: HeadView
    article: Link
    language: str
    direction: str
    passages: tuple[SpokenOf, ...]
    thread_url: str
    list_url: str = ""
    choose_url: str = ""
    is_part: bool = False
    rate: str = ""
    pager: PagerView = ONE_PAGE


@dataclass(frozen=True, slots=True)
class Choosable:
    """A paragraph, an item, a cell, a caption or a picture. `count` are the comments on words of it."""

    words: str
    write_url: str
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """The article in pieces, each with the way to comment on it: for whoever cannot select, or has no scripts."""

    head: HeadView
    article: Link
    language: str
    direction: str
    pieces: tuple[Choosable, ...]
    list_url: str
    made_at: datetime
    pager: PagerView = ONE_PAGE
