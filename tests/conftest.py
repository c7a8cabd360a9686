"""What every test may lean on: databases made from a template, and the cast (tests/support/cast.py)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.support.cast import Cast, invite_cast
from tests.support.databases import fresh_database

# A real hash of a password costs a third of a second, on purpose; a thousand tests sign somebody in.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def django_db_setup(tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> Iterator[None]:
    """Replaces pytest-django's own set-up: a copied template instead of 222 migrations in each worker."""
    from belowline.pages.assets import build_assets

    build_assets(Path(settings.STATIC_ROOT))
    with django_db_blocker.unblock(), fresh_database(tmp_path_factory.mktemp("database")):
        yield


@pytest.fixture(autouse=True)
def _one_connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction the read-only and counting connections would see nothing: use the one that does."""
    if request.node.get_closest_marker("django_db") is not None or "db" in request.fixturenames:
        monkeypatch.setattr("belowline.storage.reading.PUBLIC", "default")
        monkeypatch.setattr("belowline.storage.ids.COUNTER", "none")


@pytest.fixture
def real_database(tmp_path: Path, django_db_blocker) -> Iterator[None]:
    """A database whose commits are real, for tests with threads or several connections. No transaction around it."""
    with django_db_blocker.unblock(), fresh_database(tmp_path):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """alice, bob and charlie, mona the moderator, and one thread, inside the test's transaction."""
    return invite_cast()
