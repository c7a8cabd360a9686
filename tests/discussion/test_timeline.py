"""Numbered pages: a page number in a link never changes its meaning."""

from __future__ import annotations

import pytest
from django.db import connection

from belowline.discussion import actions
from belowline.discussion.queries.comments import POSITIONS_PER_PAGE, comment_rows, timeline_rows
from tests.discussion.growing import Sprout, grow
from tests.support.cast import NOON, Cast, make_reader, posted

pytestmark = pytest.mark.django_db


def shown(thread: int, page: int) -> list[int]:
    with connection.cursor() as cursor:
        return [row.id for row in timeline_rows(cursor, thread_id=thread, page=page)]


def test_each_page_holds_two_hundred_positions(cast: Cast) -> None:
    ids = grow(cast.thread, cast.alice, [Sprout() for _ in range(450)])
    assert POSITIONS_PER_PAGE == 200
    assert [shown(cast.thread, page) for page in (1, 2, 3, 4)] == [ids[:200], ids[200:400], ids[400:], []]


def test_a_page_keeps_its_comments_whatever_happens_to_others(cast: Cast) -> None:
    ids = grow(cast.thread, cast.alice, [Sprout() for _ in range(410)])
    for comment in (ids[0], ids[5], ids[199]):
        actions.change_state("remove", comment_id=comment, actor_id=cast.mona, reason="off", now=NOON)
    actions.delete_comment(cast.alice, comment_id=ids[210], now=NOON)
    late = posted(cast.bob, "Much later", thread=cast.thread, parent=ids[3], minutes=600)
    assert shown(cast.thread, 1) == [c for c in ids[:200] if c not in {ids[0], ids[5], ids[199]}]
    assert shown(cast.thread, 2) == [c for c in ids[200:400] if c != ids[210]]
    assert shown(cast.thread, 3) == [*ids[400:], late]


def test_a_held_comment_comes_back_to_the_place_it_was_given(cast: Cast) -> None:
    posted(cast.alice, "One", thread=cast.thread)
    held = posted(make_reader("greta", kind="guest"), "Two", thread=cast.thread, minutes=1)
    three = posted(cast.bob, "Three", thread=cast.thread, minutes=2)
    assert held not in shown(cast.thread, 1)
    actions.change_state("approve", comment_id=held, actor_id=cast.mona, reason="fine", now=NOON)
    assert shown(cast.thread, 1)[1:] == [held, three]


def test_other_threads_have_numbers_of_their_own(cast: Cast) -> None:
    one = posted(cast.alice, "Here", thread=cast.thread)
    other = posted(cast.alice, "There", thread=cast.other_thread)
    assert (shown(cast.thread, 1), shown(cast.other_thread, 1)) == ([one], [other])


def test_a_row_has_its_words_its_author_and_its_parents_line(cast: Cast) -> None:
    root = posted(cast.alice, "The *river* rose.", thread=cast.thread)
    reply = posted(cast.bob, "How high?", thread=cast.thread, parent=root)
    actions.cast_vote(cast.charlie, comment_id=reply, value=-1, now=NOON)
    with connection.cursor() as cursor:
        row = comment_rows(cursor, [root, reply])[reply]
    assert (row.name, row.kind, row.html, row.up, row.down, row.counted_less) == (
        "bob",
        "member",
        "<p>How high?</p>",
        0,
        1,
        0,
    )
    assert (row.parent_position, row.parent_name, row.parent_excerpt) == (1, "alice", "The river rose.")


@pytest.mark.parametrize("act", ["remove", "delete"])
def test_what_is_gone_is_gone_from_its_row_and_from_the_lines_of_its_replies(cast: Cast, act: str) -> None:
    root = posted(cast.alice, "Secret", thread=cast.thread)
    reply = posted(cast.bob, "Oh", thread=cast.thread, parent=root)
    if act == "delete":
        actions.delete_comment(cast.alice, comment_id=root, now=NOON)
    else:
        actions.change_state("remove", comment_id=root, actor_id=cast.mona, reason="private", now=NOON)
    with connection.cursor() as cursor:
        found = comment_rows(cursor, [root, reply])
    assert found[root].html == ""
    assert (found[reply].parent_name, found[reply].parent_excerpt) == (None, "")
