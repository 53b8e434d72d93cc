"""Addresses of clients, and what of them is counted."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

CUSTOMER_BITS = 64
"""Of an IPv6 address, what names a network, whose users have all the rest to themselves (RFC 6177)."""

NOBODY = IPv4Address(0)
"""The peer of a connection that has no address, such as a Unix socket's."""


def parse_address(text: str) -> Address | None:
    """An address as proxies write it, perhaps with brackets and a port; None for what is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def counted_address(text: str) -> str:
    """The address that calls are counted by: of IPv6, the network that its user has to themselves."""
    address = parse_address(text) or NOBODY
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, CUSTOMER_BITS), strict=False))


def is_among(address: Address | None, networks: Iterable[Network]) -> bool:
    """Whether an address belongs to one of some networks."""
    return address is not None and any(address in network for network in networks)
