"""Many comments at once, for imports and seeds: chunks small enough that the site keeps serving.

A chunk is one transaction. Parents come before their replies, or in the same chunk before them. What depends on other
comments (`listed_replies`, tombstones) is counted afterwards by `recount`, which may be run again at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from django.db import connection

from belowline.discussion import listing, ports, rows
from belowline.discussion.actions.facts import moment
from belowline.discussion.actions.states import count_comments, tell
from belowline.discussion.actions.vote import FULL_WEIGHT
from belowline.discussion.events import ThreadImported
from belowline.domain import tree
from belowline.domain.commenting import CommentState
from belowline.outbox.events import record
from belowline.passages.actions.choosing import count_on_passage, keep_passage
from belowline.storage.ids import draw_ids, draw_positions
from belowline.storage.writer import write

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.passages.actions.choosing import Wanted

RECOUNT_ROWS = 500
TIMES_AT_ONCE = 1_000


class KnownIds(Protocol):
    """Which id a key got: a dict, or something that keeps millions of them elsewhere."""

    def __getitem__(self, key: Hashable, /) -> int: ...

    def __setitem__(self, key: Hashable, value: int, /) -> None: ...


@dataclass(frozen=True, slots=True)
class BulkComment:
    """A comment on its way in. `key` is the caller's own; `parent_key` one that came before, or None.

    `html` has passed the sanitiser. `votes` are known voters (reader id, 1 or -1); the imported base has none.
    """

    key: Hashable
    parent_key: Hashable | None
    author_id: int
    written_us: int
    source: str
    html: str
    excerpt: str
    renderer: int
    state: CommentState = CommentState.PUBLISHED
    imported_up: int = 0
    imported_down: int = 0
    votes: tuple[tuple[int, int], ...] = ()
    edited_us: int | None = None
    passage: Wanted | None = None
    source_before: tuple[str, str, str] | None = None  # source, html, excerpt of an earlier public wording


def add_comments(thread_id: int, comments: Sequence[BulkComment], *, ids: KnownIds, origin: str = "") -> int:
    """Store a chunk. `ids` finds parents of earlier chunks and learns the new ones.

    With `origin` (a source system) the keys are its ids: those that are in the thread already are left as they are.
    Returns how many were new.
    """
    return write(lambda: _add(thread_id, comments, ids=ids, origin=origin))


def _add(thread_id: int, comments: Sequence[BulkComment], *, ids: KnownIds, origin: str) -> int:
    with connection.cursor() as cursor:
        known = already_here(cursor, thread_id, [str(one.key) for one in comments], origin=origin) if origin else {}
        for one in comments:
            if str(one.key) in known:
                ids[one.key] = known[str(one.key)]
        new = [one for one in comments if str(one.key) not in known]
        if not new:
            return 0
        drawn = draw_ids(cursor, "comment", count=len(new))
        for one, comment_id in zip(new, drawn, strict=True):
            ids[one.key] = comment_id
        published = sum(one.state is CommentState.PUBLISHED for one in new)
        event = record(ThreadImported(thread_id, len(new)), cursor=cursor)
        stored = _on_passages(cursor, new, _rows(cursor, thread_id, new, ids=ids, event=event))
        rows.insert_comments(cursor, stored, _revisions(new, ids=ids))
        _insert_votes(cursor, new, ids=ids)
        if origin:
            cursor.executemany(
                "INSERT INTO discussion_importedcomment (thread_id, source, source_id, comment_id) VALUES (%s, %s, %s, %s)",
                [(thread_id, origin, str(one.key), ids[one.key]) for one in new],
            )
        if published:
            count_comments(cursor, thread_id=thread_id, change=published)
        for row in stored:
            if row.state == CommentState.HELD:
                state = CommentState.HELD
                tell(cursor, ports.Stored(row.id, thread_id, row.author_id, None, state, row.time_key))
        return len(new)


def _on_passages(
    cursor: CursorWrapper, new: Sequence[BulkComment], stored: list[rows.NewComment]
) -> list[rows.NewComment]:
    """With what they speak of, where they do."""
    for place, one in enumerate(new):
        if one.passage is not None:
            passage_id = keep_passage(cursor, one.passage, now=moment(one.written_us))
            stored[place] = replace(stored[place], passage_id=passage_id)
            if one.state is CommentState.PUBLISHED:
                count_on_passage(cursor, passage_id, change=1)
    return stored


def already_here(cursor: CursorWrapper, thread_id: int, keys: Sequence[str], *, origin: str) -> dict[str, int]:
    marks = ", ".join(["%s"] * len(keys))
    cursor.execute(
        "SELECT source_id, comment_id FROM discussion_importedcomment "
        f"WHERE thread_id = %s AND source = %s AND source_id IN ({marks})",
        [thread_id, origin, *keys],
    )
    return dict(cursor.fetchall())


def _rows(
    cursor: CursorWrapper,
    thread_id: int,
    new: Sequence[BulkComment],
    *,
    ids: KnownIds,
    event: int,
) -> list[rows.NewComment]:
    own = {ids[one.key] for one in new}
    above = {ids[one.parent_key] for one in new if one.parent_key is not None} - own
    places = _places(cursor, sorted(above))
    times = _Times(cursor, thread_id, new)
    positions = draw_positions(cursor, thread_id=thread_id, count=len(new))
    stored = []
    for one, position in zip(new, positions, strict=True):
        comment_id = ids[one.key]
        parent_id = None if one.parent_key is None else ids[one.parent_key]
        place = (
            tree.root_place(comment_id)
            if parent_id is None
            else tree.reply_place(comment_id, parent_id=parent_id, parent=places[parent_id])
        )
        places[comment_id] = place
        time_key = times.take(one.written_us)
        stored.append(_row(one, comment_id, thread_id, parent_id, place, position, time_key, event))
    return stored


def _row(
    one: BulkComment,
    comment_id: int,
    thread_id: int,
    parent_id: int | None,
    place: tree.Place,
    position: int,
    time_key: int,
    event: int,
) -> rows.NewComment:
    is_published = one.state is CommentState.PUBLISHED
    row = rows.new_comment(
        comment_id,
        place=place,
        votes=(one.imported_up, one.imported_down),
        thread_id=thread_id,
        author_id=one.author_id,
        parent_id=parent_id,
        position=position,
        state=one.state.value,
        is_listed=is_published,
        published_event=event if is_published else None,
        time_key=time_key,
        edited_us=one.edited_us,
        revision=1 if one.source_before is None else 2,
    )
    if not one.votes:
        return row
    up, down = sum(value == 1 for _, value in one.votes), sum(value == -1 for _, value in one.votes)
    ranked = rows.keys(
        comment_id=comment_id,
        up_milli=up * FULL_WEIGHT,
        down_milli=down * FULL_WEIGHT,
        imported_up=one.imported_up,
        imported_down=one.imported_down,
    )
    return replace(
        row,
        up=up,
        down=down,
        up_milli=up * FULL_WEIGHT,
        down_milli=down * FULL_WEIGHT,
        best_key=ranked.best,
        net_key=ranked.net,
        controversial_key=ranked.controversial,
    )


def _places(cursor: CursorWrapper, ids: Sequence[int]) -> dict[int, tree.Place]:
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    cursor.execute(f"SELECT id, depth, root_id, segment, path FROM discussion_comment WHERE id IN ({marks})", list(ids))
    return {row[0]: tree.Place(row[1], row[2], row[3], bytes(row[4])) for row in cursor.fetchall()}


class _Times:
    """The time keys of a thread around a chunk: each is given once. An import may bring thousands of one instant."""

    def __init__(self, cursor: CursorWrapper, thread_id: int, new: Sequence[BulkComment]) -> None:
        times = [one.written_us for one in new]
        self._cursor, self._thread_id = cursor, thread_id
        self._taken: set[int] = set()
        self._seen_to = min(times)  # keys below this one are known
        self._look(to=max(times) + len(times) + 1)

    def take(self, wanted: int) -> int:
        """The first free key from `wanted` on, which is one of the chunk's."""
        while wanted in self._taken:
            wanted += 1
            if wanted >= self._seen_to:
                self._look(to=wanted + TIMES_AT_ONCE)
        self._taken.add(wanted)
        return wanted

    def _look(self, *, to: int) -> None:
        self._cursor.execute(
            "SELECT time_key FROM discussion_comment WHERE thread_id = %s AND time_key >= %s AND time_key < %s",
            [self._thread_id, self._seen_to, to],
        )
        self._taken.update(row[0] for row in self._cursor.fetchall())
        self._seen_to = to


