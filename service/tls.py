"""TLS for gunicorn: what clients may speak, and an end to waiting for those that go silent.

gunicorn makes a context for each connection, so that a renewed certificate is served without a restart.
"""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

MINIMUM_VERSION = ssl.TLSVersion.TLSv1_2
"""RFC 9325, section 3.1.1, forbids what came before."""

SEND_SECONDS = 10.0
"""As ``worker.READ_SECONDS``: the timeouts that sockets inherit from their listener don't end the waiting of TLS."""

HANDSHAKE_SECONDS = 5.0
"""How long a handshake may take in all: two round trips, of which the slowest networks need a second each."""


class TlsSocket(ssl.SSLSocket):
    """A socket whose calls end in time, with the error that one without TLS would raise.

    gunicorn wraps a socket that blocks for ever and never sets the timeout of this one before it shakes hands.
    """

    def setblocking(self, flag: bool) -> None:
        """Blocks for so long at most."""
        self.settimeout(SEND_SECONDS if flag else 0.0)

    def do_handshake(self, block: bool = False) -> None:
        """As that of ssl, within ``HANDSHAKE_SECONDS`` however little comes at a time."""
        self.settimeout(HANDSHAKE_SECONDS)
        _bounded(super().do_handshake, block)
        self.setblocking(True)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """As that of ssl, but never waits: raises SSLWantReadError where not all of a record is there."""
        timeout = self.gettimeout()
        self.settimeout(0.0)
        try:
            return super().recv(buflen, flags)
        finally:
            self.settimeout(timeout)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """As that of ssl."""
        _bounded(super().sendall, data, flags)


def tls_context(_config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """gunicorn's ``ssl_context`` hook."""
    context = default()
    context.minimum_version = MINIMUM_VERSION
    context.sslsocket_class = TlsSocket
    return context


def check_certificate(certificate: Path, key: Path) -> None:
    """Raises OSError where a server could not start with these files; ssl.SSLError, where they don't fit, is one."""
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)


def _bounded(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    except TimeoutError as error:
        raise BlockingIOError from error
