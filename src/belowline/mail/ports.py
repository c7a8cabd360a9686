"""What floors above lend to the mail room: the words of letters that are written only when they are sent, and what stops
when somebody wants no more of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from belowline.mail.message import Composed

# By kind: from the letter's payload and language to what it says now, or None when there is nothing to say any more.
Compose = Callable[[dict[str, Any], str], "Composed | None"]
composes: dict[str, Compose] = {}

# By kind: from a letter's key to the end of the mails that it was one of. Called in a transaction.
unsubscribes: dict[str, Callable[[str], None]] = {}

# Somebody called a mail to this address unwanted: whatever is sent without being asked for ends. Called in a transaction.
complained: list[Callable[[str, datetime], None]] = []
