"""What a measurement says: checks against the bars, with spread and details, as JSON and as a table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """`comments` is the size of the large thread and of the imports; `is_quick` proves that everything can be measured
    and says little about the numbers."""

    is_quick: bool = False
    comments: int = MILLION

    def rounds(self, full: int) -> int:
        return max(2, full // 5) if self.is_quick else full

    def seconds(self, full: float) -> float:
        return max(0.5, full / 5) if self.is_quick else full


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit that a value must keep: `at_most(5)`, `at_least(2)`."""

    limit: float
    is_upper: bool

    def holds(self, value: float) -> bool:
        return value <= self.limit if self.is_upper else value >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.is_upper else '≥'} {self.limit:g}"


def at_most(limit: float) -> Bound:
    return Bound(limit, is_upper=True)


def at_least(limit: float) -> Bound:
    return Bound(limit, is_upper=False)


@dataclass(frozen=True, slots=True)
class Check:
    """One number against one bar."""

    name: str
    value: float
    unit: str
    must: Bound
    reach: float | None = None

    @property
    def holds(self) -> bool:
        return self.must.holds(self.value)

    @property
    def reach_text(self) -> str:
        return "" if self.reach is None else str(Bound(self.reach, self.must.is_upper))


@dataclass(frozen=True, slots=True)
class Result:
    """One bar. The first check is its headline; it holds when every check does.

    `spread` says how far the rounds lay apart; `note` what a reader must know to judge the number.
    """

    bar: str
    title: str
    checks: tuple[Check, ...] = ()
    spread: str = ""
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    failure: str = ""

    @property
    def holds(self) -> bool | None:
        """None when nothing was measured."""
        return all(check.holds for check in self.checks) if self.checks else None

    def as_json(self) -> dict[str, Any]:
        first = self.checks[0] if self.checks else None
        return {
            "title": self.title,
            "value": first.value if first else None,
            "unit": first.unit if first else "",
            "must": str(first.must) if first else "",
            "reach": first.reach_text if first else "",
            "holds": self.holds,
            "checks": [
                {"name": one.name, "value": one.value, "unit": one.unit, "must": str(one.must), "holds": one.holds}
                for one in self.checks
            ],
            "spread": self.spread,
            "note": self.note,
            "failure": self.failure,
            "details": self.details,
        }


Measure = Callable[[Options], Sequence[Result]]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile; for a single value three times itself."""
    if len(values) < 2:
        return (values[0],) * 3 if values else (0.0, 0.0, 0.0)
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def median(values: Sequence[float]) -> float:
    return quartiles(values)[1]


def spread_text(values: Sequence[float], *, unit: str = "") -> str:
    """The quartiles of the rounds."""
    low, _middle, high = quartiles(values)
    return f"{low:.3g} to {high:.3g}{' ' + unit if unit else ''} in {len(values)} rounds"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of all values do not exceed; 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
