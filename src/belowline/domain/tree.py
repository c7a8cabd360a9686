"""Where a comment stands in its thread, without recursion and without an index row that grows with depth.

The path of a comment is cut into segments of 64 levels. A segment is named by the comment at the last level of the
segment above (0 for the first); inside it, the path is the 5-byte ids from the segment's first level down to the
comment. Sorting the paths of one segment as bytes is document order with the oldest first. PostgreSQL's B-tree cannot
hold a full path beyond depth ~540; a segment has at most 320 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

SEGMENT_LEVELS = 64
ID_BYTES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """depth counts from 1 (a root). segment is a comment's id or 0. path ends with the comment's own id."""

    depth: int
    root_id: int
    segment: int
    path: bytes


def root_place(comment_id: int) -> Place:
    return Place(depth=1, root_id=comment_id, segment=0, path=comment_id.to_bytes(ID_BYTES))


def reply_place(comment_id: int, *, parent_id: int, parent: Place) -> Place:
    """The place of a reply below `parent`, whose own id is `parent_id`."""
    own = comment_id.to_bytes(ID_BYTES)
    starts_segment = parent.depth % SEGMENT_LEVELS == 0
    return Place(
        depth=parent.depth + 1,
        root_id=parent.root_id,
        segment=parent_id if starts_segment else parent.segment,
        path=own if starts_segment else parent.path + own,
    )


def ids_in_path(path: bytes) -> list[int]:
    """The ids of a segment's path, top down, the comment itself last."""
    return [int.from_bytes(path[i : i + ID_BYTES]) for i in range(0, len(path), ID_BYTES)]


def first_after_branch(path: bytes) -> bytes:
    """The smallest path behind the branch below `path`: a branch is path <= x < first_after_branch(path)."""
    return (int.from_bytes(path) + 1).to_bytes(len(path))
