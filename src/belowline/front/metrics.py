"""Counters of one front, and their text for Prometheus."""

from __future__ import annotations

from dataclasses import dataclass, fields

_HELP = {
    "hits": "Public pages answered from the cache",
    "stale_hits": "Public pages answered from the cache while being rebuilt",
    "unchanged": "Answers 304",
    "fills": "Pages asked of the desk",
    "fill_failures": "Fills that failed or were refused by a busy desk",
    "fill_cookies": "Fills that tried to set a cookie (a fault of the desk: such pages are not kept)",
    "proxied": "Requests passed on to the desk",
    "desk_failures": "Requests passed on that the desk did not answer",
    "bodies_refused": "Request bodies refused: too large, too slow, cut short",
    "files": "Static and media files answered",
    "missing": "Addresses that no program of ours has",
    "errors": "Faults of the front itself",
    "events": "Outbox events read",
    "live_messages": "Changes told to everybody who follows a channel",
    "streams_refused": "Readers who could not follow, because too many do, or too many of their network",
    "events_lost": "Times that outbox events may have been missed and the cache was emptied",
}


@dataclass(slots=True)
class Metrics:
    """Whole numbers since the start; changed on the event loop only."""

    hits: int = 0
    stale_hits: int = 0
    unchanged: int = 0
    fills: int = 0
    fill_failures: int = 0
    fill_cookies: int = 0
    proxied: int = 0
    desk_failures: int = 0
    bodies_refused: int = 0
    files: int = 0
    missing: int = 0
    errors: int = 0
    events: int = 0
    live_messages: int = 0
    streams_refused: int = 0
    events_lost: int = 0

    def text(self, *, gauges: dict[str, float]) -> str:
        """The exposition format 0.0.4; `gauges` maps a name without prefix to its present value."""
        lines = []
        for counter in fields(self):
            name = f"belowline_front_{counter.name}_total"
            lines += [f"# HELP {name} {_HELP[counter.name]}", f"# TYPE {name} counter"]
            lines.append(f"{name} {getattr(self, counter.name)}")
        for gauge, value in gauges.items():
            lines += [f"# TYPE belowline_front_{gauge} gauge", f"belowline_front_{gauge} {value:g}"]
        return "\n".join(lines) + "\n"
