"""What a reader may do because of what the newsroom, or a rule, has decided about them. Each standing has an actor and a
cause; most readers have none."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Standing(StrEnum):
    """TRUSTED: no phase for newcomers looks at them. PREMODERATED: everything waits. TIMED_OUT: writes nothing until a
    time, reads and votes. SUSPENDED: neither writes nor votes until a time. BANNED: the same for good."""

    TRUSTED = "trusted"
    PREMODERATED = "premoderated"
    TIMED_OUT = "timed_out"
    SUSPENDED = "suspended"
    BANNED = "banned"


ENDING = frozenset({Standing.TIMED_OUT, Standing.SUSPENDED})
SILENT = ENDING | {Standing.BANNED}
WITHOUT_VOTE = frozenset({Standing.SUSPENDED, Standing.BANNED})

# mail-and-spam.md, "New accounts": known after 3 published comments and 24 hours.
KNOWN_COMMENTS = 3
KNOWN_AFTER = timedelta(hours=24)


def is_new(*, joined_at: datetime, published_before: int, now: datetime) -> bool:
    return published_before < KNOWN_COMMENTS or now < joined_at + KNOWN_AFTER


def in_force(standing: Standing | None, *, until: datetime | None, now: datetime) -> Standing | None:
    """The standing now: one that ends is none after its time."""
    return None if standing in ENDING and until is not None and now >= until else standing
