"""Who asks: the address of the socket, or what a proxy of our own says about it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from belowline.front.config import Network

Address = IPv4Address | IPv6Address


def client_address(socket_client: str, forwarded_for: Iterable[str], *, trusted: tuple[Network, ...]) -> str:
    """The reader's address as text, "" when the server knows none.

    `forwarded_for` are the X-Forwarded-For fields in order. They count only when the socket's other end is a trusted
    proxy, and then from the right: each trusted address vouches for the one before it. The first that is not ours is
    the reader; anything left of it is what the reader claims (CVE-2026-22201).
    """
    address = _parsed(_host_of(socket_client))
    if address is None:
        return ""
    hops = [hop.strip() for field in forwarded_for for hop in field.split(",")]
    while hops and _is_in(address, trusted):
        claimed = _parsed(_host_of(hops.pop()))
        if claimed is None:
            break
        address = claimed
    return str(address)


def _host_of(text: str) -> str:
    """Without a port: `1.2.3.4:5`, `[2001:db8::1]:5` and bare addresses are all seen in the wild."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A socket for both families shows IPv4 readers as ::ffff:1.2.3.4.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)
