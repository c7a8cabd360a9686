"""The orders readers can choose, each one indexed integer key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_VOTED = "most-voted"
    CONTROVERSIAL = "controversial"


@dataclass(frozen=True, slots=True)
class Order:
    """The key's column, and whether small keys come first."""

    column: str
    is_rising: bool = False

    @property
    def direction(self) -> str:
        return "ASC" if self.is_rising else "DESC"

    @property
    def behind(self) -> str:
        """The comparison that holds for everything behind a key."""
        return ">" if self.is_rising else "<"

    @property
    def before_all(self) -> int:
        """A key in front of every comment."""
        return -1 if self.is_rising else 2**63 - 1


ORDERS = {
    Sort.BEST: Order("best_key"),
    Sort.NEWEST: Order("time_key"),
    Sort.OLDEST: Order("time_key", is_rising=True),
    Sort.MOST_VOTED: Order("net_key"),
    Sort.CONTROVERSIAL: Order("controversial_key"),
}
