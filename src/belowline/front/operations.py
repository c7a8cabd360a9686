"""What operators ask the front, on a port of the loopback interface: `/metrics` and `/health`."""

from __future__ import annotations

import json

from belowline.front.app import Parts
from belowline.front.rsgi import Exchange, Scope
from belowline.front.signals import Signals

_NO_STORE = ("cache-control", "no-store")


class Operations:
    """A second, small RSGI application in the same loop."""

    def __init__(self, parts: Parts, signals: Signals) -> None:
        self._parts = parts
        self._signals = signals

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        if scope.path == "/metrics":
            text = self._parts.metrics.text(gauges=self._gauges())
            exchange.response_bytes(200, [("content-type", "text/plain; version=0.0.4"), _NO_STORE], text.encode())
        elif scope.path == "/health":
            state = {"front": True, "desk": await self._parts.desk.is_well(), "signals": self._signals.is_well}
            status = 200 if all(state.values()) else 503
            exchange.response_bytes(
                status, [("content-type", "application/json"), _NO_STORE], json.dumps(state).encode()
            )
        else:
            exchange.response_bytes(404, [("content-type", "text/plain"), _NO_STORE], b"/metrics or /health\n")

    def _gauges(self) -> dict[str, float]:
        cache = self._parts.cache
        return {
            "cache_bytes": cache.size_bytes,
            "cache_pages": len(cache),
            "fills_under_way": self._parts.filler.flights,
            "live_streams": len(self._parts.streams),
            "live_channels": self._parts.streams.channels,
            "signals_up": float(self._signals.is_well),
        }
