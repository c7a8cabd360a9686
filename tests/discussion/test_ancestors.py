"""Very deep threads: ancestors right, a known number of queries, no recursion anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.discussion.queries.comments import ancestor_ids, comment_rows, spot
from belowline.discussion.queries.conversation import Selection, conversation_page
from belowline.discussion.queries.orders import Sort
from belowline.domain.commenting import CommentState
from belowline.domain.paging import document_order
from tests.discussion.growing import Sprout, chain, check_lists, grow
from tests.support.cast import NOON, Cast, posted

pytestmark = pytest.mark.django_db

DEEP = 10_000  # security.md S11, bars.md Q5


def ancestors(comment: int, *, at_most: int) -> tuple[list[int], int]:
    """The ids, top down, and how many queries it took to find them."""
    with connection.cursor() as cursor:
        below = spot(cursor, comment)
        assert below is not None
        with CaptureQueriesContext(connection) as queries:
            return ancestor_ids(cursor, below, at_most=at_most), len(queries)


@pytest.mark.parametrize("depth", [1, 2, 64, 65, 66, 128, 129, 300])
def test_every_ancestor_is_found_at_any_depth(cast: Cast, depth: int) -> None:
    ids = grow(cast.thread, cast.alice, chain(300))
    assert ancestors(ids[depth - 1], at_most=1000)[0] == ids[: depth - 1]


@pytest.mark.parametrize("at_most", [0, 1, 3, 63, 64, 65, 200])
def test_the_nearest_ancestors_are_given_when_not_all_are_wanted(cast: Cast, at_most: int) -> None:
    ids = grow(cast.thread, cast.alice, chain(300))
    assert ancestors(ids[-1], at_most=at_most)[0] == ids[299 - at_most : 299]


def test_a_comment_among_many_branches_finds_its_own_ancestors(cast: Cast) -> None:
    sprouts = [Sprout(), *(Sprout(parent=max(0, n - 1 - n % 7)) for n in range(1, 400))]
    ids = grow(cast.thread, cast.alice, sprouts)
    expected, above = [], sprouts[-1].parent
    while above is not None:
        expected.insert(0, ids[above])
        above = sprouts[above].parent
    assert ancestors(ids[-1], at_most=1000)[0] == expected


def test_a_chain_of_ten_thousand_replies_is_reached_from_its_end(cast: Cast) -> None:
    ids = grow(cast.thread, cast.alice, chain(DEEP))
    found, queries = ancestors(ids[-1], at_most=DEEP)
    assert found == ids[:-1]
    assert queries <= DEEP / 64 + 1
    assert ancestors(ids[-1], at_most=3) == (ids[-4:-1], 0)


def test_every_comment_of_a_very_deep_chain_is_on_some_page(cast: Cast) -> None:
    ids = grow(cast.thread, cast.alice, chain(DEEP))
    seen: list[int] = []
    with connection.cursor() as cursor:
        parent: int | None = None
        while parent != ids[-1]:
            page = conversation_page(cursor, Selection(cast.thread, Sort.BEST, parent_id=parent))
            seen.extend(node.comment.id for node in document_order(page.roots))
            parent = seen[-1]
    assert seen == ids


def test_a_reply_can_be_written_and_deleted_at_the_end_of_a_very_deep_chain(cast: Cast) -> None:
    ids = grow(cast.thread, cast.alice, chain(DEEP))
    reply = posted(cast.bob, "Still here?", thread=cast.thread, parent=ids[-1], minutes=60)
    row = Comment.objects.get(pk=reply)
    assert (row.depth, row.root_id, len(row.path)) == (DEEP + 1, ids[0], 5 * (DEEP % 64 + 1))
    with connection.cursor() as cursor:
        assert comment_rows(cursor, [reply])[reply].parent_name == "alice"
    assert actions.delete_comment(cast.bob, comment_id=reply, now=NOON) is CommentState.DELETED


def test_a_very_deep_row_of_tombstones_goes_with_its_last_reply_and_comes_back_with_it(cast: Cast) -> None:
    removed = [Sprout(parent=None if n == 0 else n - 1, state="removed") for n in range(1000)]
    ids = grow(cast.thread, cast.alice, [*removed, Sprout(parent=999)])
    for act, listed in (("remove", 0), ("restore", 1001)):
        actions.change_state(act, comment_id=ids[-1], actor_id=cast.mona, reason="test", now=NOON)
        assert Comment.objects.filter(is_listed=True).count() == listed
    check_lists(cast.thread)


def test_a_comment_cannot_be_its_own_parent(cast: Cast) -> None:
    from django.db import IntegrityError, transaction

    ids = grow(cast.thread, cast.alice, chain(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=ids[1]).update(parent=ids[1])


@pytest.mark.parametrize("sort", [Sort.OLDEST, Sort.BEST])
@pytest.mark.parametrize("is_below", [False, True], ids=["roots", "replies"])
def test_a_page_of_very_many_comments_is_read_from_an_index_in_order(cast: Cast, is_below: bool, sort: Sort) -> None:
    """No time is asserted: the rows that a page reads are bounded by its LIMIT where nothing has to be sorted."""
    sprout = Sprout(parent=0) if is_below else Sprout()
    ids = grow(cast.thread, cast.alice, [Sprout(), *([sprout] * 10_000)])
    selection = Selection(cast.thread, sort, parent_id=ids[0] if is_below else None, budget=50)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE discussion_comment")
        asked: list[tuple[str, Sequence[Any]]] = []
        with connection.execute_wrapper(partial(_overhear, asked)):
            page = conversation_page(cursor, selection)
        explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{explain} {asked[0][0]}", asked[0][1])
        plan = str(cursor.fetchall())
    assert len(page.roots) == 50
    # PostgreSQL may as well walk the keys of the whole thread, where nearly everything answers one comment.
    assert "Sort" not in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Seq Scan" not in plan


def _overhear(
    asked: list[tuple[str, Sequence[Any]]], execute: Any, sql: str, params: Any, many: bool, more: Any
) -> Any:
    asked.append((sql, params))
    return execute(sql, params, many, more)
