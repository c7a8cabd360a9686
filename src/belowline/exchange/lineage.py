"""Which comments of a stream have come, and who answers whom, for streams in any order and of any length."""

import sqlite3
from dataclasses import dataclass, replace
from types import TracebackType

# Chains of replies are followed this far when a loop has to be ruled out.
LONGEST_CHAIN = 20_000
# Kibibytes of the scratch table kept in memory; the rest lies in a temporary file that SQLite deletes itself.
_CACHE_KIB = 8_192

# Key of the parent, key of the thread, whether the comment itself has come (0: somebody only answers to it).
_Row = tuple[int | None, int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment belongs once doubles, lost parents and loops are taken out.

    `is_shared_id`: another thread already has a comment with this id, so the id alone names nobody.
    `cut` says why `parent` is not what the export says: '', 'self', 'cycle', 'elsewhere'.
    """

    is_duplicate: bool = False
    is_shared_id: bool = False
    parent: str | None = None
    is_parent_id_shared: bool = False
    cut: str = ""


class Lineage:
    """A scratch table of 64-bit keys: about 30 bytes of disk a comment, memory bounded.

    Keys are Python's salted string hash: nobody can aim for a collision, and by chance two of a million ids collide
    with a probability of 3e-8 (the birthday bound n²/2⁶⁵), in which case the second is taken for a double.
    """

    def __init__(self) -> None:
        # The empty name is a private database on disk; nothing in it outlives the connection.
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.executescript(
            f"""
            PRAGMA cache_size = -{_CACHE_KIB}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE comment (key INTEGER PRIMARY KEY, parent INTEGER, thread INTEGER, is_here INTEGER);
            CREATE TABLE thread (key INTEGER PRIMARY KEY);
            BEGIN
            """
        )
        self._newest_thread: str | None = None

    def __enter__(self) -> "Lineage":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._table.close()

    def is_new_thread(self, thread: str) -> bool:
        """True the first time it is asked about this thread."""
        if thread == self._newest_thread:
            return False
        self._newest_thread = thread
        return self._table.execute("INSERT OR IGNORE INTO thread VALUES (?)", (hash(thread),)).rowcount == 1

    def place(self, comment: str, *, thread: str, parent: str | None) -> Place:
        """Take the comment in and say where it belongs. Unknown parents are awaited: they may still come."""
        key, row = self._find(comment, thread=thread)
        if row is not None and row[2]:
            return Place(is_duplicate=True)
        place, parent_key = self._parent(parent, comment=comment, key=key, thread=thread, is_awaited=row is not None)
        self._table.execute("INSERT OR REPLACE INTO comment VALUES (?, ?, ?, 1)", (key, parent_key, hash(thread)))
        return place if key == hash(comment) else replace(place, is_shared_id=True)

    def _parent(
        self, parent: str | None, *, comment: str, key: int, thread: str, is_awaited: bool
    ) -> tuple[Place, int | None]:
        if parent is None:
            return Place(), None
        if parent == comment:
            return Place(cut="self"), None
        parent_key, row = self._find(parent, thread=thread)
        if row is None and parent_key != hash(parent):
            return Place(cut="elsewhere"), None
        if row is None:
            self._table.execute("INSERT INTO comment VALUES (?, NULL, ?, 0)", (parent_key, hash(thread)))
        # Only the last comment of a loop can close it: its parent has come, and somebody has already answered to it.
        elif is_awaited and row[2] and self._leads_to(parent_key, target=key):
            return Place(cut="cycle"), None
        return Place(parent=parent, is_parent_id_shared=parent_key != hash(parent)), parent_key

    def _find(self, comment: str, *, thread: str) -> tuple[int, _Row | None]:
        """The key under which this thread knows the comment, and its row if there is one.

        The same id can stand for two comments in two threads: the second thread knows it under a key of its own.
        """
        key = hash(comment)
        row = self._row(key)
        if row is not None and row[2] and row[1] != hash(thread):
            key = hash((thread, comment))
            row = self._row(key)
        return key, row

    def _leads_to(self, key: int, *, target: int) -> bool:
        for _step in range(LONGEST_CHAIN):
            row = self._row(key)
            if row is None or row[0] is None:
                return False
            key = row[0]
            if key == target:
                return True
        return True

    def _row(self, key: int) -> _Row | None:
        found: _Row | None = self._table.execute(
            "SELECT parent, thread, is_here FROM comment WHERE key = ?", (key,)
        ).fetchone()
        return found
