"""Comments as pages need them: one row each, with author, words and the parent's line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from belowline.domain import tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.backends.utils import CursorWrapper

# Numbered pages are ranges of positions; this never changes, because links to them must not (decision 0005).
POSITIONS_PER_PAGE = 200


@dataclass(frozen=True, slots=True, eq=False)
class CommentRow:
    """`html` is empty unless the comment is published, and so are the parent's words.

    One that was read before is the same object (`_row`), which makes it a quick key to what was made of it.
    """

    id: int
    parent_id: int | None
    root_id: int
    depth: int
    position: int
    state: str
    replies: int
    time_key: int
    edited_us: int | None
    is_edited_after_reply: bool
    is_branch_closed: bool
    up: int
    down: int
    counted_less: int
    published_event: int
    author_id: int
    name: str
    kind: str
    badge: str
    html: str
    parent_position: int | None
    parent_name: str | None
    parent_kind: str | None
    parent_excerpt: str | None
    passage_id: int | None = None
    source_asks: int = 0
    source_url: str = ""


_SELECT = """
SELECT c.id, c.parent_id, c.root_id, c.depth, c.position, c.state, c.listed_replies, c.time_key, c.edited_us,
  c.is_edited_after_reply, c.is_branch_closed, c.up + c.imported_up, c.down + c.imported_down,
  ((c.up + c.down) * 1000 - c.up_milli - c.down_milli + 999) / 1000, COALESCE(c.published_event, 0), c.author_id,
  a.name, a.kind, a.badge, CASE WHEN c.state = 'published' THEN r.html ELSE '' END,
  p.position, pa.name, pa.kind, CASE WHEN p.state = 'published' THEN pr.excerpt ELSE '' END,
  c.passage_id, c.source_asks, CASE WHEN c.state = 'published' THEN c.source_url ELSE '' END
FROM discussion_comment c
JOIN accounts_reader a ON a.id = c.author_id
JOIN discussion_revision r ON r.comment_id = c.id AND r.number = c.revision
LEFT JOIN discussion_comment p ON p.id = c.parent_id
LEFT JOIN accounts_reader pa ON pa.id = p.author_id AND p.state = 'published'
LEFT JOIN discussion_revision pr ON pr.comment_id = p.id AND pr.number = p.revision
"""


# A page is read again after every comment and every vote, and all but a few of its rows are what they were.
@lru_cache(maxsize=1024)
def _row(values: tuple[Any, ...]) -> CommentRow:
    return CommentRow(*values)


def comment_rows(cursor: CursorWrapper, ids: Sequence[int]) -> dict[int, CommentRow]:
    """The rows of these comments by id, whatever their state. One query, none for no ids."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(f"{_SELECT} WHERE c.id IN ({marks})", list(ids))
    return {values[0]: _row(values) for values in cursor.fetchall()}


def timeline_rows(cursor: CursorWrapper, *, thread_id: int, page: int) -> list[CommentRow]:
    """The published comments of a numbered page, by position; page 1 holds positions 1 to 200."""
    first = POSITIONS_PER_PAGE * (page - 1) + 1
    cursor.execute(
        f"{_SELECT} WHERE c.thread_id = %s AND c.position BETWEEN %s AND %s AND c.state = 'published' "
        "ORDER BY c.position",
        [thread_id, first, first + POSITIONS_PER_PAGE - 1],
    )
    return [_row(values) for values in cursor.fetchall()]


