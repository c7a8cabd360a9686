"""What readers were told, and whether the database agrees."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Ledger:
    """Acknowledged comments (id to text) and votes ((comment, reader's name) to value).

    `open_votes` are those whose last press was not answered: the value before or the one pressed may stand.
    """

    comments: dict[int, str] = field(default_factory=dict)
    votes: dict[tuple[int, str], int] = field(default_factory=dict)
    open_votes: dict[tuple[int, str], int] = field(default_factory=dict)
    attempts: int = 0

    def faults(self, database: Database, *, seen: Iterable[int] | None = None) -> list[str]:
        """What the database has otherwise; empty when all is well. `seen` limits the comments that must be there (a
        backup holds those from before it began)."""
        found = self._comment_faults(database, wanted=set(self.comments) if seen is None else set(seen))
        if seen is None:
            found += self._vote_faults(database)
        return found + database.inner_faults()

    def _comment_faults(self, database: Database, *, wanted: set[int]) -> list[str]:
        stored = {row[0]: (row[1], row[2]) for row in database.rows(_COMMENTS)}
        copies = Counter(text for text, _state in stored.values())
        faults = []
        for comment in sorted(wanted):
            text, state = stored.get(comment, (None, None))
            if text is None:
                faults.append(f"comment {comment} was acknowledged and is lost")
            elif text != self.comments[comment]:
                faults.append(f"comment {comment} has another text")
            elif state != "published":
                faults.append(f"comment {comment} is {state}")
            elif copies[text] != 1:
                faults.append(f"comment {comment} is there {copies[text]} times")
        return faults

    def _vote_faults(self, database: Database) -> list[str]:
        stored = {(row[0], row[1]): row[2] for row in database.rows(_VOTES)}
        faults = []
        for key, value in sorted(self.votes.items()):
            allowed = {value, self.open_votes.get(key, value)}
            if stored.get(key, 0) not in allowed:
                faults.append(f"the vote of {key[1]} on comment {key[0]} is {stored.get(key)}, not {value}")
        return faults


_COMMENTS = (
    "SELECT c.id, r.source, c.state FROM discussion_comment c "
    "JOIN discussion_revision r ON r.comment_id = c.id AND r.number = c.revision"
)
_VOTES = "SELECT v.comment_id, a.name, v.value FROM discussion_vote v JOIN accounts_reader a ON a.id = v.reader_id"
# Each finds rows that contradict each other; the sentence says what a row would mean.
_CONTRADICTIONS = {
    "comment totals are not the sum of their votes": (
        "SELECT c.id FROM discussion_comment c LEFT JOIN (SELECT comment_id, "
        "sum(CASE WHEN value = 1 THEN 1 ELSE 0 END) AS up, sum(CASE WHEN value = -1 THEN 1 ELSE 0 END) AS down "
        "FROM discussion_vote GROUP BY comment_id) v ON v.comment_id = c.id "
        "WHERE c.up <> coalesce(v.up, 0) OR c.down <> coalesce(v.down, 0)"
    ),
    "thread counts are not the number of published comments": (
        "SELECT t.id FROM discussion_thread t WHERE t.comment_count "
        "+ coalesce((SELECT sum(d.comments) FROM discussion_threaddelta d WHERE d.thread_id = t.id), 0) "
        "<> (SELECT count(*) FROM discussion_comment c WHERE c.thread_id = t.id AND c.state = 'published')"
    ),
    "reply counts are not the number of listed replies": (
        "SELECT c.id FROM discussion_comment c LEFT JOIN (SELECT parent_id, count(*) AS n FROM discussion_comment "
        "WHERE is_listed GROUP BY parent_id) r ON r.parent_id = c.id WHERE c.listed_replies <> coalesce(r.n, 0)"
    ),
    "comments have no current revision": (
        "SELECT c.id FROM discussion_comment c LEFT JOIN discussion_revision r "
        "ON r.comment_id = c.id AND r.number = c.revision WHERE r.comment_id IS NULL"
    ),
    "forms lead to no comment": (
        "SELECT s.key FROM discussion_submission s LEFT JOIN discussion_comment c ON c.id = s.comment_id "
        "WHERE s.comment_id IS NOT NULL AND c.id IS NULL"
    ),
}


class Database:
    """The rows of a site, read from outside."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        cursor = self._connection.cursor()
        cursor.execute(query)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def inner_faults(self) -> list[str]:
        """Rows that contradict each other, whatever readers were told."""
        found = [
            f"{len(rows)} {words}, such as {rows[0][0]}"
            for words, query in _CONTRADICTIONS.items()
            if (rows := self.rows(query))
        ]
        if isinstance(self._connection, sqlite3.Connection):
            found += [f"SQLite: {row[0]}" for row in self.rows("PRAGMA integrity_check(3)") if row[0] != "ok"]
            found += [f"a row of {row[0]} points nowhere" for row in self.rows("PRAGMA foreign_key_check")[:3]]
        return found


@contextmanager
def sqlite_database(path: Path) -> Iterator[Database]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield Database(connection)


@contextmanager
def postgres_database(url: str) -> Iterator[Database]:
    import psycopg

    with psycopg.connect(url) as connection:
        yield Database(connection)


Statement = Callable[[str], list[tuple[Any, ...]]]


@contextmanager
def sqlite_statements(path: Path) -> Iterator[Statement]:
    """For changing a site from outside: each statement is committed."""
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


@contextmanager
def postgres_statements(url: str) -> Iterator[Statement]:
    import psycopg

    def run(statement: str) -> list[tuple[Any, ...]]:
        found = connection.execute(statement)
        return found.fetchall() if found.description else []

    with psycopg.connect(url, autocommit=True) as connection:
        yield run
