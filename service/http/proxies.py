"""Where a request comes from: the peer of its connection, or what proxies that are trusted say of it.

Anybody can send ``X-Forwarded-For``. It is read from its right end, where the nearest proxy wrote, for as long as the
addresses are those of trusted proxies; the first that is none is the client's. Of several schemes that counts which the
proxy wrote that the client called. From any other peer the headers are
taken away before the application sees them, and no other header of the kind is ever read.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from service.domain.addresses import NOBODY, Address, Network, is_among, parse_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
SCHEMES = {"http", "https"}

PROXIED = "visage.proxied"
"""Under this name the environment of a request says whether it bore any such header, trusted or not."""


class TrustedProxies:
    """WSGI middleware that puts the client in the place of proxies between it and the service."""

    def __init__(self, application: "WSGIApplication", trusted: Sequence[Network]) -> None:
        self._application = application
        self._trusted = trusted

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        forwarded = {name: _values(environ.pop(name, "")) for name in FORWARDED}
        environ[PROXIED] = any(forwarded.values())
        peer = parse_address(environ.get("REMOTE_ADDR", ""))
        if is_among(peer, self._trusted):
            hops, schemes, hosts = forwarded.values()
            client, proxies = self._client(peer or NOBODY, hops)
            environ["REMOTE_ADDR"] = str(client)
            scheme = schemes[-min(max(proxies, 1), len(schemes))].lower() if schemes else ""
            if scheme in SCHEMES:
                environ["wsgi.url_scheme"] = scheme
            if hosts:
                environ["HTTP_HOST"] = hosts[-1]
        return self._application(environ, start_response)

    def _client(self, peer: Address, hops: Sequence[str]) -> tuple[Address, int]:
        """The nearest address that is no trusted proxy's, and how many proxies there are before it.

        It is the last proxy's own where that names none.
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
