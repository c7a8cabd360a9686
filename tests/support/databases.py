"""Databases for tests: a template, made once for a state of the sources, copied for each worker and each use.

`BELOWLINE_DATABASE__URL` in the environment chooses PostgreSQL (`./dev test` starts a private cluster and sets it);
without it the tests run on SQLite.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from belowline.project import schema
from belowline.project.site import data_folder
from tests.support.postgres import binaries

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
IS_POSTGRES = bool(os.environ.get("BELOWLINE_DATABASE__URL"))


@cache
def _sources_digest() -> str:
    """Changes when anything does that the template is made of: the program, its packages, the image, what is done here."""
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes() + schema.IMAGE.read_bytes() + Path(__file__).read_bytes())
    for path in sorted((ROOT / "src").glob("**/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _migrations_digest() -> str:
    """Changes when a migration or a package does."""
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for path in sorted((ROOT / "src").glob("**/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _only_one_process() -> Iterator[None]:
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "databases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _point_at(name: str) -> None:
    """Make every alias use the database `name`."""
    connections.close_all()
    for alias in settings.DATABASES:
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _fill_template() -> None:
    """What every newsroom has: the tables, the root of the site, and the groups of its staff with their rights. These two
    cost a fifth of a second, and hundreds of tests need them."""
    from belowline.moderation.roles import ensure_roles
    from belowline.newsroom.actions.pages import ensure_front_page

    if not schema.migrations_on_disk() <= _applied_migrations():
        call_command("migrate", verbosity=0)
    ensure_front_page()
    ensure_roles()


def _applied_migrations() -> schema.Migrations:
    return frozenset(MigrationRecorder(connections["default"]).applied_migrations())


def _unpack_image(to: Path) -> None:
    """The tables as `belowline init` makes them, in a moment; tests/project/test_schema.py holds that they were made
    from today's migrations. Nothing happens where the image does not fit: then the migrations are run."""
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        site = data_folder(Path(folder))
        if schema.create_from_image(site, language=settings.LANGUAGE_CODE):
            site.database.rename(to)


def _remove_old_templates() -> None:
    """Those of yesterday's sources; today's may be another run's."""
    for path in (*CACHE.glob("template-*"), *CACHE.glob("migrated-*")):
        if path.stat().st_mtime < time.time() - 86_400:
            path.unlink(missing_ok=True)


def _sqlite_template() -> Path:
    path = CACHE / f"template-{_sources_digest()}.db"
    with _only_one_process():
        if not path.exists():
            working = path.with_suffix(".new")
            working.unlink(missing_ok=True)
            _unpack_image(working)
            _point_at(str(working))
            _fill_template()
            with connections["default"].cursor() as cursor:
                cursor.execute("PRAGMA journal_mode = DELETE")
            connections.close_all()
            working.rename(path)
            _remove_old_templates()
    return path


def _migrate_or_restore() -> None:
    """Every migration takes half a minute, and a test run has a new cluster: what they made is kept in a dump."""
    given, place = settings.DATABASES["default"], binaries()
    assert place is not None
    dump = CACHE / f"migrated-{_migrations_digest()}-{place.parent.name}.dump"
    server = ["-h", given["HOST"], "-U", given["USER"], "-d", given["NAME"]]
    if dump.exists():
        dump.touch()
        subprocess.run([place / "pg_restore", *server, "--exit-on-error", dump], check=True)
        return
    call_command("migrate", verbosity=0)
    working = dump.with_suffix(".new")
    subprocess.run([place / "pg_dump", *server, "--format=custom", "-f", working], check=True)
    working.rename(dump)
    _remove_old_templates()


def _postgres_template() -> str:
    name = f"template_{_sources_digest()}"
    with _only_one_process():
        _point_at("postgres")
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {name}_new")
                _point_at(f"{name}_new")
                _migrate_or_restore()
                _fill_template()
                _point_at("postgres")
                with connections["default"].cursor() as admin:
                    admin.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


@contextmanager
def fresh_database(folder: Path) -> Iterator[None]:
    """A database of its own, migrated and empty, for as long as the block runs; every alias points at it."""
    before = settings.DATABASES["default"]["NAME"]
    if IS_POSTGRES:
        template, name = _postgres_template(), f"test_{uuid.uuid4().hex}"
        _point_at("postgres")
        with connections["default"].cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    else:
        name = str(folder / "belowline.db")
        shutil.copy(_sqlite_template(), name)
    _point_at(name)
    try:
        yield
    finally:
        _point_at("postgres" if IS_POSTGRES else before)
        if IS_POSTGRES:
            with connections["default"].cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            _point_at(before)


def rows_by_table() -> dict[str, str]:
    """Every row of every table, as a copy of the database would show it."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = repr(cursor.fetchall())
    return found


def dump() -> str:
    return "\n".join(rows_by_table().values())


def until_all_is_seen(*, within_seconds: float = 10) -> int:
    """Wait until the newest event counts as seen; its id. On PostgreSQL a transaction of a neighbouring test that ended
    at this very moment holds it back until the next look."""
    from belowline.outbox.events import position
    from belowline.outbox.models import Event
    from belowline.storage.reading import snapshot

    give_up_at = time.monotonic() + within_seconds
    while True:
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with snapshot() as cursor:
            seen = position(cursor)
        if seen >= newest or time.monotonic() > give_up_at:
            return seen
        time.sleep(0.01)
