"""How often one network does something, without knowing whose it is.

A network is an IPv4 address or the /64 of an IPv6 one, and stands in the database as an HMAC under a salt of the day: the
same for all processes, and after a restart. The salt is a file beside the sockets, in no backup, and is thrown away after
two days; the rows go as soon as they count for nothing. Nothing leads from a row to an address, or to what was written.
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from datetime import UTC, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

from belowline.accounts.models import NetworkUse
from belowline.domain.rates import allowed_from
from belowline.storage.turns import one_at_a_time
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import date, datetime

    from belowline.domain.rates import Rate

_PREFIX = "salt-"
_SALT_BYTES = 32
# No rate has a longer window.
WINDOW_MAX = timedelta(days=1)
# For what is counted in memory alone.
_OWN_SALT = secrets.token_bytes(_SALT_BYTES)
_COUNTED_MAX = 20_000
_counted: dict[tuple[str, str], list[datetime]] = {}
_lock = Lock()


def count_use(rate: Rate, address: str, *, now: datetime) -> datetime | None:
    """None, and counted; or, not counted, from when on it is allowed again."""
    return _count(rate, _network_of(address), now=now)


def count_use_for(rate: Rate, whom: str, *, now: datetime) -> datetime | None:
    """The same for an e-mail address or an account, which are kept no more than a network is."""
    return _count(rate, b"for:" + whom.strip().lower().encode(), now=now)


def count_here(rate: Rate, address: str, *, now: datetime) -> datetime | None:
    """`count_use` for what is asked by GET, which stores nothing: counted in the memory of this process alone, and
    forgotten when it ends."""
    network = _network_of(address)
    key = (rate.act, _key(network, _OWN_SALT))
    with _lock:
        if len(_counted) > _COUNTED_MAX:
            _counted.clear()
        recent = [at for at in _counted.get(key, ()) if at > now - rate.window]
        until = allowed_from(recent, rate, is_shared=not network, now=now)
        _counted[key] = recent if until else [*recent, now]
    return until


def known_as(address: str, *, now: datetime) -> str:
    """The key under which this network is known today, and never again; empty for one that nobody knows."""
    network = _network_of(address)
    return _key(network, _salt(now.astimezone(UTC).date())) if network else ""


def take_back(rate: Rate, whom: str, *, now: datetime) -> None:
    """The newest use of `whom` counts no more: it was no failure."""
    key = _key(b"for:" + whom.strip().lower().encode(), _salt(now.astimezone(UTC).date()))

    def forget() -> None:
        newest = NetworkUse.objects.filter(act=rate.act, key=key).order_by("-at", "-pk").first()
        if newest is not None:
            newest.delete()

    write(forget)


def _count(rate: Rate, network: bytes, *, now: datetime) -> datetime | None:
    assert rate.window <= WINDOW_MAX
    today = now.astimezone(UTC).date()
    key = _key(network, _salt(today))
    # Whoever began before midnight is known by the salt of yesterday.
    former = [_key(network, salt) for salt in (_kept_salt(today - timedelta(days=1)),) if salt]

    def store() -> datetime | None:
        # Two forms of one network that are counted side by side would each miss the other.
        one_at_a_time(key)
        known = NetworkUse.objects.filter(act=rate.act, key__in=[key, *former], at__gt=now - rate.window)
        until = allowed_from(list(known.values_list("at", flat=True)), rate, is_shared=not network, now=now)
        if until is None:
            NetworkUse.objects.create(act=rate.act, key=key, at=now)
        return until

    return write(store)


def forget_old(now: datetime) -> None:
    """The worker's clock: what counts no more, and the salts that nobody needs."""
    write(lambda: NetworkUse.objects.filter(at__lt=now - WINDOW_MAX).delete())
    oldest = f"{_PREFIX}{now.astimezone(UTC).date() - timedelta(days=1)}"
    for path in _folder().glob(f"{_PREFIX}*"):
        if path.name < oldest:
            path.unlink(missing_ok=True)


def _network_of(address: str) -> bytes:
    """Empty for one that nobody knows."""
    try:
        found = ip_address(address)
    except ValueError:
        return b""
    return found.packed if isinstance(found, IPv4Address) else found.packed[:8]


def _key(network: bytes, salt: bytes) -> str:
    return hmac.digest(salt, network, sha256).hex()[:32]


def _kept_salt(day: date) -> bytes:
    """Empty when nothing was counted on that day, or it is thrown away."""
    with suppress(FileNotFoundError):
        return (_folder() / f"{_PREFIX}{day}").read_bytes()
    return b""


def _salt(day: date) -> bytes:
    """Of that day, made by whoever asks first. Whole or not there: it gets its name when it is written."""
    if kept := _kept_salt(day):
        return kept
    path = _folder() / f"{_PREFIX}{day}"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_SALT_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was quicker
    finally:
        draft.unlink()
    return path.read_bytes()


def _folder() -> Path:
    return Path(settings.DATA) / "run"
