"""How often somebody may do something. The times are arguments; who is counted, and where, is not known here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from belowline.domain.commenting import Refused

# Counts what is new, or says why there may be no more of it now. Asked by actions that the same press may reach twice:
# what changes nothing counts nothing.
Limit: TypeAlias = Callable[[], Refused | None]


def unlimited() -> Refused | None:
    return None


# Those whose network nobody knows (an onion service, a proxy that hides it) share one count.
SHARED = 10


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` within `window` from one network; `act` is the name under which it is counted."""

    act: str
    most: int
    window: timedelta


def allowed_from(times: Sequence[datetime], rate: Rate, *, is_shared: bool, now: datetime) -> datetime | None:
    """None when it may be done now; otherwise from when on. `times` are those of the former ones, in any order."""
    most = rate.most * (SHARED if is_shared else 1)
    recent = sorted(at for at in times if at > now - rate.window)
    return recent[-most] + rate.window if len(recent) >= most else None
