"""Pages of a conversation: the right order, nothing twice, nothing lost, a known cost."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from belowline.discussion.models import Comment
from belowline.discussion.queries.conversation import ConversationPage, Selection, conversation_page
from belowline.discussion.queries.orders import ORDERS, Sort
from belowline.domain.paging import MAX_DEPTH, Node, document_order
from tests.discussion.growing import Sprout, chain, grow, random_sprouts
from tests.support.cast import Cast

pytestmark = pytest.mark.django_db

ALL = [*Sort]


def page(thread: int, sort: Sort, **wanted: int | None) -> ConversationPage:
    with connection.cursor() as cursor:
        return conversation_page(cursor, Selection(thread_id=thread, sort=sort, **wanted))


def pages(thread: int, sort: Sort, **wanted: int | None) -> list[ConversationPage]:
    """Every page from the first to the last."""
    found = [page(thread, sort, **wanted)]
    while found[-1].next_key is not None:
        found.append(page(thread, sort, after=found[-1].next_key, **wanted))
        assert len(found) < 2000
    return found


def top_level(found: list[ConversationPage]) -> list[int]:
    return [root.comment.id for one in found for root in one.roots]


def expected_replies(thread: int, sort: Sort) -> dict[int | None, list[int]]:
    """Listed children of each comment (None: the roots) in order, sorted here and not by the database."""
    order = ORDERS[sort]
    children: dict[int | None, list[tuple[int, int]]] = defaultdict(list)
    for row in Comment.objects.filter(thread_id=thread, is_listed=True).values("id", "parent_id", order.column):
        children[row["parent_id"]].append((row[order.column], row["id"]))
    return {
        parent: [comment for _, comment in sorted(rows, reverse=not order.is_rising)]
        for parent, rows in children.items()
    }


# (up, down) of five comments in time order, and the order of their numbers in each sort.
VOTES = [(0, 0), (10, 0), (6, 5), (1, 9), (30, 20)]
BY_HAND = {
    Sort.BEST: [1, 4, 2, 3, 0],
    Sort.NEWEST: [4, 3, 2, 1, 0],
    Sort.OLDEST: [0, 1, 2, 3, 4],
    Sort.MOST_VOTED: [1, 4, 2, 0, 3],
    Sort.CONTROVERSIAL: [4, 2, 3, 0, 1],
}


@pytest.mark.parametrize("sort", ALL)
def test_five_comments_stand_in_the_order_the_reader_chose(cast: Cast, sort: Sort) -> None:
    ids = grow(cast.thread, cast.alice, [Sprout(up=up, down=down) for up, down in VOTES])
    assert [ids.index(comment) for comment in top_level(pages(cast.thread, sort))] == BY_HAND[sort]


@pytest.mark.parametrize("sort", ALL)
def test_replies_stand_in_the_same_order_as_comments(cast: Cast, sort: Sort) -> None:
    ids = grow(cast.thread, cast.alice, [Sprout(), *(Sprout(parent=0, up=up, down=down) for up, down in VOTES)])
    [root] = page(cast.thread, sort).roots
    assert [ids.index(node.comment.id) - 1 for node in root.children] == BY_HAND[sort]


@pytest.mark.parametrize("budget", [1, 7, 25, 200])
@pytest.mark.parametrize("sort", ALL)
def test_paging_reaches_every_listed_comment_once_in_order(cast: Cast, sort: Sort, budget: int) -> None:
    grow(cast.thread, cast.alice, random_sprouts(250, seed=budget))
    expected = expected_replies(cast.thread, sort)
    for parent, replies in expected.items():
        found = pages(cast.thread, sort, parent_id=parent, budget=budget)
        assert top_level(found) == replies
        for one in found:
            check_page(one, expected, budget=budget)


def check_page(one: ConversationPage, expected: dict[int | None, list[int]], *, budget: int) -> None:
    nodes = list(document_order(one.roots))
    assert len(nodes) <= budget
    assert len({node.comment.id for node in nodes}) == len(nodes)
    for node in nodes:
        replies = expected.get(node.comment.id, [])
        shown = [child.comment.id for child in node.children]
        assert shown == replies[: len(shown)]
        assert node.missing == len(replies) - len(shown)
        assert all(child.depth == node.depth + 1 for child in node.children)
        assert node.is_cut == (node.depth == MAX_DEPTH and bool(replies))


@pytest.mark.parametrize("sort", [Sort.BEST, Sort.OLDEST])
def test_following_every_more_link_reaches_the_whole_thread(cast: Cast, sort: Sort) -> None:
    ids = grow(cast.thread, cast.alice, random_sprouts(300, seed=3, hidden=0))
    seen: set[int] = set()
    waiting: list[int | None] = [None]
    while waiting:
        for one in pages(cast.thread, sort, parent_id=waiting.pop(), budget=25):
            nodes: list[Node] = list(document_order(one.roots))
            waiting.extend(node.comment.id for node in nodes if node.missing and node.comment.id not in seen)
            seen.update(node.comment.id for node in nodes)
    assert seen == set(ids)


def test_a_page_shows_conversations_and_not_only_openings(cast: Cast) -> None:
    grow(cast.thread, cast.alice, [*(Sprout() for _ in range(60)), *(Sprout(parent=n % 60) for n in range(300))])
    found = page(cast.thread, Sort.OLDEST, budget=50)
    assert len(found.roots) == 10
    assert all(len(root.children) >= 2 for root in found.roots)
    assert sum(1 for _ in document_order(found.roots)) == 50


def test_one_root_with_very_many_replies_leaves_the_rest_to_its_own_page(cast: Cast) -> None:
    ids = grow(cast.thread, cast.alice, [Sprout(), *(Sprout(parent=0) for _ in range(5000))])
    [root] = page(cast.thread, Sort.NEWEST, budget=200).roots
    assert root.missing == 5000 - len(root.children)
    branch = pages(cast.thread, Sort.NEWEST, parent_id=ids[0], budget=200)
    assert top_level(branch) == ids[:0:-1]


def test_a_deep_branch_is_cut_at_the_tenth_level_and_goes_on_below(cast: Cast) -> None:
    ids = grow(cast.thread, cast.alice, chain(35))
    shown = list(document_order(page(cast.thread, Sort.BEST, budget=200).roots))
    assert [node.comment.id for node in shown] == ids[:MAX_DEPTH]
    assert [node.is_cut for node in shown] == [False] * (MAX_DEPTH - 1) + [True]
    below = list(document_order(page(cast.thread, Sort.BEST, parent_id=ids[MAX_DEPTH - 1], budget=200).roots))
    assert [node.comment.id for node in below] == ids[MAX_DEPTH : 2 * MAX_DEPTH]


def test_a_removed_comment_stays_above_its_public_replies_and_goes_without_them(cast: Cast) -> None:
    ids = grow(
        cast.thread,
        cast.alice,
        [Sprout(state="removed"), Sprout(parent=0), Sprout(state="removed"), Sprout(state="held")],
    )
    assert [node.comment.id for node in document_order(page(cast.thread, Sort.OLDEST).roots)] == ids[:2]


def test_an_empty_thread_has_an_empty_page(cast: Cast) -> None:
    assert page(cast.thread, Sort.BEST) == ConversationPage([], None)


def test_the_last_page_is_known_to_be_the_last(cast: Cast) -> None:
    grow(cast.thread, cast.alice, [Sprout() for _ in range(50)])
    assert page(cast.thread, Sort.NEWEST, budget=50).next_key is None
    assert page(cast.thread, Sort.NEWEST, budget=49).next_key is not None


def test_room_that_replies_do_not_need_goes_to_further_comments(cast: Cast) -> None:
    """A root with one reply asks for the room of four comments, in case its reply was answered."""
    grow(cast.thread, cast.alice, [s for n in range(60) for s in (Sprout(), Sprout(parent=2 * n))])
    found = page(cast.thread, Sort.OLDEST, budget=40)
    assert len(list(document_order(found.roots))) >= 36
    assert found.next_key is not None


def statements(thread: int, sort: Sort, budget: int) -> int:
    """Queries through Django, and on SQLite also those that go to the connection itself."""
    seen: list[str] = []
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        if connection.vendor == "sqlite":
            connection.connection.set_trace_callback(seen.append)
        try:
            conversation_page(cursor, Selection(thread_id=thread, sort=sort, budget=budget))
        finally:
            if connection.vendor == "sqlite":
                connection.connection.set_trace_callback(None)
    return len(seen) if connection.vendor == "sqlite" else len(queries)


@pytest.mark.parametrize("sort", [Sort.BEST, Sort.OLDEST])
def test_a_page_costs_the_same_queries_among_10_and_among_5000_comments(cast: Cast, sort: Sort) -> None:
    def conversations(count: int) -> list[Sprout]:
        return [s for n in range(count) for s in (Sprout(), Sprout(parent=5 * n), *[Sprout(parent=5 * n + 1)] * 3)]

    grow(cast.thread, cast.alice, conversations(2))
    grow(cast.other_thread, cast.alice, conversations(1000))
    assert statements(cast.thread, sort, 4) == statements(cast.other_thread, sort, 4)


def test_no_tree_makes_a_page_expensive(cast: Cast) -> None:
    grow(cast.thread, cast.alice, random_sprouts(3000, seed=8, hidden=0))
    # PostgreSQL: one query for the top and one a level and pass. SQLite: one statement a parent and pass.
    limit = 1 + 2 * 27 if connection.vendor == "postgresql" else 1 + 3 * 200
    assert max(statements(cast.thread, sort, 200) for sort in ALL) <= limit
