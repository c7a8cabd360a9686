"""Inserting comments. Used by posting (one) and by imports and seeds (many): the columns are named in one place."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from belowline.domain import ranking
from belowline.domain.tree import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class NewComment:
    """A row of discussion_comment; field order is column order."""

    id: int
    thread_id: int
    author_id: int
    parent_id: int | None
    root_id: int
    depth: int
    segment: int
    path: bytes
    position: int
    state: str
    is_listed: bool
    published_event: int | None
    time_key: int
    best_key: int
    net_key: int
    controversial_key: int
    up: int = 0
    down: int = 0
    up_milli: int = 0
    down_milli: int = 0
    imported_up: int = 0
    imported_down: int = 0
    listed_replies: int = 0
    first_reply_us: int | None = None
    edited_us: int | None = None
    revision: int = 1
    is_edited_after_reply: bool = False
    is_branch_closed: bool = False
    passage_id: int | None = None
    source_asks: int = 0
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class NewRevision:
    comment_id: int
    number: int
    source: str
    html: str
    excerpt: str
    digest: bytes
    renderer: int
    written_us: int
    is_public: bool
    findings: str


@dataclass(frozen=True, slots=True)
class Keys:
    best: int
    net: int
    controversial: int


def keys(*, comment_id: int, up_milli: int, down_milli: int, imported_up: int = 0, imported_down: int = 0) -> Keys:
    """The ranked keys from the counted votes (thousandths) and the imported base."""
    up, down = up_milli / 1000 + imported_up, down_milli / 1000 + imported_down
    return Keys(
        best=ranking.best_key(up=up, down=down, comment_id=comment_id),
        net=ranking.net_key(up=up, down=down, comment_id=comment_id),
        controversial=ranking.controversial_key(up=up, down=down, comment_id=comment_id),
    )


def new_comment(comment_id: int, *, place: Place, votes: tuple[int, int] = (0, 0), **columns: Any) -> NewComment:
    """A row with its place and keys filled in; `votes` is the imported base (up, down)."""
    ranked = keys(comment_id=comment_id, up_milli=0, down_milli=0, imported_up=votes[0], imported_down=votes[1])
    return NewComment(
        id=comment_id,
        root_id=place.root_id,
        depth=place.depth,
        segment=place.segment,
        path=place.path,
        best_key=ranked.best,
        net_key=ranked.net,
        controversial_key=ranked.controversial,
        imported_up=votes[0],
        imported_down=votes[1],
        **columns,
    )


def insert_comments(cursor: CursorWrapper, comments: Sequence[NewComment], revisions: Sequence[NewRevision]) -> None:
    """Insert in order; parents before their replies (or deferred constraints, which both databases have here)."""
    _insert(cursor, _COMMENT_SQL, [_comment_values(row) for row in comments])
    _insert(cursor, _REVISION_SQL, [_revision_values(row) for row in revisions])


def _insert(cursor: CursorWrapper, sql: str, values: Sequence[tuple[Any, ...]]) -> None:
    if len(values) == 1:  # posting: executemany would prepare for many
        cursor.execute(sql, values[0])
    elif values:
        cursor.executemany(sql, values)


def _insert_sql(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


_COMMENT_COLUMNS = [field.name for field in fields(NewComment)]
_REVISION_COLUMNS = [field.name for field in fields(NewRevision)]
_comment_values = attrgetter(*_COMMENT_COLUMNS)
_revision_values = attrgetter(*_REVISION_COLUMNS)
_COMMENT_SQL = _insert_sql("discussion_comment", _COMMENT_COLUMNS)
_REVISION_SQL = _insert_sql("discussion_revision", _REVISION_COLUMNS)
