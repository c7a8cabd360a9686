"""What pages, forms and the worker ask about texts and passages. Plain values; the cursor says which snapshot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from belowline.domain.anchoring import State
from belowline.domain.anchoring.blocks import BlockSpan, Canonical
from belowline.domain.anchoring.following import Edition
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.utils import CursorWrapper

# Marks of one page. Whoever wants to see more finds them all in the list.
MARKS_MAX = 300
# Whoever asks how many comments there are is told so many at most.
COUNTED_PASSAGES_MAX = 10_000
# As the index says it.
SPOKEN_OF = "(p.comment_count > 0 OR p.beside_count > 0)"


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a text. `newest` is the number of the newest one; `is_whole` unless words of it were withheld."""

    text_id: int
    newest: int
    placed: int
    is_hidden: bool
    is_whole: bool
    made_at: datetime
    edition: Edition

    @property
    def number(self) -> int:
        return self.edition.number

    @property
    def canonical(self) -> Canonical:
        return self.edition.canonical


def revision(cursor: CursorWrapper, subject_key: str, *, number: int | None = None) -> Revision | None:
    """That revision of a public text, or its newest one; None for what there is not. One query."""
    cursor.execute(
        "SELECT t.id, t.number, t.placed_number, t.is_hidden, r.number, r.words, r.blocks, r.digest, r.made_at "
        "FROM passages_text t JOIN passages_textrevision r ON r.text_id = t.id "
        "WHERE t.subject_key = %s AND NOT t.is_hidden AND r.number = COALESCE(%s, t.number)",
        [subject_key, number],
    )
    row = cursor.fetchone()
    if row is None:
        return None
    edition = edition_of(row[4], row[5], row[6], row[7])
    return Revision(row[0], row[1], row[2], bool(row[3]), bool(row[7]), aware(row[8]), edition)


def edition_of(number: int, words: str, blocks: Any, digest: str) -> Edition:
    found = json.loads(blocks) if isinstance(blocks, str) else blocks
    return Edition(number, Canonical(words, tuple(BlockSpan(*one) for one in found)), digest)


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage of which somebody speaks where it stands now: code points from the start of the block. `count` are its
    published comments, `beside` requests, questions and sources, `waiting` the requests that nobody has answered."""

    passage_id: int
    block: str
    offset: int
    length: int
    count: int
    beside: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Marks:
    """`number` is the text's newest revision, `placed` the one that the marks belong to. `is_spoken_of` also by comments
    on what was removed."""

    text_id: int
    number: int
    placed: int
    is_spoken_of: bool
    marks: tuple[Mark, ...]

    @property
    def tag(self) -> str:
        return tag_of(self.text_id)


def tag_of(text_id: int) -> str:
    """What pages carry that show marks or quotations of it."""
    return f"passages:{text_id}"


def outer_block(block: str) -> str:
    """A figure of a gallery is marked at the gallery's end: within it is no room."""
    return "-".join(block.split("-")[:2])


def marks(cursor: CursorWrapper, subject_key: str) -> Marks | None:
    """The passages of a public text that somebody speaks of, in the order of the text, at most MARKS_MAX. One query."""
    cursor.execute(
        "SELECT t.id, t.number, t.placed_number, p.id, p.now_block, p.now_offset, p.now_end - p.now_start, "
        "p.comment_count, p.beside_count, p.open_count, p.state FROM passages_text t LEFT JOIN passages_passage p "
        f"ON p.text_id = t.id AND {SPOKEN_OF} "
        "WHERE t.subject_key = %s AND NOT t.is_hidden ORDER BY p.now_start, p.id LIMIT %s",
        [subject_key, MARKS_MAX],
    )
    rows = cursor.fetchall()
    if not rows:
        return None
    found = tuple(Mark(*row[3:10]) for row in rows if row[3] is not None and row[10] != State.ORPHANED)
    text_id, newest, placed = rows[0][:3]
    return Marks(text_id, newest, placed, rows[0][3] is not None, found)


