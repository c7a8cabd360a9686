"""Places in a thread: paths sort as the page reads, whatever the shape of the tree."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belowline.domain.tree import (
    ID_BYTES,
    SEGMENT_LEVELS,
    Place,
    first_after_branch,
    ids_in_path,
    reply_place,
    root_place,
)

Tree = dict[int, int | None]  # id to parent's id; ids rise with time


def grown(size: int, *, seed: int, chain: float) -> Tree:
    """A random tree. With probability `chain` a comment answers the one before it, which makes it deep."""
    rng = random.Random(seed)
    tree: Tree = {}
    ids: list[int] = []
    last = 0
    for _ in range(size):
        last += rng.randrange(1, 1000)
        chance = rng.random()
        if not ids or chance > 0.95:
            tree[last] = None
        else:
            tree[last] = ids[-1] if chance < chain else rng.choice(ids)
        ids.append(last)
    return tree


def places(tree: Tree) -> dict[int, Place]:
    found: dict[int, Place] = {}
    for comment, parent in tree.items():
        if parent is None:
            found[comment] = root_place(comment)
        else:
            found[comment] = reply_place(comment, parent_id=parent, parent=found[parent])
    return found


def pre_order(tree: Tree) -> list[int]:
    children: dict[int | None, list[int]] = defaultdict(list)
    for comment, parent in tree.items():
        children[parent].append(comment)
    order, stack = [], children[None][::-1]
    while stack:
        comment = stack.pop()
        order.append(comment)
        stack.extend(reversed(children[comment]))
    return order


def ancestors(tree: Tree, comment: int) -> list[int]:
    found: list[int] = []
    parent = tree[comment]
    while parent is not None:
        found.insert(0, parent)
        parent = tree[parent]
    return found


trees = st.builds(
    grown,
    st.integers(min_value=1, max_value=3000),
    seed=st.integers(min_value=0, max_value=10**6),
    chain=st.sampled_from([0.0, 0.3, 0.9, 0.945]),
)


@settings(max_examples=40, deadline=None)
@given(tree=trees)
def test_paths_of_a_segment_sort_in_document_order_oldest_first(tree: Tree) -> None:
    found = places(tree)
    by_segment: dict[int, list[int]] = defaultdict(list)
    for comment in pre_order(tree):
        by_segment[found[comment].segment].append(comment)
    for comments in by_segment.values():
        assert sorted(comments, key=lambda comment: found[comment].path) == comments


@settings(max_examples=40, deadline=None)
@given(tree=trees)
def test_depth_root_and_ancestors_are_recovered_from_the_places(tree: Tree) -> None:
    found = places(tree)
    for comment in random.Random(1).sample(sorted(tree), min(200, len(tree))):
        above = ancestors(tree, comment)
        place = found[comment]
        assert place.depth == len(above) + 1
        assert place.root_id == (above[0] if above else comment)
        ids, segment = ids_in_path(place.path), place.segment
        while segment:
            ids = ids_in_path(found[segment].path) + ids
            segment = found[segment].segment
        assert ids == [*above, comment]


@settings(max_examples=40, deadline=None)
@given(tree=trees)
def test_a_branch_is_one_range_of_paths(tree: Tree) -> None:
    found = places(tree)
    for top in random.Random(2).sample(sorted(tree), min(20, len(tree))):
        path, end = found[top].path, first_after_branch(found[top].path)
        inside = {c for c, p in found.items() if p.segment == found[top].segment and path <= p.path < end}
        below = {c for c, p in found.items() if p.segment == found[top].segment and top in ids_in_path(p.path)}
        assert inside == below


def chain_of(length: int) -> list[Place]:
    chain = [root_place(1)]
    for comment in range(2, length + 1):
        chain.append(reply_place(comment, parent_id=comment - 1, parent=chain[-1]))
    return chain


def test_a_path_never_grows_beyond_its_segment() -> None:
    chain = chain_of(10_000)
    assert max(len(place.path) for place in chain) == SEGMENT_LEVELS * ID_BYTES
    assert [place.depth for place in chain] == list(range(1, 10_001))


@pytest.mark.parametrize(
    ("depth", "segment", "levels"), [(1, 0, 1), (64, 0, 64), (65, 64, 1), (128, 64, 64), (129, 128, 1)]
)
def test_a_new_segment_begins_after_every_64_levels(depth: int, segment: int, levels: int) -> None:
    place = chain_of(depth)[-1]
    assert (place.segment, len(place.path)) == (segment, levels * ID_BYTES)


def test_the_largest_id_has_a_place() -> None:
    largest = 2 ** (8 * ID_BYTES) - 2
    assert ids_in_path(root_place(largest).path) == [largest]
    with pytest.raises(OverflowError):
        root_place(2 ** (8 * ID_BYTES))
