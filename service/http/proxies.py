"""Finds the client of a request: the peer of the connection, or the client that trusted proxies name.

Every client can send ``X-Forwarded-For``. The header is read from its right end, which the nearest proxy wrote, while
the addresses are those of trusted proxies. The first other address is the client's. Of several schemes, the one that
the outermost trusted proxy wrote counts. If the peer is no trusted proxy, the headers are removed before the
application sees them. No other header of this kind is read.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from service.domain.addresses import NO_ADDRESS, Address, Network, is_among, parse_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
"""The headers that proxies send, as WSGI names them."""

SCHEMES = {"http", "https"}

PROXIED = "visage.proxied"
"""The key of the request's environment that tells whether it had such a header, trusted or not."""


class TrustedProxies:
    """WSGI middleware that replaces the address of trusted proxies with that of the client."""

    def __init__(self, application: "WSGIApplication", trusted: Sequence[Network]) -> None:
        self._application = application
        self._trusted = trusted

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        forwarded = {name: _values(environ.pop(name, "")) for name in FORWARDED}
        environ[PROXIED] = any(forwarded.values())
        peer = parse_address(environ.get("REMOTE_ADDR", ""))
        if is_among(peer, self._trusted):
            hops, schemes, hosts = forwarded.values()
            client, proxies = self._client(peer or NO_ADDRESS, hops)
            environ["REMOTE_ADDR"] = str(client)
            scheme = schemes[-min(max(proxies, 1), len(schemes))].lower() if schemes else ""
            if scheme in SCHEMES:
                environ["wsgi.url_scheme"] = scheme
            if hosts:
                environ["HTTP_HOST"] = hosts[-1]
        return self._application(environ, start_response)

    def _client(self, peer: Address, hops: Sequence[str]) -> tuple[Address, int]:
        """The nearest address that is not a trusted proxy's, and the number of proxies before it.

        If the last proxy names no address, it is the last proxy's own.
        """
        proxies = 0
        for hop in reversed(hops):
            address = parse_address(hop)
            if address is None:
                break
            peer = address
            proxies += 1
            if not is_among(address, self._trusted):
                break
        return peer, proxies


def _values(header: str) -> list[str]:
    return [value.strip() for value in header.split(",") if value.strip()]