def is_spoken_of(cursor: CursorWrapper, subject_key: str) -> bool:
    """Whether there is inline feedback. One query."""
    cursor.execute(
        f"SELECT 1 FROM passages_text t JOIN passages_passage p ON p.text_id = t.id AND {SPOKEN_OF} "
        "WHERE t.subject_key = %s AND NOT t.is_hidden LIMIT 1",
        [subject_key],
    )
    return cursor.fetchone() is not None


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as it is quoted. Its words are empty where its text is hidden or they were withheld. `block` is empty for
    an orphan: there is nothing to go to."""

    id: int
    text_id: int
    is_figure: bool
    exact: str
    wording: str
    state: str
    block: str
    offset: int
    length: int
    start: int
    changed_at: datetime | None
    is_withheld: bool
    count: int
    made_number: int
    made_start: int
    made_end: int
    prefix: str
    suffix: str
    beside: int


_SELECT = """
SELECT p.id, p.text_id, p.is_figure,
  CASE WHEN t.is_hidden THEN '' ELSE p.exact END, CASE WHEN t.is_hidden THEN '' ELSE p.wording END,
  p.state, CASE WHEN p.state = 'orphaned' OR t.is_hidden THEN '' ELSE p.now_block END, p.now_offset,
  p.now_end - p.now_start, p.now_start, p.changed_at, p.is_withheld OR t.is_hidden, p.comment_count,
  p.made_number, p.made_start, p.made_end,
  CASE WHEN t.is_hidden THEN '' ELSE p.prefix END, CASE WHEN t.is_hidden THEN '' ELSE p.suffix END,
  p.beside_count
FROM passages_passage p JOIN passages_text t ON t.id = p.text_id
"""


def passages(cursor: CursorWrapper, ids: Iterable[int]) -> dict[int, PassageRow]:
    """By id. One query, none for no ids."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    marks_ = ", ".join(["%s"] * len(wanted))
    cursor.execute(f"{_SELECT} WHERE p.id IN ({marks_})", wanted)
    return {row[0]: _passage(row) for row in cursor.fetchall()}


def spoken_of(
    cursor: CursorWrapper, subject_key: str, *, after: tuple[int, int] = (-1, 0), at_most: int
) -> list[PassageRow]:
    """Passages of which somebody speaks, in the order of the text, behind (start, id); orphans where they last were."""
    cursor.execute(
        f"{_SELECT} WHERE t.subject_key = %s AND {SPOKEN_OF} "
        "AND p.now_start >= %s AND (p.now_start > %s OR p.id > %s) ORDER BY p.now_start, p.id LIMIT %s",
        [subject_key, after[0], after[0], after[1], at_most],
    )
    return [_passage(row) for row in cursor.fetchall()]


def comments_on(cursor: CursorWrapper, text_id: int) -> int:
    """The published comments on all passages of a text."""
    cursor.execute(
        "SELECT COALESCE(sum(comment_count), 0) FROM "
        "(SELECT comment_count FROM passages_passage WHERE text_id = %s AND comment_count > 0 LIMIT %s) AS spoken",
        [text_id, COUNTED_PASSAGES_MAX],
    )
    return int(cursor.fetchone()[0])


def revision_times(cursor: CursorWrapper, text_ids: Iterable[int]) -> dict[int, datetime]:
    """When each revision of a text was published, by number; of no text: none. One query for each text."""
    found: dict[int, datetime] = {}
    for text_id in text_ids:
        cursor.execute(
            "SELECT number, made_at FROM passages_textrevision WHERE text_id = %s ORDER BY number DESC LIMIT 1000",
            [text_id],
        )
        found |= {number: aware(made_at) for number, made_at in cursor.fetchall()}
    return found


def in_block(cursor: CursorWrapper, subject_key: str, block: str, *, at_most: int) -> list[PassageRow]:
    """Those of one block and of what is within it (the figures of a gallery)."""
    cursor.execute(
        f"{_SELECT} WHERE t.subject_key = %s AND {SPOKEN_OF} AND p.state <> 'orphaned' AND NOT t.is_hidden "
        "AND (p.now_block = %s OR p.now_block LIKE %s) ORDER BY p.now_start, p.id LIMIT %s",
        [subject_key, block, f"{block}-%", at_most],
    )
    return [_passage(row) for row in cursor.fetchall()]


def _passage(row: tuple[Any, ...]) -> PassageRow:
    values = list(row)
    values[2], values[11] = bool(values[2]), bool(values[11])
    values[10] = None if values[10] is None else aware(values[10])
    return PassageRow(*values)
