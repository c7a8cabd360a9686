"""What every parser hands to the loader, whatever system the comments come from.

A parser is a module with two functions:

    probe(path) -> Probe                                 looks, loads nothing, refuses what it cannot read
    parse(path, *, after=None, latest=None) -> Iterator[Record]

`after` is the source id of the last comment that an earlier run committed: everything up to and including it is read
again but not yielded again. `latest` is the newest moment a comment can have been written (now, given by the caller).

What the loader can rely on, and what is left to it:

* A ThreadRecord comes before the first CommentRecord of its thread, once per run (again after a resume).
* A source id comes once per run; of doubles the first was kept and a Notice says so.
* No comment is its own parent and no chain of parents bites its own tail.
* A parent may come after its child, or never. **The loader** puts a comment whose parent has not come by the end, or
  lies in another thread, at the top of its thread and counts it as an orphan. A parser cuts the parent itself, and
  sends an ORPHAN, SELF_PARENT or CYCLE notice (which the report counts as an orphan), only when it already knows.
* Text is as its author or the old system left it: neither Markdown nor HTML has been sanitised yet.
* `ThreadRecord.url` may be a bare path or, when the export does not know the page, empty.
* Memory does not grow with the number of comments.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

State = Literal["published", "held", "rejected", "deleted", "removed"]

STATES: tuple[State, ...] = ("published", "held", "rejected", "deleted", "removed")


class NoticeKind(StrEnum):
    """Why something was not, or not quite, carried over."""

    UNKNOWN_FIELD = "unknown_field"
    FIELD_NOT_CARRIED = "field_not_carried"
    BAD_LINE = "bad_line"
    TOO_LONG = "too_long"
    REPAIRED_TEXT = "repaired_text"
    IMPOSSIBLE_TIME = "impossible_time"
    IMPOSSIBLE_NUMBER = "impossible_number"
    DUPLICATE = "duplicate"
    SHARED_ID = "shared_id"
    ORPHAN = "orphan"
    SELF_PARENT = "self_parent"
    CYCLE = "cycle"
    UNKNOWN_STATE = "unknown_state"
    VOTES_WITHOUT_VOTERS = "votes_without_voters"
    NO_THREAD = "no_thread"
    NO_AUTHOR = "no_author"
    NO_TEXT = "no_text"
    DELETED_TEXT = "deleted_text"
    BAD_WEBSITE = "bad_website"
    BLOCKED_PERSON = "blocked_person"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that was not carried over as it stood.

    `where` names the place in the export's own words (a comment's id, a line, a field); `detail` is a value or a short
    technical word, never a sentence. `count` is above 1 when the parser has added many equal ones up.
    """

    kind: NoticeKind
    where: str
    detail: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class ThreadRecord:
    source_id: str
    url: str
    title: str | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """`source_key` is the same for one person in the whole export. An empty `name`: nobody is named."""

    source_key: str
    name: str
    email: str | None
    website: str | None


@dataclass(frozen=True, slots=True)
class VoteRecord:
    """A vote whose voter is known. `value` is 1 or -1."""

    voter_key: str
    value: int


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """One comment. Times are aware and in UTC.

    One of `markdown` and `html` is set, or neither when the text is gone (a deleted comment). `imported_up` and
    `imported_down` are votes without known voters, both at least 0; votes in `votes` are not among them.
    `old_fragment` is the anchor under which the old system linked to the comment, without the #.
    """

    source_id: str
    thread_source_id: str
    parent_source_id: str | None
    author: AuthorRecord
    created_at: datetime
    edited_at: datetime | None
    markdown: str | None
    html: str | None
    state: State
    imported_up: int
    imported_down: int
    votes: tuple[VoteRecord, ...]
    is_pinned: bool
    old_fragment: str


Record = ThreadRecord | CommentRecord | Notice


@dataclass(frozen=True, slots=True)
class Probe:
    """What a look at the file says before anything is loaded.

    `comments` is the total for a progress bar, None where only reading everything would tell. `bytes` is the size of
    the file as it lies on disk. `notices` holds what is already known to go wrong (TRUNCATED).
    """

    format: str
    comments: int | None
    bytes: int
    notices: tuple[Notice, ...] = field(default=())


class UnreadableExport(Exception):
    """The file cannot be read, or not to its end.

    `why` and `what_to_do` are sentences for the person at the keyboard, in their language. `comments_read` is above 0
    when `parse` had already yielded that many comments: what was loaded from them stays.
    """

    def __init__(self, path: Path, why: str, what_to_do: str, *, comments_read: int = 0) -> None:
        super().__init__(f"{path}: {why} {what_to_do}")
        self.path = path
        self.why = why
        self.what_to_do = what_to_do
        self.comments_read = comments_read


class Parser(Protocol):
    """The shape of a parser module."""

    def probe(self, path: Path) -> Probe: ...

    def parse(self, path: Path, *, after: str | None = None, latest: datetime | None = None) -> Iterator[Record]: ...
