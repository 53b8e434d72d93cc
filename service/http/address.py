"""Where a request comes from: the peer of its connection, or what proxies that are trusted say of it.

Anybody can send ``X-Forwarded-For``. It is read from its right end, where the nearest proxy wrote, for as long as the
addresses are those of trusted proxies; the first that is none is the client's. From any other peer the headers are
taken away before the application sees them, and no other header of the kind is ever read.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
SCHEMES = {"http", "https"}

CUSTOMER_BITS = 64
"""Of an IPv6 address, what names a network: its users have all the rest to themselves (RFC 6177)."""

NOBODY = IPv4Address(0)
"""The peer of a connection that has no address, such as a Unix socket's."""


class TrustedProxies:
    """WSGI middleware that puts the client in the place of proxies between it and the service."""

    def __init__(self, application: "WSGIApplication", trusted: Sequence[Network]) -> None:
        self._application = application
        self._trusted = trusted

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        forwarded = {name: _values(environ.pop(name, "")) for name in FORWARDED}
        peer = parse_address(environ.get("REMOTE_ADDR", ""))
        if self._is_trusted(peer):
            hops, schemes, hosts = forwarded.values()
            environ["REMOTE_ADDR"] = str(self._client(peer or NOBODY, hops))
            if schemes and schemes[-1] in SCHEMES:
                environ["wsgi.url_scheme"] = schemes[-1]
            if hosts:
                environ["HTTP_HOST"] = hosts[-1]
        return self._application(environ, start_response)

    def _client(self, peer: Address, hops: Sequence[str]) -> Address:
        """The nearest address that is no trusted proxy's; the last proxy's own where it names none."""
        for hop in reversed(hops):
            address = parse_address(hop)
            if address is None:
                break
            peer = address
            if not self._is_trusted(address):
                break
        return peer

    def _is_trusted(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


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
    bits = CUSTOMER_BITS if isinstance(address, IPv6Address) else address.max_prefixlen
    return str(ip_network((address, bits), strict=False))


def _values(header: str) -> list[str]:
    return [value.strip() for value in header.split(",") if value.strip()]