def on_passages(cursor: CursorWrapper, passage_ids: Sequence[int], *, at_most: int) -> list[CommentRow]:
    """The published comments on these passages, oldest first, at most so many of each."""
    found: list[CommentRow] = []
    for passage_id in passage_ids:
        cursor.execute(
            f"{_SELECT} WHERE c.passage_id = %s AND c.state = 'published' ORDER BY c.time_key LIMIT %s",
            [passage_id, at_most],
        )
        found += [_row(values) for values in cursor.fetchall()]
    return found


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a comment stands, enough to find its ancestors."""

    id: int
    thread_id: int
    parent_id: int | None
    depth: int
    segment: int
    path: bytes
    state: str
    is_listed: bool
    replies: int
    was_published: bool


def spot(cursor: CursorWrapper, comment_id: int) -> Spot | None:
    cursor.execute(
        "SELECT id, thread_id, parent_id, depth, segment, path, state, is_listed, listed_replies, "
        "published_event IS NOT NULL "
        "FROM discussion_comment WHERE id = %s",
        [comment_id],
    )
    row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    values[5] = bytes(values[5])  # PostgreSQL hands out a memoryview
    return Spot(*values)


def ancestor_ids(cursor: CursorWrapper, below: Spot, *, at_most: int) -> list[int]:
    """The nearest ancestors, top down. One query for each 64 levels that `at_most` reaches beyond its own segment."""
    ids = tree.ids_in_path(below.path)[:-1]
    segment = below.segment
    while segment and len(ids) < at_most:
        cursor.execute("SELECT segment, path FROM discussion_comment WHERE id = %s", [segment])
        segment, path = cursor.fetchone()
        ids = tree.ids_in_path(bytes(path)) + ids
    return ids[-at_most:] if at_most else []


@dataclass(frozen=True, slots=True)
class RevisionRow:
    number: int
    written_us: int
    html: str


def public_revisions(cursor: CursorWrapper, comment_id: int, *, at_most: int = 50) -> list[RevisionRow]:
    """The public wordings of a published comment, newest first; none for any other state."""
    cursor.execute(
        "SELECT r.number, r.written_us, r.html FROM discussion_revision r "
        "JOIN discussion_comment c ON c.id = r.comment_id "
        "WHERE r.comment_id = %s AND c.state = 'published' AND r.is_public ORDER BY r.number DESC LIMIT %s",
        [comment_id, at_most],
    )
    return [RevisionRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class NamedReader:
    """Somebody whom a comment names; `name` is as its author typed it."""

    id: int
    name: str


def named_in(cursor: CursorWrapper, comment_ids: Sequence[int]) -> dict[int, tuple[NamedReader, ...]]:
    """Whom these comments name, by comment. One query."""
    marks = ", ".join(["%s"] * len(comment_ids))
    cursor.execute(
        f"SELECT comment_id, reader_id, name FROM discussion_mention WHERE comment_id IN ({marks}) AND is_current "
        "ORDER BY comment_id, reader_id",
        list(comment_ids),
    )
    found: dict[int, tuple[NamedReader, ...]] = {}
    for comment_id, reader_id, name in cursor.fetchall():
        found[comment_id] = (*found.get(comment_id, ()), NamedReader(reader_id, name))
    return found


# Who wrote last is who is answered; nobody chooses among thousands of names.
LATELY = 2_000


def names_in_thread(cursor: CursorWrapper, thread_id: int, *, except_for: int, at_most: int) -> list[str]:
    """The names of those whose comments are public there, who wrote last first; erased and nameless ones left out, and
    whoever `except_for` ignores."""
    cursor.execute(
        "SELECT r.name FROM (SELECT author_id, position FROM discussion_comment WHERE thread_id = %s "
        "AND state = 'published' ORDER BY position DESC LIMIT %s) c JOIN accounts_reader r ON r.id = c.author_id "
        "WHERE r.kind IN ('member', 'guest') AND r.name <> '' AND r.id <> %s AND NOT EXISTS "
        "(SELECT 1 FROM discussion_ignoredreader i WHERE i.reader_id = %s AND i.ignored_id = r.id) "
        "GROUP BY r.id, r.name ORDER BY max(c.position) DESC LIMIT %s",
        [thread_id, LATELY, except_for, except_for, at_most],
    )
    return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


@dataclass(frozen=True, slots=True)
class GivenRow:
    url: str
    given_us: int


def given_sources(cursor: CursorWrapper, comment_id: int, *, at_most: int = 50) -> list[GivenRow]:
    """The links that the author gave as a source, newest first; empty ones where one was withdrawn."""
    cursor.execute(
        "SELECT url, given_us FROM discussion_givensource WHERE comment_id = %s ORDER BY number DESC LIMIT %s",
        [comment_id, at_most],
    )
    return [GivenRow(*row) for row in cursor.fetchall()]


def is_asking(cursor: CursorWrapper, reader_id: int, comment_id: int) -> bool:
    """Whether this reader asks for a source there."""
    cursor.execute(
        "SELECT 1 FROM discussion_sourceask WHERE comment_id = %s AND reader_id = %s", [comment_id, reader_id]
    )
    return cursor.fetchone() is not None


def votes_of(cursor: CursorWrapper, reader_id: int, comment_ids: Iterable[int]) -> dict[int, int]:
    """The reader's standing votes on these comments, by comment."""
    ids = list(comment_ids)
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(
        f"SELECT comment_id, value FROM discussion_vote WHERE reader_id = %s AND value <> 0 AND comment_id IN ({marks})",
        [reader_id, *ids],
    )
    return dict(cursor.fetchall())


def imported_comment(cursor: CursorWrapper, *, thread_id: int, source: str, source_id: str) -> int | None:
    """Which comment an imported permalink leads to."""
    cursor.execute(
        "SELECT comment_id FROM discussion_importedcomment WHERE thread_id = %s AND source = %s AND source_id = %s",
        [thread_id, source, source_id],
    )
    row = cursor.fetchone()
    return None if row is None else row[0]
