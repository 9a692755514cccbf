"""Network addresses: whose request it is when a proxy stands in front, networks as they are written in settings."""

import ipaddress
import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: Of an IPv6 address only the network counts: a household or a firm has all of it.
_IPV6_PREFIX = 64


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks (`10.1.0.0/16`), separated by commas.

    Raises:
        ValueError: one of them is neither.
    """
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


@cache
def proxies() -> tuple[Network, ...]:
    """The proxies in front of the house (`YIGUI_PROXIES`; this machine when nothing is said), whose word about the client is taken."""
    return networks(os.environ.get("YIGUI_PROXIES", "127.0.0.1,::1"))


def is_in(address: str, among: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks; False for what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found.version == network.version and found in network for network in among)


def is_proxy(address: str, known: Sequence[Network]) -> bool:
    """Whether a connection comes from one of our proxies."""
    return is_in(address, known)


def client_address(environ: Mapping[str, Any], known: Sequence[Network] | None = None) -> str:
    """Where a request comes from: the peer, or the last address in `X-Forwarded-For` that is not one of our proxies.

    What stands further left in that header was written by the client and is not believed.
    """
    known = proxies() if known is None else known
    peer = str(environ.get("REMOTE_ADDR", ""))
    if not is_proxy(peer, known):
        return peer
    for named in reversed([part.strip() for part in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]):
        try:
            ipaddress.ip_address(named)
        except ValueError:
            return peer
        if not is_proxy(named, known):
            return named
    return peer


def source_of(address: str) -> str:
    """What limits count by: an IPv4 address, the /64 network of an IPv6 address, or the text itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_PREFIX), strict=False))
    return str(found)