def _revisions(new: Sequence[BulkComment], *, ids: KnownIds) -> list[rows.NewRevision]:
    found = []
    for one in new:
        words = [] if one.source_before is None else [(one.source_before, one.written_us)]
        words.append(((one.source, one.html, one.excerpt), one.edited_us or one.written_us))
        for number, ((source, html, excerpt), written_us) in enumerate(words, start=1):
            found.append(
                rows.NewRevision(
                    comment_id=ids[one.key],
                    number=number,
                    source=source,
                    html=html,
                    excerpt=excerpt,
                    digest=hashlib.sha256(source.encode()).digest()[:8],
                    renderer=one.renderer,
                    written_us=written_us,
                    is_public=one.state is CommentState.PUBLISHED,
                    findings=json.dumps([]),
                )
            )
    return found


def _insert_votes(cursor: CursorWrapper, new: Sequence[BulkComment], *, ids: KnownIds) -> None:
    votes = [
        (ids[one.key], reader_id, value, FULL_WEIGHT, "", 0, one.written_us)
        for one in new
        for reader_id, value in one.votes
    ]
    if votes:
        cursor.executemany(
            "INSERT INTO discussion_vote (comment_id, reader_id, value, weight_milli, reason, epoch, cast_us) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (comment_id, reader_id) DO NOTHING",
            votes,
        )


