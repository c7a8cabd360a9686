"""The database's schema: which state it is in, bringing it up to date, and the image that spares a new site the wait.

Running every migration of Django, Wagtail and Belowline on an empty SQLite database takes 10 to 36 seconds. The image
is that database, made once by `./dev schema`; `init` unpacks it. An image that does not name exactly the migrations on
disk is not used, and `./dev check` holds that it was made from the migrations as they are written today.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sqlite3
import uuid
from contextlib import closing
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from belowline.project import databases
from belowline.project.site import SiteError
from belowline.project.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from belowline.project.site import DataFolder

IMAGE = Path(__file__).parent / "sqlite.db.gz"
NAMES = Path(__file__).parent / "migrations.json"

Migrations = frozenset[tuple[str, str]]


class SchemaState(Enum):
    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def image_migrations() -> Migrations:
    """The (app, name) pairs that the image was made with; empty when there is no image."""
    if not (NAMES.exists() and IMAGE.exists()):
        return frozenset()
    return frozenset((app, name) for app, name in json.loads(NAMES.read_text(encoding="utf-8")))


def applied_migrations(folder: DataFolder, *, database_url: str) -> Migrations:
    """What the site's database says was applied; empty for a database without tables. Needs no Django."""
    try:
        if database_url:
            return _applied_on_postgresql(database_url)
        return _applied_on_sqlite(folder.database)
    except sqlite3.DatabaseError as error:
        message = _("{path} cannot be read as a database: {reason}")
        raise SiteError(message.format(path=folder.database, reason=error)) from None


def _applied_on_sqlite(path: Path) -> Migrations:
    if not path.exists():
        return frozenset()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'").fetchone():
            return frozenset()
        return frozenset(connection.execute("SELECT app, name FROM django_migrations").fetchall())


def _applied_on_postgresql(url: str) -> Migrations:
    with databases.connected(url) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return frozenset()
        rows = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    return frozenset((str(app), str(name)) for app, name in rows)


def migrations_on_disk() -> Migrations:
    """The migrations of every installed app. Needs Django to be set up."""
    from django.db.migrations.loader import MigrationLoader

    return frozenset((app, name) for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def state_of(applied: Migrations, *, known: Migrations) -> SchemaState:
    """NEWER when an app has gone beyond the last migration known here.

    A row whose number is lower than the last known one is history that a package squashed and then dropped.
    """
    if not applied:
        return SchemaState.EMPTY
    last = _last_numbers(known)
    if any(_number(name) > last.get(app, -1) for app, name in applied - known if app in last):
        return SchemaState.NEWER
    return SchemaState.CURRENT if known <= applied else SchemaState.OLDER


def _number(name: str) -> int:
    match = re.match(r"\d+", name)
    return int(match[0]) if match else 0


def _last_numbers(migrations: Iterable[tuple[str, str]]) -> dict[str, int]:
    last: dict[str, int] = {}
    for app, name in migrations:
        last[app] = max(last.get(app, -1), _number(name))
    return last


def state(folder: DataFolder, *, database_url: str) -> SchemaState:
    """The state of the site's database. Fast when it equals the image; else Django is asked for its migrations."""
    applied = applied_migrations(folder, database_url=database_url)
    if applied and applied == image_migrations() and image_is_fit():
        return SchemaState.CURRENT
    if not applied:
        return SchemaState.EMPTY
    from belowline.project.django_setup import set_up_django

    set_up_django(folder)
    return state_of(applied, known=migrations_on_disk())


def image_is_fit() -> bool:
    """Whether the image names exactly the migrations of Belowline on disk. Packages' are compared by `./dev check`.

    Only our own folders are looked at: that takes a millisecond and needs no Django.
    """
    package = Path(__file__).resolve().parents[2]
    ours = {
        (path.parent.parent.name, path.stem) for path in package.glob("*/migrations/*.py") if path.stem != "__init__"
    }
    apps = {path.parent.name for path in package.glob("*/__init__.py")}
    return {(app, name) for app, name in image_migrations() if app in apps} == ours


def refuse_newer(found: SchemaState) -> None:
    if found is SchemaState.NEWER:
        raise SiteError(_("the database was made by a newer Belowline; install that version, or restore a backup"))


def create_from_image(folder: DataFolder, *, language: str) -> bool:
    """Unpack the image as the site's new SQLite database. False, and nothing done, when the image is not to be used.

    The first locale depends on a setting, and the keys of the first pages on chance; both are set here.
    """
    if not image_migrations() or not image_is_fit():
        return False
    draft = folder.database.with_name(folder.database.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(gzip.decompress(IMAGE.read_bytes()))
    with closing(sqlite3.connect(draft)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        with connection:
            connection.execute("UPDATE wagtailcore_locale SET language_code = ?", [language])
            _draw_keys(connection)
    draft.replace(folder.database)
    return True


def _draw_keys(connection: sqlite3.Connection) -> None:
    """The first pages' translation keys are random, and must not be the same in every site."""
    for (page,) in connection.execute("SELECT id FROM wagtailcore_page").fetchall():
        connection.execute("UPDATE wagtailcore_page SET translation_key = ? WHERE id = ?", [uuid.uuid4().hex, page])


def migrate(folder: DataFolder) -> None:
    """Bring the database up to date with Django's migrations (also from nothing)."""
    from django.core.management import call_command

    from belowline.project.django_setup import set_up_django

    set_up_django(folder)
    call_command("migrate", interactive=False, verbosity=0)


def create(folder: DataFolder, *, database_url: str, language: str) -> bool:
    """Make a new database. True when the image served, False when every migration was run."""
    if not database_url and create_from_image(folder, language=language):
        return True
    migrate(folder)
    if not database_url:
        folder.database.chmod(0o600)
    return False
