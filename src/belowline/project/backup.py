"""A backup is a folder: the database, the files, and a manifest with the size and SHA-256 of every one of them.

It is consistent while the site serves. The database is copied from one snapshot. Files are collected before it and once
more after it: what the snapshot names either was there before or came in between, and a file that somebody deletes
meanwhile has been collected already. Files never change once written (each upload gets a name of its own), so on the
same file system they are linked, not copied. The folder gets its name when everything in it is on the disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from belowline.project import databases, schema
from belowline.project.databases import Counts
from belowline.project.progress import progress
from belowline.project.site import SiteError, make_folders
from belowline.project.words import gettext as _
from belowline.storage.whole_files import UNFINISHED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from belowline.project.config import Config
    from belowline.project.site import DataFolder

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE_NAME = "belowline.db"
POSTGRESQL_NAME = "postgresql.dump"
COLLECTED = ("media", "private")
SINGLE_FILES = ("belowline.toml", "secret", "demo-seeded")
CHUNK_BYTES = 1024 * 1024
# A younger file is copied: a link would go on growing with an upload that is under way.
STILL_SECONDS = 600.0


@dataclass(slots=True)
class Manifest:
    made_at: str
    version: str
    database: str
    counts: Counts
    migrations: list[list[str]]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def size_bytes(self) -> int:
        return sum(entry["bytes"] for entry in self.files.values())


def make_backup(folder: DataFolder, *, config: Config, target: Path | None = None, now: datetime | None = None) -> Path:
    """Back the site up into a new folder below `target` (the site's own backups folder); the finished folder.

    Raises SiteError. What was left by a backup that broke off is thrown away.
    """
    place = (target or folder.backups).resolve()
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    remove_unfinished(place)
    moment = now or datetime.now(UTC)
    name = f"belowline-{moment:%Y%m%dT%H%M%SZ}"
    final, draft = place / name, place / f"{name}{UNFINISHED}"
    if final.exists():
        raise SiteError(_("{path} exists already").format(path=final))
    try:
        draft.mkdir(mode=0o700)
        manifest = _fill(draft, folder=folder, config=config, moment=moment)
        _write_manifest(draft, manifest)
        draft.rename(final)
        databases.flush(place)
        _point_to(final, folder=folder)
    except OSError as error:
        raise SiteError(_("the backup failed: {reason}").format(reason=error)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return final


def _point_to(backup: Path, *, folder: DataFolder) -> None:
    """Let the site know its last backup, wherever it lies: `doctor` looks at its age."""
    draft = folder.last_backup.with_suffix(UNFINISHED)
    draft.unlink(missing_ok=True)
    draft.symlink_to(backup)
    draft.rename(folder.last_backup)


def _fill(draft: Path, *, folder: DataFolder, config: Config, moment: datetime) -> Manifest:
    collect(folder, into=draft)
    if config.database.url:
        database = POSTGRESQL_NAME
        counts = databases.dump_postgresql(config.database.url, target=draft / database)
    else:
        database = SQLITE_NAME
        counts = databases.copy_sqlite(folder.database, target=draft / database)
    collect(folder, into=draft)
    for name in SINGLE_FILES:
        if (folder.root / name).exists():
            shutil.copy2(folder.root / name, draft / name)
    applied = schema.applied_migrations(folder, database_url=config.database.url)
    manifest = Manifest(
        made_at=moment.isoformat(timespec="seconds"),
        version=version("belowline"),
        database=database,
        counts=counts,
        migrations=sorted([app, name] for app, name in applied),
    )
    manifest.files = sums_of(draft)
    return manifest


def collect(folder: DataFolder, *, into: Path) -> None:
    """Link or copy every file that is not there yet. A file that goes away in this moment is not missed: see above.
    One that is being written is named by no row yet."""
    for part in COLLECTED:
        for path in files_below(folder.root / part):
            if path.name.endswith(UNFINISHED):
                continue
            target = into / path.relative_to(folder.root)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with suppress(FileNotFoundError):
                    _link_or_copy(path, target=target)


def _link_or_copy(path: Path, *, target: Path) -> None:
    try:
        if time.time() - path.stat().st_mtime < STILL_SECONDS:
            raise OSError("an upload may still be writing it")
        os.link(path, target)
    except FileNotFoundError:
        raise
    except OSError:
        draft = target.with_name(target.name + UNFINISHED)
        shutil.copy2(path, draft)
        databases.flush(draft)
        draft.rename(target)


def files_below(folder: Path) -> Iterator[Path]:
    """Plain files, sorted; links are not followed, so that a backup holds what it names."""
    for root, names, files in os.walk(folder):
        names.sort()
        for name in sorted(files):
            path = Path(root) / name
            if not path.is_symlink():
                yield path


def sums_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Relative path to size and SHA-256 of every file in a backup but its manifest."""
    paths = [path for path in files_below(folder) if path.relative_to(folder).as_posix() != MANIFEST]
    total = sum(path.stat().st_size for path in paths)
    with progress(_("sums"), total=total) as advance:
        return {
            path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256_of(path, advance)}
            for path in paths
        }


