"""TLS for gunicorn: what clients may speak, and an end to waiting for those that go silent.

There is a context for each connection, so that a renewed certificate is served without a restart. While a renewal is
half done, or has gone wrong, connections get the certificate that was there before.
"""

import logging
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MINIMUM_VERSION = ssl.TLSVersion.TLSv1_2
"""RFC 9325, section 3.1.1, forbids what came before."""

REMIND_SECONDS = 60.0
"""How often each process says that there is no certificate to be read."""

SEND_SECONDS = 10.0
"""As ``worker.READ_SECONDS``: the timeouts that sockets inherit from their listener don't end the waiting of TLS."""

HANDSHAKE_SECONDS = 5.0
"""How long a handshake may take in all: two round trips, of which the slowest networks need a second each."""

logger = logging.getLogger(__name__)


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


class TlsContexts:
    """What connections are served with: a certificate and its key as their files have them now, or had them at last.

    Safe to use from several threads, and after a fork.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises OSError where the files cannot be used; ssl.SSLError, where they don't fit each other, is one."""
        self._certificate = certificate
        self._key = key
        self._latest = self._read()
        self._reminded_at = -REMIND_SECONDS

    def for_connection(self, _config: Any, _default: Any) -> ssl.SSLContext:
        """gunicorn's ``ssl_context`` hook."""
        try:
            self._latest = self._read()
        except OSError as error:
            now = time.monotonic()
            if now - self._reminded_at >= REMIND_SECONDS:
                self._reminded_at = now
                logger.error("%s cannot be served, and the certificate before it is: %s", self._certificate, error)
        return self._latest

    def _read(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self._certificate, self._key)
        context.minimum_version = MINIMUM_VERSION
        context.sslsocket_class = TlsSocket
        return context


def _bounded(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    except TimeoutError as error:
        raise BlockingIOError from error
