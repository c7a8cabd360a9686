"""What is written into the outbox: ids and numbers, the pages that change, and nothing that a reader could skip."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from belowline.discussion import actions
from belowline.discussion.events import VoteCast
from belowline.discussion.models import Comment
from belowline.front.postgres_outbox import CONTINUE_NUMBERS
from belowline.outbox.events import XID_SHIFT, position, record
from belowline.outbox.models import Event
from belowline.storage.reading import snapshot
from tests.support.cast import NOON, Cast, make_reader, post, posted
from tests.support.databases import IS_POSTGRES, until_all_is_seen


def events() -> list[tuple[str, str, bool]]:
    """What was recorded since the cast came in and its threads were opened."""
    recorded = Event.objects.exclude(kind="ThreadOpened").order_by("pk")
    return list(recorded.values_list("kind", "tags", "is_drop"))


@pytest.mark.django_db
def test_each_act_names_the_pages_that_it_changes(cast: Cast) -> None:
    thread, with_author = f"thread:{cast.thread}", f"thread:{cast.thread} reader:{cast.alice}"
    comment = posted(cast.alice, "The river", thread=cast.thread)
    actions.cast_vote(cast.bob, comment_id=comment, value=1, now=NOON)
    actions.edit_comment(cast.alice, comment_id=comment, markdown="The rivers", now=NOON + timedelta(minutes=1))
    actions.delete_comment(cast.alice, comment_id=comment, now=NOON)
    assert events() == [
        ("CommentPublished", with_author, False),
        ("VoteCast", thread, False),
        ("CommentEdited", thread, False),
        ("CommentHidden", with_author, True),
    ]


@pytest.mark.django_db
def test_a_removal_drops_pages_at_once_and_a_restored_comment_is_new(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    first = Comment.objects.get(pk=comment).published_event
    for act in ("remove", "restore"):
        actions.change_state(act, comment_id=comment, actor_id=cast.mona, reason="test", now=NOON)
    tags = f"thread:{cast.thread} reader:{cast.alice}"
    assert events()[1:] == [("CommentHidden", tags, True), ("CommentPublished", tags, False)]
    published = Comment.objects.get(pk=comment).published_event
    assert published == Event.objects.order_by("-pk").first().pk
    assert first is not None
    assert published > first


@pytest.mark.django_db
def test_a_held_comment_changes_no_page(cast: Cast) -> None:
    posted(make_reader("greta", kind="guest"), "Hello", thread=cast.thread)
    assert events() == [("CommentHeld", "", False)]


@pytest.mark.django_db
def test_what_was_refused_leaves_no_event(cast: Cast) -> None:
    post(cast.alice, "", thread=cast.thread)
    post(cast.alice, "Hello", thread=cast.thread, parent=987_654)
    actions.cast_vote(cast.alice, comment_id=987_654, value=1, now=NOON)
    assert events() == []


@pytest.mark.django_db
def test_events_carry_ids_and_never_words(cast: Cast) -> None:
    comment = posted(cast.alice, "Unmistakable", thread=cast.thread)
    actions.edit_comment(cast.alice, comment_id=comment, markdown="Unforgettable", now=NOON + timedelta(minutes=5))
    actions.change_state("remove", comment_id=comment, actor_id=cast.mona, reason="r", now=NOON, note="Unspeakable")
    states = {"removed"}
    for payload in Event.objects.values_list("payload", flat=True):
        assert all(value is None or isinstance(value, int) or value in states for value in payload.values()), payload


def test_the_position_is_that_of_the_newest_event(real_database: None) -> None:
    assert until_all_is_seen() == 0
    record(VoteCast(1, 1))
    newest = record(VoteCast(1, 2))
    assert until_all_is_seen() == newest


def seen() -> int:
    with snapshot() as cursor:
        return position(cursor)


@pytest.mark.skipif(not IS_POSTGRES, reason="SQLite has one writer at a time: order of ids is order of commits")
@pytest.mark.parametrize("first_to_number", ["early", "late"])
def test_a_transaction_that_commits_late_is_never_skipped(real_database: None, first_to_number: str) -> None:
    """Two open transactions; whichever drew its transaction number first, the position never passes the open one."""
    early, late = ("default", "counter") if first_to_number == "early" else ("counter", "default")
    with transaction.atomic(using=late):
        with connections[late].cursor() as cursor:
            if first_to_number == "late":
                cursor.execute("SELECT pg_current_xact_id()")
        with transaction.atomic(using=early), connections[early].cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            with connections[late].cursor() as other:
                open_event = record(VoteCast(1, 1), cursor=other)
            done_event = record(VoteCast(1, 2), cursor=cursor)
        seen_between = seen()
        assert seen_between < open_event
    assert until_all_is_seen() == max(open_event, done_event)
    followed = list(Event.objects.filter(pk__gt=seen_between).values_list("pk", flat=True))
    assert open_event in followed
    assert (done_event in followed) == (seen_between < done_event)


@pytest.mark.skipif(not IS_POSTGRES, reason="SQLite's file has no neighbours")
def test_a_long_transaction_in_a_neighbours_database_holds_up_nothing(real_database: None) -> None:
    """Seen as a role that owns nothing but its own sessions, as a newsroom on a shared server is."""
    import psycopg

    neighbour = psycopg.connect(os.environ["BELOWLINE_DATABASE__URL"])
    try:
        neighbour.execute("SELECT pg_current_xact_id()")
        event = record(VoteCast(1, 1))
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE IF EXISTS tenant")
            cursor.execute("CREATE ROLE tenant")
            cursor.execute("GRANT SELECT ON outbox_event, storage_sequence TO tenant")
            cursor.execute("SET ROLE tenant")
            try:
                assert position(cursor) == event
            finally:
                cursor.execute("RESET ROLE")
                cursor.execute("DROP OWNED BY tenant")
                cursor.execute("DROP ROLE tenant")
    finally:
        neighbour.close()


@pytest.mark.skipif(not IS_POSTGRES, reason="on SQLite ids come from the table itself")
def test_events_of_one_transaction_keep_their_order(real_database: None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        ids = [record(VoteCast(1, number), cursor=cursor) for number in range(5)]
    assert ids == sorted(set(ids))
    assert until_all_is_seen() == ids[-1] < 2**53


@pytest.mark.skipif(not IS_POSTGRES, reason="on SQLite ids come from the table itself")
def test_a_dump_in_a_younger_cluster_goes_on_behind_its_newest_event(real_database: None) -> None:
    """A cluster counts its own transactions: the numbers in a dump may be ahead of the one that it is restored into."""
    ahead = record(VoteCast(1, 1)) + (1_000_000 << XID_SHIFT)
    Event.objects.update(id=ahead, xid=ahead >> XID_SHIFT)
    assert record(VoteCast(1, 2)) < ahead
    with connection.cursor() as cursor:
        for _start in range(2):
            cursor.execute(CONTINUE_NUMBERS)
    following = record(VoteCast(1, 3))
    assert ahead < following < ahead + (1_000 << XID_SHIFT)
    assert until_all_is_seen() == following


def test_a_snapshot_sees_one_moment_and_cannot_write(real_database: None) -> None:
    from django.db import DatabaseError

    record(VoteCast(1, 0))
    with snapshot() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_event")
        before = cursor.fetchone()[0]
        record(VoteCast(1, 1))
        cursor.execute("SELECT count(*) FROM outbox_event")
        assert cursor.fetchone()[0] == before
    assert until_all_is_seen() > 0
    with pytest.raises(DatabaseError), snapshot() as cursor:
        cursor.execute("DELETE FROM outbox_event")
