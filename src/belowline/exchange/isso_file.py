"""Opening a foreign SQLite file without trusting it and without touching it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.utils.translation import gettext as _

from belowline.exchange.cleaning import size_of_file
from belowline.exchange.records import UnreadableExport

# The file format's first 100 bytes: https://www.sqlite.org/fileformat.html#the_database_header
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
# How long a write of a running Isso is waited for.
_PATIENCE_SECONDS = 10
_NEEDED = {
    "threads": {"id", "uri", "title"},
    "comments": {"tid", "id", "parent", "created", "mode", "text", "author"},
}


def refuse_what_is_not_isso(path: Path) -> int:
    """The size of the file in bytes. Raises UnreadableExport for anything but a whole Isso database."""
    size = size_of_file(path)
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header.startswith(_MAGIC):
        raise UnreadableExport(
            path, _("It is not a SQLite database."), _("Name the file that dbpath in Isso's configuration names.")
        )
    if size < _bytes_by_header(header) and not _beside(path, "-wal").exists():
        raise UnreadableExport(
            path,
            _("The database is cut off: %(there)d of %(all)d bytes are there.")
            % {"there": size, "all": _bytes_by_header(header)},
            _("Copy it again while Isso is stopped."),
        )
    with closing(opened(path)) as database:
        _refuse_other_tables(path, database)
    return size


def opened(path: Path) -> sqlite3.Connection:
    """A connection that reads only, runs nothing that the file's schema brings along, and creates no file beside it.

    A database in WAL mode makes even readers create its -wal and -shm files. Without a -wal file nobody has it open and
    everything is in the main file, so it can be read as unchanging; with one, that file has to be read, too.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    is_wal = header[18:20] == b"\x02\x02"
    is_at_rest = is_wal and not _beside(path, "-wal").exists()
    uri = f"{path.resolve().as_uri()}?mode=ro" + ("&immutable=1" if is_at_rest else "")
    try:
        database = sqlite3.connect(uri, uri=True, timeout=_PATIENCE_SECONDS, isolation_level=None)
        database.executescript(
            "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;"
        )
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise UnreadableExport(
            path,
            _("The database cannot be opened: %(error)s.") % {"error": error},
            _("Stop Isso, copy the file together with its -wal and -journal files, and import the copy."),
        ) from error
    return database


def columns_of(database: sqlite3.Connection, table: str) -> list[str]:
    """The names of a table's columns, in order; none when it is not a table (a view could run anything)."""
    if not database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone():
        return []
    return [row[0] for row in database.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))]


def _refuse_other_tables(path: Path, database: sqlite3.Connection) -> None:
    for table, needed in _NEEDED.items():
        try:
            missing = needed - set(columns_of(database, table))
        except sqlite3.Error:
            missing = needed
        if missing:
            raise UnreadableExport(
                path,
                _("It is a SQLite database, but not Isso's: the table %(table)s has no %(columns)s.")
                % {"table": table, "columns": ", ".join(sorted(missing))},
                _("Name the file that dbpath in Isso's configuration names."),
            )


def _bytes_by_header(header: bytes) -> int:
    """The size that the header states; 0 when it states none (written by a SQLite before 3.7)."""
    page_bytes = int.from_bytes(header[16:18], "big")
    if header[24:28] != header[92:96]:
        return 0
    return (65_536 if page_bytes == 1 else page_bytes) * int.from_bytes(header[28:32], "big")


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
