"""What floors above lend to the mail room: the words of letters that are written only when they are sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from belowline.mail.message import Composed

# By kind: from the letter's payload and language to what it says now, or None when there is nothing to say any more.
Compose = Callable[[dict[str, Any], str], "Composed | None"]
composes: dict[str, Compose] = {}
