"""How often one network may send a form, without knowing whose it is: counted in memory under a key that is thrown
away with the day, and never stored. A restart begins anew.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import IPv4Address, ip_address

_SALT_SECONDS = 24 * 3600
# A flood from many networks must not fill the memory: the oldest keys are forgotten.
_KEYS_MAX = 10_000


@dataclass
class Rate:
    """At most `most` in `seconds` for each network: an IPv4 address, or the /64 of an IPv6 one. Those whose address
    nobody knows (an onion service, a proxy that hides it) share one key, with ten times as much.
    """

    most: int
    seconds: float
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _salted_at: float = field(default_factory=time.monotonic)
    _seen: dict[bytes, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_seconds(self, address: str, *, now: float | None = None) -> float:
        """0 and counted; or, not counted, how long until it is allowed again."""
        at = time.monotonic() if now is None else now
        with self._lock:
            if at - self._salted_at > _SALT_SECONDS:
                self._salt, self._salted_at = secrets.token_bytes(32), at
                self._seen.clear()
            network = _network_of(address)
            key = hmac.digest(self._salt, network, sha256)
            times = self._seen.pop(key, deque())
            while times and at - times[0] >= self.seconds:
                times.popleft()
            most = self.most if network else 10 * self.most
            wait = self.seconds - (at - times[0]) if len(times) >= most else 0.0
            if not wait:
                times.append(at)
            self._seen[key] = times
            while len(self._seen) > _KEYS_MAX:
                del self._seen[next(iter(self._seen))]
            return wait

    def forget(self) -> None:
        with self._lock:
            self._seen.clear()


def _network_of(address: str) -> bytes:
    try:
        found = ip_address(address)
    except ValueError:
        return b""
    return found.packed if isinstance(found, IPv4Address) else found.packed[:8]
