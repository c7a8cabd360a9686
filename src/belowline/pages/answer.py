"""What a public page is: a function of an address and the database, and of nothing else.

The bytes are the same for every reader, because a builder never sees a request: no cookie, no session, no client. What
the clock changes is named by `fresh_until`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

# 18 digits always fit into the 64 bits of a column.
NUMBER_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for a public page. `path` comes without the language; `query` holds only known parameters; `position` is
    the newest event that the page's snapshot sees."""

    path: str
    language: str
    now: datetime
    query: Mapping[str, str] = field(default_factory=dict)
    position: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """`tags` name the events that change the page; without tags it is not cached. `location` is for redirects."""

    body: str
    status: int = 200
    tags: tuple[str, ...] = ()
    fresh_until: datetime | None = None
    is_admitted_late: bool = False
    location: str = ""
    content_type: str = "text/html; charset=utf-8"
    is_indexed: bool = True


class NotHere(Exception):
    """There is no such page: 404."""


class Gone(Exception):
    """There was one: 410."""


class BadQuestion(Exception):
    """A query parameter that means nothing: 400 with a page that says so. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def as_number(text: str) -> int | None:
    """A number of an address or a form, 0 or above; None for anything that no database holds as an id."""
    is_number = text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS
    return int(text) if is_number else None


def earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
