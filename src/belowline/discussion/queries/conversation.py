"""Pages of a conversation: which comments, in which order. A page costs the same at any depth and any size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from belowline.discussion.queries.orders import ORDERS, Order, Sort
from belowline.domain import paging
from belowline.domain.paging import Light, Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """`next_key` is the key behind which the next page starts; None on the last page."""

    roots: list[Node]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which list is paged: the roots of a thread, or the replies of one comment."""

    thread_id: int
    sort: Sort
    parent_id: int | None = None
    after: int | None = None
    budget: int = 50

    @property
    def order(self) -> Order:
        return ORDERS[self.sort]


def conversation_page(cursor: CursorWrapper, selection: Selection) -> ConversationPage:
    """Fill one page: 1 query for its top level, then one a level and pass, at most 28; as many again at most where the
    answers run out before the budget and their room goes to further roots."""
    waiting = _top(cursor, selection)
    roots: list[Node] = []
    left = selection.budget
    for room in paging.ROOM_IN_EACH_FILLING:
        taken = paging.roots_that_fit(waiting[:left], budget=left, room=room)
        fresh, waiting = [Node(light, depth=1) for light in waiting[:taken]], waiting[taken:]
        roots += fresh
        left -= taken
        for replies in paging.REPLIES_PER_PASS:
            left = _fill_levels(
                cursor, selection.thread_id, fresh, order=selection.order, per_parent=replies, left=left
            )
        if left <= 0 or not waiting:
            break
    return ConversationPage(roots, roots[-1].comment.key if waiting else None)


def _top(cursor: CursorWrapper, selection: Selection) -> list[Light]:
    """One more than the budget, which tells whether there is a next page."""
    order = selection.order
    parent = "parent_id IS NULL" if selection.parent_id is None else "parent_id = %s"
    cursor.execute(
        f"SELECT id, parent_id, listed_replies, {order.column} FROM discussion_comment "
        f"WHERE thread_id = %s AND {parent} AND is_listed AND {order.column} {order.behind} %s "
        # The parent is the same in every row. PostgreSQL takes "IS NULL" for no equality, and would sort all the roots.
        f"ORDER BY parent_id {order.direction}, {order.column} {order.direction} LIMIT %s",
        [
            selection.thread_id,
            *([] if selection.parent_id is None else [selection.parent_id]),
            order.before_all if selection.after is None else selection.after,
            selection.budget + 1,
        ],
    )
    return [Light(*row) for row in cursor.fetchall()]


def _fill_levels(
    cursor: CursorWrapper, thread_id: int, roots: list[Node], *, order: Order, per_parent: int, left: int
) -> int:
    """One pass, breadth first: up to `per_parent` replies for each comment. Returns what is left of the budget."""
    level: list[Node] = roots
    while level and left > 0:
        parents = paging.parents_to_ask(level)[:left]
        if parents:
            found = _replies(cursor, thread_id, parents, order=order, limit=per_parent)
            for node in parents:
                for light in found.get(node.comment.id, [])[: max(0, left)]:
                    node.children.append(Node(light, depth=node.depth + 1))
                    left -= 1
        level = [child for node in level for child in node.children]
    return left


def _replies(
    cursor: CursorWrapper, thread_id: int, parents: Sequence[Node], *, order: Order, limit: int
) -> dict[int, list[Light]]:
    """The next replies of each parent behind the ones it has, by parent id."""
    wanted = [
        (node.comment.id, node.children[-1].comment.key if node.children else order.before_all) for node in parents
    ]
    select = f"SELECT id, parent_id, listed_replies, {order.column} AS k FROM discussion_comment "
    if cursor.db.vendor == "postgresql":
        cursor.execute(
            "SELECT r.* FROM unnest(%s::bigint[], %s::bigint[]) AS w(id, key) CROSS JOIN LATERAL ("
            f"{select} WHERE thread_id = %s AND parent_id = w.id AND is_listed AND {order.column} {order.behind} w.key "
            f"ORDER BY {order.column} {order.direction} LIMIT %s) r ORDER BY r.k {order.direction}",
            [[w[0] for w in wanted], [w[1] for w in wanted], thread_id, limit],
        )
        rows = cursor.fetchall()
    else:
        # SQLite has no LATERAL; it runs in this process, so one prepared statement a parent costs a few microseconds.
        execute = cursor.connection.execute
        sql = (
            f"{select} WHERE thread_id = ? AND parent_id = ? AND is_listed AND {order.column} {order.behind} ? "
            f"ORDER BY {order.column} {order.direction} LIMIT ?"
        )
        rows = [row for parent, key in wanted for row in execute(sql, (thread_id, parent, key, limit))]
    found: dict[int, list[Light]] = {}
    for row in rows:
        found.setdefault(row[1], []).append(Light(*row))
    return found
