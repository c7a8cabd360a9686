"""Filling a page: which roots fit, whose replies are asked for, what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.paging import (
    MAX_DEPTH,
    Light,
    Node,
    document_order,
    parents_to_ask,
    root_cost,
    roots_that_fit,
)


def light(comment_id: int, *, replies: int = 0, parent: int | None = None) -> Light:
    return Light(id=comment_id, parent_id=parent, replies=replies, key=comment_id)


def roots(*replies: int) -> list[Light]:
    return [light(number, replies=count) for number, count in enumerate(replies, start=1)]


@pytest.mark.parametrize(
    ("replies", "budget", "taken"),
    [
        ([], 10, 0),
        ([0, 0, 0], 10, 3),
        ([0, 0, 0], 3, 3),
        ([0, 0, 0], 2, 2),
        ([1, 1, 1], 8, 2),
        ([1, 1, 1], 7, 1),
        ([50, 50, 50], 9, 1),
        ([50, 50, 50], 10, 2),
        ([50, 50, 50], 15, 3),
        ([50], 1, 1),
        ([50, 0], 1, 1),
    ],
)
def test_roots_bring_two_replies_and_room_for_answers_along(replies: list[int], budget: int, taken: int) -> None:
    assert roots_that_fit(roots(*replies), budget=budget) == taken


@given(st.lists(st.integers(min_value=0, max_value=100), max_size=60), st.integers(min_value=1, max_value=200))
def test_a_page_takes_at_least_one_root_and_never_more_than_its_budget(replies: list[int], budget: int) -> None:
    taken = roots_that_fit(roots(*replies), budget=budget)
    assert min(1, len(replies)) <= taken <= len(replies)
    assert taken <= max(1, budget)
    spent = sum(root_cost(root) for root in roots(*replies[:taken]))
    assert spent <= budget or taken == 1


def test_only_comments_with_replies_still_missing_are_asked_for() -> None:
    full = Node(light(1, replies=1), depth=1, children=[Node(light(2, parent=1), depth=2)])
    half = Node(light(3, replies=2), depth=1, children=[Node(light(4, parent=3), depth=2)])
    bare = Node(light(5), depth=1)
    assert parents_to_ask([full, half, bare]) == [half]
    assert [node.missing for node in (full, half, bare)] == [0, 1, 0]


def test_a_branch_is_cut_at_the_tenth_level() -> None:
    ninth, tenth = Node(light(1, replies=1), depth=MAX_DEPTH - 1), Node(light(2, replies=1), depth=MAX_DEPTH)
    assert parents_to_ask([ninth, tenth]) == [ninth]
    assert (ninth.is_cut, tenth.is_cut) == (False, True)
    assert not Node(light(3), depth=MAX_DEPTH).is_cut


def test_nodes_are_printed_parents_first_in_their_order() -> None:
    tree = [
        Node(light(1, replies=2), 1, [Node(light(2, replies=1), 2, [Node(light(3), 3)]), Node(light(4), 2)]),
        Node(light(5), 1),
    ]
    assert [node.comment.id for node in document_order(tree)] == [1, 2, 3, 4, 5]


def test_a_very_deep_page_needs_no_recursion() -> None:
    top = node = Node(light(0, replies=1), 1)
    for number in range(1, 50_000):
        below = Node(light(number, replies=1), node.depth + 1)
        node.children.append(below)
        node = below
    assert [node.comment.id for node in document_order([top])] == list(range(50_000))
