"""Votes: what counts, what is refused, and that totals are exact whatever people press."""

from __future__ import annotations

import os
import random

import pytest

from belowline.discussion import actions
from belowline.discussion.actions import Voted
from belowline.discussion.models import Comment, Reader, Vote
from belowline.domain.commenting import Refused
from belowline.outbox.models import Event
from tests.discussion.growing import Sprout, check_votes, grow
from tests.support.cast import NOON, Cast, make_reader, posted

pytestmark = pytest.mark.django_db

OPERATIONS = 100_000 if os.environ.get("SOAK") else 2_000


def vote(reader: int, comment: int, value: int) -> Voted | Refused:
    return actions.cast_vote(reader, comment_id=comment, value=value, now=NOON)


def totals(comment: int) -> tuple[int, int]:
    row = Comment.objects.get(pk=comment)
    return row.up, row.down


def test_a_vote_is_counted_and_answered_with_the_totals(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    assert vote(cast.bob, comment, 1) == Voted(cast.thread, value=1, up=1, down=0)
    assert vote(cast.charlie, comment, -1) == Voted(cast.thread, value=-1, up=1, down=1)
    assert totals(comment) == (1, 1)


def test_a_vote_can_be_changed_and_taken_back(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    for value, expected in ((1, (1, 0)), (-1, (0, 1)), (0, (0, 0)), (0, (0, 0)), (1, (1, 0))):
        assert vote(cast.bob, comment, value) == Voted(cast.thread, value, *expected)
        assert totals(comment) == expected
    assert Vote.objects.get().value == 1


def test_a_second_press_changes_nothing_and_wakes_nobody(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    vote(cast.bob, comment, 1)
    events = Event.objects.count()
    assert vote(cast.bob, comment, 1) == Voted(cast.thread, 1, 1, 0)
    assert Event.objects.count() == events


def test_taking_back_a_vote_that_was_never_cast_leaves_no_trace(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    assert vote(cast.bob, comment, 0) == Voted(cast.thread, 0, 0, 0)
    assert not Vote.objects.exists()


def test_imported_votes_are_shown_beneath_our_own(cast: Cast) -> None:
    comment = grow(cast.thread, cast.alice, [Sprout(up=7, down=2)])[0]
    assert vote(cast.bob, comment, 1) == Voted(cast.thread, 1, up=8, down=2)


def test_a_vote_that_counts_less_is_shown_whole_and_counted_in_part(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    vote(cast.bob, comment, 1)
    Vote.objects.update(weight_milli=250)
    Comment.objects.filter(pk=comment).update(up_milli=250)
    assert vote(cast.bob, comment, -1) == Voted(cast.thread, -1, up=0, down=1)
    row = Comment.objects.get(pk=comment)
    assert (row.up_milli, row.down_milli) == (0, 250)


def test_nobody_votes_on_their_own_comment(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    assert vote(cast.alice, comment, 1) == Refused("own_comment", status=409)
    assert totals(comment) == (0, 0)


@pytest.mark.parametrize("state", ["held", "rejected", "removed", "deleted"])
def test_what_is_not_public_takes_no_votes(cast: Cast, state: str) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    Comment.objects.filter(pk=comment).update(state=state)
    assert vote(cast.bob, comment, 1) == Refused("comment_gone", status=410)


def test_a_closed_thread_takes_no_votes(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    actions.close_thread(cast.thread, reason="The trial has begun.")
    assert vote(cast.bob, comment, 1) == Refused("thread_closed")


def test_guests_vote_only_where_the_site_lets_them(cast: Cast, settings) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    greta = make_reader("greta", kind="guest")
    assert vote(greta, comment, 1) == Refused("members_only")
    discussion = settings.CONFIG.discussion.model_copy(update={"guest_votes": True})
    settings.CONFIG = settings.CONFIG.model_copy(update={"discussion": discussion})
    assert vote(greta, comment, 1) == Refused("address_unconfirmed")
    Reader.objects.filter(pk=greta).update(confirmed_at=NOON)
    assert vote(greta, comment, 1) == Voted(cast.thread, 1, 1, 0)


def test_imported_merged_and_unknown_readers_do_not_vote(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    merged = make_reader("bobby")
    Reader.objects.filter(pk=merged).update(merged_into=cast.bob)
    for reader in (make_reader("ivan", kind="imported"), make_reader("", kind="erased"), merged, 987_654):
        assert vote(reader, comment, 1) == Refused("reader_cannot_write")


@pytest.mark.parametrize("value", [2, -2, 1000])
def test_a_vote_of_another_value_is_refused(cast: Cast, value: int) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    assert vote(cast.bob, comment, value) == Refused("vote_unknown", status=400)


def test_a_vote_on_a_missing_comment_is_refused(cast: Cast) -> None:
    assert vote(cast.bob, 987_654, 1) == Refused("comment_missing", status=404)


def test_totals_and_keys_are_exact_after_any_sequence_of_votes(cast: Cast) -> None:
    rng = random.Random(20260314)
    comments = grow(cast.thread, cast.alice, [Sprout(up=n % 3, down=n % 2) for n in range(25)])
    readers = [make_reader(f"reader {n}") for n in range(40)]
    expected: dict[tuple[int, int], int] = {}
    for _ in range(OPERATIONS):
        reader, comment, value = rng.choice(readers), rng.choice(comments), rng.choice([1, 1, -1, 0])
        answer = vote(reader, comment, value)
        assert isinstance(answer, Voted)
        if value or (reader, comment) in expected:
            expected[reader, comment] = value
    assert {(row.reader_id, row.comment_id): row.value for row in Vote.objects.all()} == expected
    check_votes(cast.thread)