def sha256_of(path: Path, advance: Any = None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            if advance is not None:
                advance(len(chunk))
    return digest.hexdigest()


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps(asdict(manifest), indent=1, ensure_ascii=False), encoding="utf-8")
    databases.flush(path)
    databases.flush(folder)


def read_manifest(backup: Path) -> Manifest:
    """Raises SiteError for what is not a finished backup of a format that is known here."""
    try:
        values = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**values)
    except (OSError, ValueError, TypeError):
        raise SiteError(_("{path} is not a finished backup").format(path=backup)) from None
    if manifest.format != FORMAT:
        raise SiteError(_("{path} was made by a newer Belowline").format(path=backup))
    return manifest


def faults_of(backup: Path, *, manifest: Manifest) -> list[str]:
    """What differs from the manifest: files missing, added or changed; one line each."""
    found = sums_of(backup)
    faults = [_("{file} is missing").format(file=name) for name in sorted(set(manifest.files) - set(found))]
    faults += [
        _("{file} is not in the manifest").format(file=name) for name in sorted(set(found) - set(manifest.files))
    ]
    changed = sorted(name for name in set(found) & set(manifest.files) if found[name] != manifest.files[name])
    return faults + [_("{file} has changed").format(file=name) for name in changed]


def finished_backups(place: Path) -> list[Path]:
    """Oldest first; the names carry the moment."""
    if not place.is_dir():
        return []
    return sorted(path for path in place.glob("belowline-*Z") if (path / MANIFEST).is_file())


def remove_unfinished(place: Path) -> None:
    for path in place.glob(f"belowline-*{UNFINISHED}"):
        shutil.rmtree(path)


def keep_last(place: Path, *, count: int) -> list[Path]:
    """Delete all but the newest `count` finished backups; those deleted."""
    doomed = finished_backups(place)[:-count] if count > 0 else []
    for path in doomed:
        # Out of the list first: one that is half deleted must not look finished.
        gone = path.rename(path.with_name(path.name + UNFINISHED))
        shutil.rmtree(gone)
    return doomed


def restore(backup: Path, *, folder: DataFolder, database_url: str | None = None) -> Manifest:
    """Bring a backup back into an empty folder and prove it: sums before, row counts and integrity after.

    A backup from PostgreSQL goes into the (empty) database that its settings name, or into `database_url`. On any fault
    SiteError is raised and the folder is empty again.
    """
    manifest = read_manifest(backup)
    if folder.root.exists() and any(folder.root.iterdir()):
        raise SiteError(_("{path} is not empty; restore into a new folder").format(path=folder.root))
    if faults := faults_of(backup, manifest=manifest):
        raise SiteError(_("the backup is damaged: {faults}").format(faults="; ".join(faults[:5])))
    try:
        make_folders(folder)
        _copy_files(backup, manifest=manifest, folder=folder)
        counts = _restore_database(backup, manifest=manifest, folder=folder, database_url=database_url)
        if counts != manifest.counts:
            different = sorted(set(counts.items()) ^ set(manifest.counts.items()))
            raise SiteError(_("the restored rows differ: {tables}").format(tables=different[:5]))
    except BaseException as error:
        shutil.rmtree(folder.root, ignore_errors=True)
        if isinstance(error, OSError):
            raise SiteError(_("the restore failed: {reason}").format(reason=error)) from None
        raise
    return manifest


def _copy_files(backup: Path, *, manifest: Manifest, folder: DataFolder) -> None:
    with progress(_("files"), total=manifest.size_bytes) as advance:
        for name, entry in manifest.files.items():
            if name == POSTGRESQL_NAME:
                continue
            target = folder.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(backup / name, target)
            if sha256_of(target) != entry["sha256"]:
                raise SiteError(_("{file} was not copied correctly; the disk may be failing").format(file=target))
            databases.flush(target)
            advance(entry["bytes"])


def _restore_database(backup: Path, *, manifest: Manifest, folder: DataFolder, database_url: str | None) -> Counts:
    if manifest.database == SQLITE_NAME:
        if faults := databases.faults_in_sqlite(folder.database):
            raise SiteError(_("the restored database is damaged: {faults}").format(faults="; ".join(faults)))
        return databases.counts_in_sqlite(folder.database)
    from belowline.project.config import Config

    if database_url:
        os.environ["BELOWLINE_DATABASE__URL"] = database_url
    url = Config.load(folder.root).database.url
    return databases.restore_postgresql(url, source=backup / POSTGRESQL_NAME)
