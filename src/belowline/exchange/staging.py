"""The export put in order before anything is written: a temporary SQLite file, so that memory stays flat.

A parser yields comments as they come; a thread wants them by time, every parent before its replies. Orphans are found
here, and a reply that claims to be older than its parent is moved one microsecond behind it.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from belowline.exchange.records import AuthorRecord, CommentRecord, VoteRecord

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768; PRAGMA temp_store = FILE;
CREATE TABLE comment (id INTEGER PRIMARY KEY, thread INTEGER, sid TEXT, parent TEXT, written INTEGER, body TEXT,
  stored INTEGER);
"""
_ORDER = """
CREATE INDEX by_sid ON comment (thread, sid);
CREATE INDEX by_parent ON comment (thread, parent);
"""
# A root keeps its time; a reply comes at least a microsecond after its parent.
_TIMES = """
CREATE TABLE place (thread INTEGER, written INTEGER, id INTEGER, PRIMARY KEY (thread, written, id)) WITHOUT ROWID;
INSERT INTO place
WITH RECURSIVE below (id, thread, sid, written) AS (
  SELECT id, thread, sid, written FROM comment WHERE parent IS NULL
  UNION ALL
  SELECT c.id, c.thread, c.sid, max(c.written, b.written + 1)
  FROM below b JOIN comment c ON c.thread = b.thread AND c.parent = b.sid
) SELECT thread, written, id FROM below;
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _microseconds(moment: datetime) -> int:
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


class Staging:
    """Use as a context manager: `add` everything, `settle` once, then `threads` and `comments`."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="belowline-import-", dir=folder)
        self._base = sqlite3.connect(Path(self._folder.name) / "staging.db", isolation_level=None)
        self._base.executescript(_SCHEMA)
        self._base.execute("BEGIN")

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()
        self._folder.cleanup()

    def add(self, thread: int, record: CommentRecord) -> None:
        """`thread` is the number of the thread the comment goes to, after merging."""
        self._base.execute(
            "INSERT INTO comment (thread, sid, parent, written, body) VALUES (?, ?, ?, ?, ?)",
            [
                thread,
                record.source_id,
                record.parent_source_id,
                _microseconds(record.created_at),
                json.dumps(_packed(record)),
            ],
        )

    def settle(self) -> int:
        """Put orphans at the top and everything in order. Returns the number of orphans."""
        self._base.executescript(_ORDER)
        orphans = self._base.execute(
            "UPDATE comment SET parent = NULL WHERE parent IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM comment p WHERE p.thread = comment.thread AND p.sid = comment.parent)"
        ).rowcount
        self._base.executescript(_TIMES)
        return orphans

    def threads(self) -> list[tuple[int, int]]:
        """(thread, number of comments), in the order in which the threads came."""
        return self._base.execute("SELECT thread, count(*) FROM place GROUP BY thread ORDER BY thread").fetchall()

    def comments(self, thread: int, *, size: int) -> Iterator[list[tuple[int, CommentRecord, int | None]]]:
        """Chunks of (written_us, record, edited_us), by time, parents first."""
        last = (-(2**62), 0)
        while True:
            rows = self._base.execute(
                "SELECT p.written, p.id, c.parent, c.body FROM place p JOIN comment c ON c.id = p.id "
                "WHERE p.thread = ? AND (p.written, p.id) > (?, ?) ORDER BY p.written, p.id LIMIT ?",
                [thread, *last, size],
            ).fetchall()
            if not rows:
                return
            last = rows[-1][:2]
            yield [_restored(written, parent, json.loads(body)) for written, _, parent, body in rows]

    def stored_ids(self, thread: int) -> StoredIds:
        return StoredIds(self._base, thread)


def _packed(record: CommentRecord) -> list[Any]:
    """What the columns do not hold. By hand, because dataclasses.asdict cost more than everything else here together."""
    author = record.author
    return [
        record.source_id,
        record.thread_source_id,
        [author.source_key, author.name, author.email, author.website],
        record.markdown,
        record.html,
        record.state,
        record.imported_up,
        record.imported_down,
        [[vote.voter_key, vote.value] for vote in record.votes],
        record.is_pinned,
        record.old_fragment,
        None if record.edited_at is None else _microseconds(record.edited_at),
    ]


def _restored(written: int, parent: str | None, packed: list[Any]) -> tuple[int, CommentRecord, int | None]:
    """The moments come apart, in microseconds: that is what the loader stores."""
    source_id, thread, author, markdown, html, state, up, down, votes, is_pinned, fragment, edited_us = packed
    record = CommentRecord(
        source_id=source_id,
        thread_source_id=thread,
        parent_source_id=parent,
        author=AuthorRecord(*author),
        created_at=_EPOCH,
        edited_at=None,
        markdown=markdown,
        html=html,
        state=state,
        imported_up=up,
        imported_down=down,
        votes=tuple(VoteRecord(*vote) for vote in votes),
        is_pinned=is_pinned,
        old_fragment=fragment,
    )
    return written, record, edited_us


LATEST_IDS = 4_096


class StoredIds:
    """Which database id a staged comment got; kept in the staging file, and the latest of them in memory: a comment is
    looked up six times while its chunk is written, and many answer one of the same chunk."""

    def __init__(self, base: sqlite3.Connection, thread: int) -> None:
        self._base, self._thread = base, thread
        self._latest: dict[Hashable, int] = {}

    def __getitem__(self, key: Hashable) -> int:
        found = self._latest.get(key)
        return self._remembered(key, self._stored(key)) if found is None else found

    def _stored(self, key: Hashable) -> int:
        row = self._base.execute(
            "SELECT stored FROM comment WHERE thread = ? AND sid = ?", [self._thread, key]
        ).fetchone()
        if row is None or row[0] is None:
            raise KeyError(key)
        return int(row[0])

    def __setitem__(self, key: Hashable, value: int) -> None:
        self._remembered(key, value)
        self._base.execute("UPDATE comment SET stored = ? WHERE thread = ? AND sid = ?", [value, self._thread, key])

    def _remembered(self, key: Hashable, value: int) -> int:
        if len(self._latest) >= LATEST_IDS:
            self._latest.clear()
        self._latest[key] = value
        return value
