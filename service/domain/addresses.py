"""Client addresses, and the part of an address that rate limits count."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

CUSTOMER_BITS = 64
"""Prefix length of an IPv6 network, in bits. One customer usually has all addresses in such a network (RFC 6177)."""

NO_ADDRESS = IPv4Address(0)
"""Stands for a peer without an address, such as the peer of a Unix socket."""


def parse_address(text: str) -> Address | None:
    """Parses an address as proxies write it, perhaps with brackets and a port. Returns None for other text."""
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
    """Returns the address that calls are counted by: the IPv4 address itself, or the /64 network of an IPv6 address."""
    address = parse_address(text) or NO_ADDRESS
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, CUSTOMER_BITS), strict=False))


def is_among(address: Address | None, networks: Iterable[Network]) -> bool:
    """Whether one of the networks contains the address."""
    return address is not None and any(address in network for network in networks)
