"""What a reader may do because of what the newsroom, or a rule, has decided about them. Each standing has an actor and a
cause; most readers have none."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from belowline.domain.commenting import Refused


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


# Of two standings of one person the stricter one holds.
STRICTNESS = {
    Standing.TRUSTED: 0,
    Standing.PREMODERATED: 1,
    Standing.TIMED_OUT: 2,
    Standing.SUSPENDED: 3,
    Standing.BANNED: 4,
}
TIMED_OUT_MAX = timedelta(days=7)
SUSPENDED_MAX = timedelta(days=366)


def decide_standing(
    standing: Standing | None,
    *,
    until: datetime | None,
    is_self: bool,
    is_staff: bool,
    is_last_administrator: bool,
    has_rule: bool,
    now: datetime,
) -> Refused | None:
    """None: yes. Nobody decides about themselves; staff lose their role before they lose their voice, and the last
    administrator never does."""
    if is_self:
        return Refused("standing_own", status=409)
    if standing is None or standing is Standing.TRUSTED:
        return None
    if is_last_administrator:
        return Refused("standing_last_administrator", status=409)
    if is_staff:
        return Refused("standing_staff", status=409)
    if not has_rule:
        return Refused("rule_missing", status=422)
    if standing not in ENDING:
        return None
    longest = TIMED_OUT_MAX if standing is Standing.TIMED_OUT else SUSPENDED_MAX
    is_fit = until is not None and now < until <= now + longest
    return None if is_fit else Refused("standing_until", status=422)
