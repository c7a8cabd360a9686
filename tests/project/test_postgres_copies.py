"""A PostgreSQL database is dumped in one moment and brought back whole, into an empty database and no other."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from belowline.discussion.events import VoteCast
from belowline.outbox.events import XID_SHIFT, record
from belowline.outbox.models import Event
from belowline.project import databases, static
from belowline.project.cli.serve import bring_up_to_date
from belowline.project.config import Config, Database
from belowline.project.site import SiteError, data_folder
from tests.support.databases import IS_POSTGRES

pytestmark = pytest.mark.skipif(not IS_POSTGRES, reason="SQLite is copied by its own backup (test_backup.py)")


def url_of(database: str) -> str:
    return urlsplit(os.environ["BELOWLINE_DATABASE__URL"])._replace(path=f"/{database}").geturl()


@pytest.fixture
def empty_database(real_database: None) -> Iterator[str]:
    name = f"copy_{uuid.uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield url_of(name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_dump_comes_back_row_for_row_and_only_into_an_empty_database(empty_database: str, tmp_path: Path) -> None:
    record(VoteCast(1, 1))
    dump = tmp_path / "postgresql.dump"
    counts = databases.dump_postgresql(url_of(connection.settings_dict["NAME"]), target=dump)
    assert counts["outbox_event"] == 1
    assert counts["django_migrations"] > 100
    record(VoteCast(1, 2))
    assert dump.stat().st_mode & 0o077 == 0
    assert databases.restore_postgresql(empty_database, source=dump) == counts
    with pytest.raises(SiteError, match="has tables already"):
        databases.restore_postgresql(empty_database, source=dump)


def test_a_server_that_does_not_take_us_is_named_in_one_line(empty_database: str, tmp_path: Path) -> None:
    stranger = make_conninfo(empty_database, user="nobody_of_this_name")
    with pytest.raises(SiteError, match="cannot be reached") as caught:
        databases.restore_postgresql(stranger, source=tmp_path / "never read")
    assert "\n" not in str(caught.value)


def test_before_it_serves_a_restored_database_the_site_numbers_events_behind_those_that_it_brought(
    real_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = record(VoteCast(1, 1)) + (1_000_000 << XID_SHIFT)
    Event.objects.update(id=ahead, xid=ahead >> XID_SHIFT)
    url = url_of(connection.settings_dict["NAME"])
    monkeypatch.setattr(static, "files_are_built", lambda folder: True)
    bring_up_to_date(data_folder(tmp_path), config=Config(database=Database(url=url)))
    assert record(VoteCast(1, 2)) > ahead


def test_a_damaged_dump_leaves_the_database_empty(empty_database: str, tmp_path: Path) -> None:
    dump = tmp_path / "postgresql.dump"
    counts = databases.dump_postgresql(url_of(connection.settings_dict["NAME"]), target=dump)
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    with pytest.raises(SiteError):
        databases.restore_postgresql(empty_database, source=dump)
    databases.dump_postgresql(url_of(connection.settings_dict["NAME"]), target=dump)
    assert databases.restore_postgresql(empty_database, source=dump) == counts
