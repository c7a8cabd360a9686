"""The rows of a made site (SQLite) in a PostgreSQL database: the same discussion on both, made once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench.sites import belowline

# Made by Belowline's migrations on PostgreSQL for what `storage_sequence` does on SQLite.
COMMENT_SEQUENCE = "belowline_comment_id"
# The desk's search index has another form on each database, and readers never see it.
SEARCH = "wagtailsearch_"
CONVERSIONS: dict[str, Callable[[Any], Any]] = {"boolean": bool}


def make_site_on_postgres(root: Path, *, url: str, rows: Path) -> None:
    """A site in `root` whose database at `url` (empty) holds the rows of the SQLite file `rows`."""
    belowline("init", "--data", root, "--name", "The Weir", "--database-url", url)
    _allow_guests(root)
    with closing(sqlite3.connect(f"file:{rows}?mode=ro", uri=True)) as source, psycopg.connect(url) as target:
        # Rows come from a database that was checked; a trigger for each of millions would check them again.
        target.execute("SET session_replication_role = replica")
        target.execute("SET TIME ZONE 'UTC'")
        tables = [name for name in _tables(target) if _is_there(source, name) and not name.startswith(SEARCH)]
        target.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
        for table in tables:
            _copy(source, target, table)
        _raise_sequences(target, tables)
    with psycopg.connect(url, autocommit=True) as target:
        target.execute("VACUUM ANALYZE")


def _allow_guests(root: Path) -> None:
    """The settings that bench.making gives a site."""
    settings = root / "belowline.toml"
    text = settings.read_text()
    for name, value in (("guests", '"publish"'), ("guest_votes", "true"), ("hide_counts_minutes", "0")):
        lines = [f"{name} = {value}" if _is_line_of(line, name) else line for line in text.split("\n")]
        text = "\n".join(lines)
    settings.write_text(text)


def _is_line_of(line: str, name: str) -> bool:
    return line.lstrip("# ").startswith(f"{name} =")


def _tables(target: psycopg.Connection[Any]) -> list[str]:
    found = target.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [row[0] for row in found]


def _is_there(source: sqlite3.Connection, table: str) -> bool:
    return (
        source.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone() is not None
    )


def _columns(target: psycopg.Connection[Any], table: str) -> dict[str, str]:
    found = target.execute(
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        (table,),
    )
    return dict(found.fetchall())


def _copy(source: sqlite3.Connection, target: psycopg.Connection[Any], table: str) -> None:
    kinds = _columns(target, table)
    own = {row[1] for row in source.execute(f'PRAGMA table_info("{table}")')}
    names = [name for name in kinds if name in own and kinds[name] != "tsvector"]
    convert = [CONVERSIONS.get(kinds[name]) for name in names]
    quoted = ", ".join(f'"{name}"' for name in names)
    copied = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with target.cursor().copy(copied) as copy:
        for row in source.execute(f'SELECT {quoted} FROM "{table}"'):
            copy.write_row(
                [one if do is None or one is None else do(one) for one, do in zip(row, convert, strict=True)]
            )


def _raise_sequences(target: psycopg.Connection[Any], tables: list[str]) -> None:
    for table in tables:
        for name, kind in _columns(target, table).items():
            if kind not in {"integer", "bigint", "smallint"}:
                continue
            row = target.execute("SELECT pg_get_serial_sequence(%s, %s)", (f'"{table}"', name)).fetchone()
            if row and row[0]:
                query = sql.SQL("SELECT setval(%s, coalesce(max({}), 0) + 1, false) FROM {}")
                target.execute(query.format(sql.Identifier(name), sql.Identifier(table)), (row[0],))
    newest = "SELECT setval(%s, coalesce(max(id), 0) + 1, false) FROM discussion_comment"
    target.execute(newest, (COMMENT_SEQUENCE,))
