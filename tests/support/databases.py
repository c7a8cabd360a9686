"""Databases for tests: a migrated template, made once for a set of migrations, copied for each worker and each use.

`BELOWLINE_DATABASE__URL` in the environment chooses PostgreSQL (`./dev test` starts a private cluster and sets it);
without it the tests run on SQLite.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
IS_POSTGRES = bool(os.environ.get("BELOWLINE_DATABASE__URL"))


def _migrations_digest() -> str:
    """Changes when any migration of this project, the lock file or what is done here does."""
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes() + Path(__file__).read_bytes())
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
    """What every newsroom has: the tables, and the root of the site. Making it costs a tenth of a second, and hundreds of
    tests need it."""
    from belowline.newsroom.actions.pages import ensure_front_page

    call_command("migrate", verbosity=0)
    ensure_front_page()


def _sqlite_template() -> Path:
    path = CACHE / f"template-{_migrations_digest()}.db"
    with _only_one_process():
        if not path.exists():
            working = path.with_suffix(".new")
            working.unlink(missing_ok=True)
            _point_at(str(working))
            _fill_template()
            with connections["default"].cursor() as cursor:
                cursor.execute("PRAGMA journal_mode = DELETE")
            connections.close_all()
            working.rename(path)
    return path


def _postgres_template() -> str:
    name = f"template_{_migrations_digest()}"
    with _only_one_process():
        _point_at("postgres")
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {name}_new")
                _point_at(f"{name}_new")
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
