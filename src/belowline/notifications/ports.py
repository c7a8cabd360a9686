"""What other floors know about readers who do not want to hear of somebody, or of a branch."""

from __future__ import annotations

from collections.abc import Sequence


def leaves_out(comment_id: int, readers: Sequence[int]) -> set[int]:
    """Those of `readers` who are not told of this comment: they ignore its author, or have muted its branch."""
    return set()
