"""The image of a new database is what the migrations make, and a database that does not fit is not served."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from belowline.project import schema
from belowline.project.backup import finished_backups
from belowline.project.schema import SchemaState, image_migrations, state_of
from belowline.project.schema.making import moments
from belowline.project.site import DataFolder, data_folder, make_folders
from tests.project.sites import belowline

KNOWN = frozenset({("storage", "0001_sequences"), ("outbox", "0001_initial"), ("wagtailcore", "0094_alter")})


RANDOM_COLUMN = "translation_key"


def contents(path: Path) -> dict[str, Any]:
    """The schema with its white space evened out, and every row without its moments and random keys."""
    with closing(sqlite3.connect(path)) as connection:
        times = set(moments(connection))
        objects = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'")
        found: dict[str, Any] = {f"{kind} {name}": " ".join((sql or "").split()) for kind, name, sql in objects}
        for name in [key.removeprefix("table ") for key in found if key.startswith("table ")]:
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
            kept = [column for column in columns if (name, column) not in times and column != RANDOM_COLUMN]
            if kept and "_fts" not in name:
                listed = ", ".join(f'"{column}"' for column in kept)
                found[f"rows {name}"] = sorted(
                    connection.execute(f'SELECT {listed} FROM "{name}"').fetchall(), key=repr
                )
        return found


@pytest.mark.process
def test_the_image_is_the_database_that_the_migrations_make(tmp_path: Path) -> None:
    language = "ar"  # not the one that the image was made in
    migrated, unpacked = data_folder(tmp_path / "migrated"), data_folder(tmp_path / "unpacked")
    for folder in (migrated, unpacked):
        make_folders(folder)
        folder.settings.write_text(f'[site]\nlanguage = "{language}"\n', encoding="utf-8")
    done = belowline("django", "--data", migrated.root, "migrate", "-v", "0", seconds=300)
    assert done.returncode == 0, done.stderr
    assert schema.create_from_image(unpacked, language=language), "run ./dev schema"

    expected, found = contents(migrated.database), contents(unpacked.database)
    # Names of applied migrations get their numbers in the order of applying, which no code depends on.
    for side in (expected, found):
        side["rows django_migrations"] = sorted(row[1:] for row in side["rows django_migrations"])
    assert found == expected, "run ./dev schema"


def test_an_image_of_other_migrations_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = image_migrations() - {("outbox", "0001_initial")}
    monkeypatch.setattr(schema, "image_migrations", lambda: fewer)
    folder = data_folder(tmp_path)
    assert not schema.create_from_image(folder, language="en")
    assert not folder.database.exists()


@pytest.mark.parametrize(
    ("applied", "state"),
    [
        (frozenset(), SchemaState.EMPTY),
        (KNOWN, SchemaState.CURRENT),
        (KNOWN - {("outbox", "0001_initial")}, SchemaState.OLDER),
        (KNOWN | {("outbox", "0002_more")}, SchemaState.NEWER),
        (KNOWN | {("wagtailcore", "0095_next")}, SchemaState.NEWER),
        # Wagtail squashes old migrations and later drops their files: the rows stay.
        (KNOWN | {("wagtailcore", "0001_old")}, SchemaState.CURRENT),
    ],
)
def test_the_state_of_a_database_is_told_by_its_migrations(
    applied: frozenset[tuple[str, str]], state: SchemaState
) -> None:
    assert state_of(applied, known=KNOWN) is state


def add_migration(site: DataFolder, name: str) -> None:
    with closing(sqlite3.connect(site.database)) as connection, connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('outbox', ?, '2026-01-01')", [name]
        )


@pytest.mark.process
@pytest.mark.parametrize("command", ["serve", "upgrade"])
def test_a_database_of_a_newer_version_is_refused_in_one_line(site: DataFolder, command: str) -> None:
    add_migration(site, "0999_future")
    done = belowline(command, "--data", site.root)
    assert done.returncode == 1
    assert done.stderr == (
        "belowline: the database was made by a newer Belowline; install that version, or restore a backup\n"
    )


@pytest.mark.process
def test_an_older_database_is_upgraded_after_a_backup(site: DataFolder) -> None:
    with closing(sqlite3.connect(site.database)) as connection, connection:
        connection.execute("DROP TABLE outbox_delivery")
        connection.execute("DROP TABLE outbox_event")
        connection.execute("DELETE FROM django_migrations WHERE app = 'outbox'")
    refused = belowline("serve", "--data", site.root, "--port", "0")
    assert refused.returncode == 1
    assert "belowline upgrade --data" in refused.stderr

    done = belowline("upgrade", "--data", site.root)
    assert done.returncode == 0, done.stderr
    assert "backup: " in done.stdout
    assert "applied " in done.stdout
    assert len(finished_backups(site.backups)) == 1
    assert schema.applied_migrations(site, database_url="") == image_migrations()