def recount(thread_id: int) -> None:
    """Count the listed replies of every comment of a thread from scratch, and list tombstones above listed ones."""
    after = 0
    while True:
        last = write(partial(_recount_rows, thread_id, after=after))
        if last is None:
            return
        after = last


def _recount_rows(thread_id: int, *, after: int) -> int | None:
    """One chunk by position; the last position of it, None at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, parent_id, position, is_listed, listed_replies FROM discussion_comment "
            "WHERE thread_id = %s AND position > %s ORDER BY position LIMIT %s",
            [thread_id, after, RECOUNT_ROWS],
        )
        found = cursor.fetchall()
        if not found:
            return None
        marks = ", ".join(["%s"] * len(found))
        cursor.execute(
            "SELECT parent_id, count(*) FROM discussion_comment "
            f"WHERE thread_id = %s AND parent_id IN ({marks}) AND is_listed GROUP BY parent_id",
            [thread_id, *(row[0] for row in found)],
        )
        replies = dict(cursor.fetchall())
        cursor.executemany(
            "UPDATE discussion_comment SET listed_replies = %s WHERE id = %s",
            [(replies.get(row[0], 0), row[0]) for row in found if replies.get(row[0], 0) != row[4]],
        )
        for comment_id, parent_id, _position, is_listed, _replies in found:
            if not is_listed and replies.get(comment_id):
                cursor.execute("UPDATE discussion_comment SET is_listed = TRUE WHERE id = %s", [comment_id])
                # Ancestors that this walk has already counted get it added; those still to come count it themselves.
                listing.show_below(cursor, parent_id=parent_id, now_us=None)
        return int(found[-1][2])
