"""Making the image of an empty site's database. Used by `./dev schema`; a site never runs this."""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from belowline.project import schema
from belowline.project.django_setup import set_up_django
from belowline.project.site import data_folder

MADE_FROM = schema.IMAGE.with_name("made_from.txt")

# Every moment in the image is this one, so that making it twice gives the same file.
EPOCH = "2026-01-01 00:00:00"


def pack_image(database: Path, *, target: Path = schema.IMAGE, names: Path = schema.NAMES) -> int:
    """Pack a freshly migrated SQLite database; the image's size in bytes. The source is not changed."""
    plain = target.with_suffix(".tmp")
    plain.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as source:
        source.execute("VACUUM INTO ?", [str(plain)])
    try:
        applied = _still(plain)
        target.write_bytes(gzip.compress(plain.read_bytes(), compresslevel=9, mtime=0))
    finally:
        plain.unlink()
    lines = ",\n".join(json.dumps(list(pair)) for pair in sorted(applied))
    names.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return target.stat().st_size


def sources_digest() -> str:
    """Of everything that migrates an empty database: the sources of the migrations, ours and the packages'. SHA-256 in
    hexadecimal. Needs Django to be set up."""
    from django.db.migrations.loader import MigrationLoader

    digest = hashlib.sha256()
    for key, migration in sorted(MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items()):
        source = sys.modules[type(migration).__module__].__file__
        assert source is not None, key
        digest.update(Path(source).read_bytes())
    return digest.hexdigest()


def _still(database: Path) -> set[tuple[str, str]]:
    """Set every stored moment to EPOCH and return the applied migrations."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        with connection:
            for table, column in moments(connection):
                connection.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" IS NOT NULL', [EPOCH])
        connection.execute("VACUUM")
        return set(connection.execute("SELECT app, name FROM django_migrations").fetchall())


def moments(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """(table, column) of every column that Django declares as a moment."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%\"%'").fetchall()
    return [
        (table, row[1])
        for (table,) in tables
        for row in connection.execute(f'PRAGMA table_info("{table}")')
        if row[2].lower() == "datetime"
    ]


def main(arguments: list[str]) -> int:
    """`./dev schema`; with --check only look whether the image was made from the migrations on disk."""
    with TemporaryDirectory(prefix="belowline-schema-") as name:
        folder = data_folder(name)
        set_up_django(folder)
        if arguments == ["--check"]:
            is_todays = MADE_FROM.exists() and MADE_FROM.read_text(encoding="utf-8").strip() == sources_digest()
            return 0 if is_todays and schema.image_migrations() == schema.migrations_on_disk() else 1
        schema.migrate(folder)
        from django.db import connections

        connections.close_all()
        size = pack_image(folder.database)
        MADE_FROM.write_text(f"{sources_digest()}\n", encoding="utf-8")
    print(f"wrote {schema.IMAGE.name}: {size:,} bytes, {len(schema.image_migrations())} migrations")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
