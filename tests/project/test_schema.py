"""The image of a new database is what the migrations make, and a database that does not fit is not served."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from belowline.project import schema
from belowline.project.backup import finished_backups
from belowline.project.schema import SchemaState, image_migrations, state_of
from belowline.project.schema.making import MADE_FROM, sources_digest
from belowline.project.site import DataFolder, data_folder, make_folders
from tests.project.sites import belowline

KNOWN = frozenset({("storage", "0001_sequences"), ("outbox", "0001_initial"), ("wagtailcore", "0094_alter")})


def test_the_image_is_a_database_in_the_sites_language_with_keys_of_its_own(tmp_path: Path) -> None:
    folders = [data_folder(tmp_path / name) for name in ("one", "other")]
    found = []
    for folder in folders:
        make_folders(folder)
        assert schema.create_from_image(folder, language="ar"), "run ./dev schema"
        with closing(sqlite3.connect(folder.database)) as connection:
            assert connection.execute("SELECT language_code FROM wagtailcore_locale").fetchall() == [("ar",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            found.append(set(connection.execute("SELECT translation_key FROM wagtailcore_page")))
        assert schema.applied_migrations(folder, database_url="") == image_migrations()
    assert found[0]
    assert not found[0] & found[1]


def test_the_image_is_made_from_the_migrations_as_they_are_written(tmp_path: Path, monkeypatch: Any) -> None:
    assert MADE_FROM.read_text(encoding="utf-8").strip() == sources_digest(), "run ./dev schema"
    changed = tmp_path / "0001_sequences.py"
    changed.write_text("# another statement\n", encoding="utf-8")
    monkeypatch.setattr(sys.modules["belowline.storage.migrations.0001_sequences"], "__file__", str(changed))
    assert MADE_FROM.read_text(encoding="utf-8").strip() != sources_digest()


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
