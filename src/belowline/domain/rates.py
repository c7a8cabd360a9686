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


@dataclass(frozen=True, slots=True)
class Pace:
    """How much one author may write: so many within each window."""

    rates: tuple[tuple[int, timedelta], ...]

    @property
    def most(self) -> int:
        """How many of the newest times have to be known."""
        return max(most for most, _ in self.rates)


def may_write_from(times_us: Sequence[int], pace: Pace, *, now_us: int) -> int | None:
    """None when it may be written now; otherwise from when on, in microseconds of Unix time. `times_us` are the newest
    comments, newest first, at least `pace.most` of them where there are so many."""
    until = [
        times_us[most - 1] + window // timedelta(microseconds=1) for most, window in pace.rates if len(times_us) >= most
    ]
    latest = max(until, default=now_us)
    return latest if latest > now_us else None
