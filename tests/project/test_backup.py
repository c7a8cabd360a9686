"""A backup made beside writers is one moment of the site, and comes back equal or not at all."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from belowline.project.backup import finished_backups, keep_last, make_backup, read_manifest, restore
from belowline.project.config import Config
from belowline.project.databases import counts_in_sqlite
from belowline.project.site import DataFolder, SiteError, data_folder

NIGHT = datetime(2026, 3, 14, 3, 0, tzinfo=UTC)
# `./dev soak` sets 20 (bar R4).
ROUNDS = int(os.environ.get("SOAK_BACKUPS", "3"))


def backup_of(site: DataFolder, *, now: datetime = NIGHT) -> Path:
    return make_backup(site, config=Config.load(site.root, environ={}), now=now)


@contextmanager
def writers_at_work(site: DataFolder) -> Iterator[dict[str, int]]:
    """Two threads: each transaction adds one row to each of two tables, and a file whose name is in the row."""
    stop, written = threading.Event(), {"rows": 0}

    def write(number: int) -> None:
        with closing(sqlite3.connect(site.database, isolation_level=None, timeout=30)) as connection:
            count = 0
            while not stop.is_set():
                count += 1
                name = f"{number}-{count}.jpg"
                (site.media / name).write_bytes(os.urandom(100))
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO left_side VALUES (?)", [name])
                connection.execute("INSERT INTO right_side VALUES (?)", [name])
                connection.execute("COMMIT")
                written["rows"] += 1

    with closing(sqlite3.connect(site.database)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS left_side (name TEXT)")
        connection.execute("CREATE TABLE IF NOT EXISTS right_side (name TEXT)")
    threads = [threading.Thread(target=write, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield written
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def rows(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(row[0] for row in connection.execute(f"SELECT name FROM {table}"))


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_backup_beside_writers_holds_one_moment(site: DataFolder, tmp_path: Path, number: int) -> None:
    with writers_at_work(site) as written:
        while written["rows"] < 20:
            pass
        backup = backup_of(site)
    back = data_folder(tmp_path / "restored")
    manifest = restore(backup, folder=back)

    left, right = rows(back.database, "left_side"), rows(back.database, "right_side")
    assert left == right, "a transaction was cut in two"
    assert len(left) >= 20
    assert [name for name in left if not (back.media / name).exists()] == []
    assert counts_in_sqlite(back.database) == manifest.counts
    assert back.secret.read_text() == site.secret.read_text()
    assert back.settings.read_text() == site.settings.read_text()


def test_a_file_that_is_deleted_meanwhile_is_in_the_backup(site: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    (site.media / "gone.jpg").write_bytes(b"picture")
    from belowline.project import databases

    copy = databases.copy_sqlite

    def copy_and_delete(source: Path, *, target: Path) -> dict[str, int]:
        (site.media / "gone.jpg").unlink()
        return copy(source, target=target)

    monkeypatch.setattr(databases, "copy_sqlite", copy_and_delete)
    assert (backup_of(site) / "media" / "gone.jpg").read_bytes() == b"picture"


def test_a_backup_that_breaks_off_leaves_nothing_that_looks_finished(
    site: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from belowline.project import databases

    def fail(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(databases, "copy_sqlite", fail)
    with pytest.raises(SiteError, match="No space left"):
        backup_of(site)
    assert list(site.backups.iterdir()) == []


def test_a_damaged_backup_is_not_restored(site: DataFolder, tmp_path: Path) -> None:
    (site.media / "a.jpg").write_bytes(b"a")
    backup = backup_of(site)
    (backup / "media" / "a.jpg").write_bytes(b"b")
    target = data_folder(tmp_path / "restored")
    with pytest.raises(SiteError, match=r"damaged: media/a\.jpg has changed"):
        restore(backup, folder=target)
    assert not target.root.exists()


def test_a_backup_with_other_rows_than_it_says_is_not_restored(site: DataFolder, tmp_path: Path) -> None:
    backup = backup_of(site)
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["counts"]["django_migrations"] += 1
    (backup / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SiteError, match="rows differ"):
        restore(backup, folder=data_folder(tmp_path / "restored"))


def test_a_folder_with_something_in_it_is_never_restored_into(site: DataFolder, tmp_path: Path) -> None:
    backup = backup_of(site)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "diary").write_text("mine")
    with pytest.raises(SiteError, match="not empty"):
        restore(backup, folder=data_folder(tmp_path / "full"))
    assert (tmp_path / "full" / "diary").read_text() == "mine"


def test_the_last_backups_are_kept_and_older_ones_go(site: DataFolder) -> None:
    made = [backup_of(site, now=NIGHT + timedelta(days=day)) for day in range(4)]
    assert keep_last(site.backups, count=2) == made[:2]
    assert finished_backups(site.backups) == made[2:]


def test_what_is_built_and_what_runs_is_not_in_a_backup(site: DataFolder) -> None:
    names = set(read_manifest(backup_of(site)).files)
    assert {"belowline.db", "belowline.toml", "secret"} <= names
    assert not [name for name in names if name.startswith(("static/", "run/", "backups/"))]
