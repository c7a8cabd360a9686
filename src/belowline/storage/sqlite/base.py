"""Django's SQLite backend with a turnstile, so that writers in several threads and processes get their turn.

SQLite's own busy handler polls; a writer that begins again at once starves everybody who sleeps (measured before the
start: waits of 1.1 to 2.4 s). Here whoever wants to write first passes a turnstile, an exclusive flock on a file beside
the database, and holds it only until BEGIN IMMEDIATE has the write lock. The next writer then waits at the turnstile,
where the kernel wakes waiters in order, and at most one waiter polls SQLite. A single statement outside a transaction
(a session, a last sign-in) passes the same turnstile.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db.backends.sqlite3 import base

if TYPE_CHECKING:
    from collections.abc import Iterator

# WAL lets readers go on during a write; FULL makes the commit wait for the disk (invariant 6). What is deleted is
# overwritten in the file, too: Debian's SQLite does so by itself, others do not (sqlite.org/pragma.html#pragma_secure_delete).
# mmap and cache sizes are small on purpose: the page cache of the operating system serves all processes.
READING_PRAGMAS = (
    "PRAGMA busy_timeout = 10000",
    "PRAGMA cache_size = -8192",
    "PRAGMA mmap_size = 268435456",
    "PRAGMA temp_store = MEMORY",
)
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    *READING_PRAGMAS,
)
# Statements that take the write lock, by their first word.
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@contextmanager
def turnstile(database: str) -> Iterator[None]:
    """Pass the turnstile of the database file. One descriptor per call: flock excludes threads and processes alike."""
    descriptor = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@lru_cache(maxsize=256)
def _with_question_marks(query: str) -> str:
    """%s as SQLite wants it. The same few statements come again and again: 5 µs each without the cache."""
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is not None:
            return super().convert_query(query, param_names=param_names)
        return _with_question_marks(query)


class TurnstileCursor(Cursor):
    """Passes the turnstile before a single statement that writes; inside a transaction its BEGIN has done so."""

    database = ""

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction or not query.startswith(WRITES):
            return super().execute(query, params)
        with turnstile(self.database):
            return super().execute(query, params)


class DatabaseWrapper(base.DatabaseWrapper):
    init_commands: list[str]

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self.is_read_only = params.pop("read_only", False)
        if self.is_read_only:
            params["database"] = f"file:{quote(str(params['database']))}?mode=ro"
            self.init_commands = [*READING_PRAGMAS, *self.init_commands]
        elif not self.is_in_memory_db():
            self.init_commands = [*PRAGMAS, *self.init_commands]
        return params

    def create_cursor(self, name: str | None = None) -> Any:
        if self.in_atomic_block or self.is_read_only or self.is_in_memory_db():
            return self.connection.cursor(factory=Cursor)
        cursor = self.connection.cursor(factory=TurnstileCursor)
        cursor.database = str(self.settings_dict["NAME"])
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        if self.is_read_only:
            self.cursor().execute("BEGIN")
        elif self.is_in_memory_db():
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        else:
            with turnstile(str(self.settings_dict["NAME"])):
                super()._start_transaction_under_autocommit()  # type: ignore[misc]
