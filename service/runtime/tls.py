"""TLS for gunicorn: the accepted versions, and timeouts for silent clients.

There is a context for each connection, so that a renewed certificate is served without a restart. If a renewal is
incomplete or has failed, connections get the previous certificate.
"""

import logging
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MINIMUM_VERSION = ssl.TLSVersion.TLSv1_2
"""RFC 9325, section 3.1.1, forbids earlier versions."""

REMIND_SECONDS = 60.0
"""How often each process logs that the certificate cannot be read."""

SEND_SECONDS = 10.0
"""As ``worker.READ_SECONDS``. Sockets inherit timeouts from their listener, but those do not end TLS waits."""

HANDSHAKE_SECONDS = 5.0
"""Maximum duration of a handshake: it needs two round trips, and the slowest networks need a second for each."""

logger = logging.getLogger(__name__)


class TlsSocket(ssl.SSLSocket):
    """A socket whose calls time out, with the error that a socket without TLS raises.

    gunicorn wraps a socket without a timeout, and sets none on this one before the handshake.
    """

    def setblocking(self, flag: bool) -> None:
        """Blocks for at most ``SEND_SECONDS``."""
        self.settimeout(SEND_SECONDS if flag else 0.0)

    def do_handshake(self, block: bool = False) -> None:
        """Overrides ssl: ends within ``HANDSHAKE_SECONDS``, however slowly the data arrives."""
        self.settimeout(HANDSHAKE_SECONDS)
        _bounded(super().do_handshake, block)
        self.setblocking(True)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Overrides ssl: never waits; raises SSLWantReadError if a record is incomplete."""
        timeout = self.gettimeout()
        self.settimeout(0.0)
        try:
            return super().recv(buflen, flags)
        finally:
            self.settimeout(timeout)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Overrides ssl, with a timeout."""
        _bounded(super().sendall, data, flags)


class TlsContexts:
    """Creates the TLS contexts of connections with the current certificate and key, or the last readable ones.

    Safe to use from several threads, and after a fork.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises OSError if the files cannot be used; its subclass ssl.SSLError if they don't fit each other."""
        self._certificate = certificate
        self._key = key
        self._latest = self._read()
        self._reminded_at = -REMIND_SECONDS

    def for_connection(self, _config: Any, _default: Any) -> ssl.SSLContext:
        """Returns the context for a connection, as gunicorn's ``ssl_context`` hook."""
        try:
            self._latest = self._read()
        except OSError as error:
            now = time.monotonic()
            if now - self._reminded_at >= REMIND_SECONDS:
                self._reminded_at = now
                logger.error("%s cannot be used; the previous certificate stays in use: %s", self._certificate, error)
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
