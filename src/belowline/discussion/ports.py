"""What this floor tells higher ones in its own transactions. They plug themselves in at start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.utils import CursorWrapper

# A stored comment on a passage became public (1), or is not any more (-1): called with its id.
counted_on_passage: list[Callable[[CursorWrapper, int, int], None]] = []
