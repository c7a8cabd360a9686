"""The database's habits: turns for single statements, read-only connections, ids and positions before rows."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from belowline.discussion import actions
from belowline.discussion.models import Thread
from belowline.outbox.models import Delivery
from belowline.project.django_settings import _databases
from belowline.storage.ids import catch_up_positions, draw_ids, draw_positions
from belowline.storage.reading import snapshot
from belowline.storage.sqlite.base import DatabaseWrapper
from tests.support.cast import NOON, Cast, invite_cast, posted
from tests.support.databases import IS_POSTGRES

sqlite_only = pytest.mark.skipif(IS_POSTGRES, reason="SQLite's own habits")
postgres_only = pytest.mark.skipif(not IS_POSTGRES, reason="PostgreSQL's own settings")


def save_one(number: int = 1) -> None:
    Delivery.objects.filter(consumer="c").update(attempts=number)


def save_in_transaction() -> None:
    with transaction.atomic():
        save_one()


@sqlite_only
@pytest.mark.parametrize("save", [save_one, save_in_transaction])
def test_whoever_writes_waits_for_those_who_came_before(real_database: None, save) -> None:
    """While somebody stands in the turnstile, neither a transaction nor a single statement overtakes."""
    Delivery.objects.create(consumer="c")
    done = threading.Event()

    def work() -> None:
        save()
        connections.close_all()
        done.set()

    descriptor = os.open(f"{connection.settings_dict['NAME']}-turn", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    thread = threading.Thread(target=work)
    thread.start()
    assert not done.wait(0.1)
    os.close(descriptor)
    thread.join(10)
    assert done.is_set()


@sqlite_only
def test_nobody_waits_for_a_turn_to_read(real_database: None) -> None:
    descriptor = os.open(f"{connection.settings_dict['NAME']}-turn", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        assert not Delivery.objects.exists()
        with snapshot() as cursor:
            cursor.execute("SELECT count(*) FROM outbox_delivery")
    finally:
        os.close(descriptor)


@sqlite_only
def test_a_write_is_on_disk_before_the_answer(real_database: None) -> None:
    with connection.cursor() as cursor:
        settings = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert settings == ["wal", 2]  # 2 is FULL


@sqlite_only
def test_what_was_deleted_is_not_left_in_the_file(real_database: None) -> None:
    """S29: a copy of the file tells no more than the database does."""
    people = invite_cast()
    for number in range(20):
        comment = posted(people.alice, f"{number} marzipanworm " * 300, thread=people.thread, minutes=number)
        actions.delete_comment(people.alice, comment_id=comment, now=NOON)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"marzipanworm" not in Path(connection.settings_dict["NAME"]).read_bytes()


@sqlite_only
def test_a_data_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "100% ours? #1"
    folder.mkdir()
    options = {"OPTIONS": {"transaction_mode": "IMMEDIATE"}, "TIME_ZONE": None, "CONN_HEALTH_CHECKS": False}
    common = {**connection.settings_dict, **options, "NAME": str(folder / "belowline.db")}
    writing = DatabaseWrapper(common, "odd")
    reading = DatabaseWrapper({**common, "OPTIONS": {"read_only": True}}, "odd_public")
    try:
        writing.cursor().execute("CREATE TABLE kept (number INTEGER)")
        writing.cursor().execute("INSERT INTO kept VALUES (%s)", [7])
        assert reading.cursor().execute("SELECT number FROM kept").fetchone() == (7,)
    finally:
        writing.close()
        reading.close()


def test_the_public_connection_cannot_write(real_database: None) -> None:
    Delivery.objects.create(consumer="c")
    with pytest.raises(DatabaseError), snapshot() as cursor:
        cursor.execute("UPDATE outbox_delivery SET attempts = 1")
    with pytest.raises(DatabaseError), transaction.atomic(using="public"):
        Delivery.objects.using("public").create(consumer="d")


@pytest.mark.django_db
def test_percent_signs_and_question_marks_in_a_statement_stay_what_they_are() -> None:
    with connection.cursor() as cursor:
        for _ in range(2):  # the second time from the cache
            cursor.execute("SELECT %s, '50%% of ?'", ["100%s?"])
            assert cursor.fetchone() == ("100%s?", "50% of ?")


@pytest.mark.django_db
def test_ids_rise_and_are_never_given_again() -> None:
    with connection.cursor() as cursor:
        drawn = [*draw_ids(cursor, "comment"), *draw_ids(cursor, "comment", count=5), *draw_ids(cursor, "comment")]
    assert drawn == sorted(set(drawn))
    assert len(drawn) == 7


@pytest.mark.django_db
def test_positions_of_a_thread_are_drawn_in_one_piece(cast: Cast) -> None:
    with connection.cursor() as cursor:
        assert draw_positions(cursor, thread_id=cast.thread) == range(1, 2)
        assert draw_positions(cursor, thread_id=cast.thread, count=10) == range(2, 12)
        assert draw_positions(cursor, thread_id=cast.other_thread) == range(1, 2)


@pytest.mark.django_db
def test_catching_up_never_takes_a_counter_back(cast: Cast) -> None:
    Thread.objects.filter(pk=cast.thread).update(last_position=9)
    with connection.cursor() as cursor:
        catch_up_positions(cursor, thread_id=cast.thread)
    assert Thread.objects.get(pk=cast.thread).last_position == 9


def on_postgresql(query: str = "") -> dict[str, dict[str, Any]]:
    return _databases(f"postgresql://user@db/news{query}")


def shown(alias: str, name: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


@postgres_only
@pytest.mark.parametrize("alias", ["default", "counter"])
def test_a_connection_plans_for_disks_without_heads_and_does_not_compile(real_database: None, alias: str) -> None:
    assert (shown(alias, "random_page_cost"), shown(alias, "jit")) == ("1.1", "off")


def test_only_numbers_are_drawn_without_waiting_for_the_disk() -> None:
    """Asked of the settings: the tests' own cluster waits for no disk at all."""
    waits = {name: "synchronous_commit" not in one["OPTIONS"]["options"] for name, one in on_postgresql().items()}
    assert waits == {"default": True, "public": True, "counter": False}


def test_public_connections_cannot_write_and_an_operators_own_options_stay() -> None:
    assert "default_transaction_read_only=on" in on_postgresql()["public"]["OPTIONS"]["options"]
    own = on_postgresql("?options=-c%20work_mem%3D64MB")
    assert own["default"]["OPTIONS"]["options"] == "-c work_mem=64MB"
    assert own["public"]["OPTIONS"]["options"] == "-c work_mem=64MB -c default_transaction_read_only=on"
