"""Networks, and what their proxies say of a request.

A proxy tells who asked it and how, in the headers ``X-Forwarded-For``, ``-Proto`` and ``-Host``.
Anybody can write these, so they are believed only from proxies whose networks are named. Each
proxy adds the address that it was asked from at the end of ``X-Forwarded-For``. Read from the end,
the first address that is no proxy's is therefore the client's, whatever stands before it.

The header ``Forwarded`` (RFC 7239) is not read: no common proxy writes it unless told to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

Environment = dict[str, Any]
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MAX_PROXIES = 20  # that a request passes; more addresses of proxies are no way it came
_WITH_PORT = re.compile(r"\[(?P<long>[^\]]*)\](?::[0-9]+)?|(?P<short>[0-9.]+):[0-9]+")
_MAPPED = IPv6Network("::ffff:0:0/96")  # IPv4 inside IPv6


def network(text: str) -> Network:
    """The network of ``10.0.0.0/8``, or of one address; raises ``ValueError``."""
    found = ip_network(text.strip())
    if isinstance(found, IPv6Network) and found.subnet_of(_MAPPED):
        return IPv4Network((found.network_address.packed[-4:], found.prefixlen - 96))
    return found


def address(text: str) -> Address | None:
    """The address that a text is, with or without a port; IPv4 inside IPv6 is IPv4."""
    if match := _WITH_PORT.fullmatch(text):
        text = match["long"] or match["short"] or ""
    try:
        found = ip_address(text.partition("%")[0])  # %eth0 may be followed by anything
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def is_in(found: Address | None, networks: Sequence[Network]) -> bool:
    """Whether an address is in one of some networks; no address is in none."""
    return found is not None and any(found in network for network in networks)


def believe_proxies(environment: Environment, proxies: Sequence[Network]) -> None:
    """Set client, scheme and host to what the proxies say; take their headers away.

    What anybody else says is only taken away.
    """
    chain, schemes, hosts = (_values(environment, name) for name in ("FOR", "PROTO", "HOST"))
    environment.pop("HTTP_FORWARDED", None)
    client, passed = address(environment["REMOTE_ADDR"]), 0
    while passed < _MAX_PROXIES and is_in(client, proxies):
        passed += 1
        before = address(chain.pop()) if chain else None
        if before is None:
            break
        client = before
    if client:
        environment["REMOTE_ADDR"] = str(client)
    if (scheme := _outermost(schemes, passed).lower()) in ("http", "https"):
        environment["wsgi.url_scheme"] = scheme
    if host := _outermost(hosts, passed):
        environment["HTTP_HOST"] = host


def _values(environment: Environment, name: str) -> list[str]:
    said: str = environment.pop(f"HTTP_X_FORWARDED_{name}", "")
    return [value.strip() for value in said.split(",")] if said else []


def _outermost(values: Sequence[str], passed: int) -> str:
    """What the first of the proxies said through which a request passed.

    Each added a value at the end, or one said it for all.
    """
    return values[-passed:][0] if values and passed else ""
