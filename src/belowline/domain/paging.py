"""How a page of a conversation is filled: roots in order, then first replies, breadth first, to a budget of comments.

The plan is pure; `discussion.queries.conversation` fetches what it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# A root brings up to this many of its replies along, so that a page shows conversations and not only openings.
REPLIES_PER_ROOT = 2
# And room for what answers those: without it a page of a lively thread shows two levels of everything and no argument.
ROOM_BELOW = 2
# What stays empty of it is given to further roots, and to their first replies alone.
ROOM_IN_EACH_FILLING = (ROOM_BELOW, 0)
# First pass: the replies that the roots were chosen with, so that the last root does not stand bare; later passes fill
# what is left of the budget.
REPLIES_PER_PASS = (REPLIES_PER_ROOT, 12, 60)
# Past this depth, counted from the page's top, a branch continues on a page of its own (threads-ui.md).
MAX_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Light:
    """What choosing needs to know of a comment: `key` is that of the page's order, `replies` counts listed ones."""

    id: int
    parent_id: int | None
    replies: int
    key: int


@dataclass(slots=True)
class Node:
    """A chosen comment. `depth` counts from 1 at the page's top."""

    comment: Light
    depth: int
    children: list[Node] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """Direct replies that this page does not show."""
        return max(0, self.comment.replies - len(self.children))

    @property
    def is_cut(self) -> bool:
        """Its replies are too deep for this page."""
        return self.depth >= MAX_DEPTH and self.comment.replies > 0


def root_cost(root: Light, *, room: int = ROOM_BELOW) -> int:
    """The share of the budget that a root asks for: itself, its first replies, and room for theirs."""
    return 1 + min(root.replies, REPLIES_PER_ROOT) + (room if root.replies else 0)


def roots_that_fit(roots: Sequence[Light], *, budget: int, room: int = ROOM_BELOW) -> int:
    """How many of the fetched roots this page takes: at least one, if there is one."""
    spent = 0
    for taken, root in enumerate(roots):
        spent += root_cost(root, room=room)
        if spent > budget and taken:
            return taken
    return len(roots)


def parents_to_ask(level: Sequence[Node]) -> list[Node]:
    """The comments of one level whose replies may still come onto this page."""
    return [node for node in level if node.missing and node.depth < MAX_DEPTH]


def document_order(roots: Sequence[Node]) -> Iterator[Node]:
    """Pre-order without recursion."""
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))
