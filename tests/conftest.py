"""What every test may lean on: databases made from a template, and the cast (tests/support/cast.py)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.support.cast import Cast, invite_cast
from tests.support.chromium import chromium
from tests.support.databases import IS_POSTGRES, fresh_database

__all__ = ["chromium"]

# A real hash of a password costs a third of a second, on purpose; a thousand tests sign somebody in.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A few people write here what hundreds write elsewhere, in this process and in the sites that it starts. What the limits
# are worth is tested in moderation/test_pace.py.
_LIMITS = dict.fromkeys(("guest_comments", "new_comments", "new_comments_daily", "comments"), 1_000_000)
os.environ |= {f"BELOWLINE_MODERATION__{name.upper()}": str(most) for name, most in _LIMITS.items()}
settings.CONFIG = settings.CONFIG.model_copy(
    update={"moderation": settings.CONFIG.moderation.model_copy(update=_LIMITS)}
)

if TYPE_CHECKING:
    from collections.abc import Iterator


HERE = Path(__file__).parent
# Whoever asks for one of these has something to say about a database.
DATABASE_FIXTURES = {"db", "transactional_db", "real_database"}


# The files that take longest begin first: who comes to one of them last would still be at it when all others are done.
LONGEST_FIRST = (
    "pages/test_look.py", "process/test_soak_short.py", "project/test_cli.py", "demo/test_seed.py",
    "project/test_schema.py", "security/test_contexts.py", "project/test_serving.py", "security/test_matrix.py",
    "security/test_gone_from_everywhere.py", "security/test_routes.py", "discussion/test_writer.py",
    "pages/test_structured.py", "newsroom/test_two_editors.py",
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files first; and on PostgreSQL only what touches a database runs again."""
    places = {HERE / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
    if not IS_POSTGRES:
        return
    again = [
        item
        for item in items
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again


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
        # Another test's lists of words had the same revisions.
        monkeypatch.setattr("belowline.moderation.lists._read", {})
        # What the test's own transaction wrote counts as seen, whatever else is open in the cluster at this moment.
        monkeypatch.setattr("belowline.outbox.events.FINISHED_BELOW", f"{2**41 - 1}")


@pytest.fixture(scope="module")
def module_database(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """A database of the module's own. What a fixture of the module writes into it is written once, and stays below each
    test's transaction."""
    with django_db_blocker.unblock(), fresh_database(tmp_path_factory.mktemp("module")):
        yield


@pytest.fixture(scope="module")
def story_database(module_database: None) -> None:
    """For modules whose tests all begin with the same published story: publishing costs as much as most of them."""
    from tests.support.desk import publish

    publish()


@pytest.fixture
def real_database(tmp_path: Path, django_db_blocker) -> Iterator[None]:
    """A database whose commits are real, for tests with threads or several connections. No transaction around it."""
    with django_db_blocker.unblock(), fresh_database(tmp_path):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """alice, bob and charlie, mona the moderator, and one thread, inside the test's transaction."""
    return invite_cast()
