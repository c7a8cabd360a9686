"""The support meter, which stands on articles and on the pages about money."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeterView:
    """How far a campaign is. All sums are finished texts; `value` and `most` are minor units and feed the bar alone.

    Beyond the goal the bar is full and the texts say the true sum. `spoken` says it in words, for who hears the page.
    """

    title: str
    language: str
    direction: str
    url: str
    value: int
    most: int
    spoken: str
    raised: str
    ticks: tuple[str, ...]
    period: str = ""
    percent: str = ""
    is_converted: bool = False
    notes: tuple[str, ...] = ()
