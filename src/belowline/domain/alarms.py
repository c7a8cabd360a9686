"""When more is written or reported in a discussion than is normal there."""

from __future__ import annotations

import math
from datetime import timedelta

# Half an hour is looked at, against the week before.
WINDOW, NORMAL = timedelta(minutes=30), timedelta(days=7)
# Fewer than these are no raid, however quiet the discussion was.
LEAST = 12
# So improbable has chance to be. One discussion is looked at every minute: 10,000 minutes are a week.
IMPROBABLE = 1e-6
# A discussion that knew nobody in half an hour, or is new, gets one.
USUAL_MIN = 1.0


def usual_in_window(count: int, *, over: timedelta) -> float:
    """How many come in a window, when `count` came in that time."""
    return max(count * (WINDOW / over), USUAL_MIN) if over > WINDOW else USUAL_MIN


def departs(recent: int, *, usual: float) -> bool:
    """Whether so many in one window are more than chance makes of the usual number: the upper tail of the Poisson
    distribution (Haight, Handbook of the Poisson Distribution, 1967, chapter 1)."""
    return recent >= LEAST and poisson_tail(recent, usual) < IMPROBABLE


def poisson_tail(count: int, mean: float) -> float:
    """The probability of `count` or more, where `mean` are expected. The tail beyond the mean is summed itself: a small number
    is not the difference of two large ones."""
    if count <= mean:
        return 1.0 - math.fsum(_poisson(n, mean) for n in range(count))
    terms = []
    for n in range(count, count + 10_000):
        terms.append(_poisson(n, mean))
        if terms[-1] < terms[0] * 1e-12:
            break
    return math.fsum(terms)


def _poisson(count: int, mean: float) -> float:
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
