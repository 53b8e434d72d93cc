"""Connections that the service has closed for writing and whose clients have not closed them yet.

If the service closed such a connection while bytes of the client are unread, the connection would break before the
client has read the answer (RFC 9112, 9.6). So the service closes its own side, and reads on for a moment. gunicorn does
this for up to two seconds in the thread that handles all connections of a process. A client that sent a few bad
requests and kept the connections open thereby delayed all other clients. Here the poller waits for all of them at once.
"""

import contextlib
import selectors
import socket
import ssl
import time
from collections.abc import Callable

LINGER_SECONDS = 2.0
LINGER_BYTES = 64 << 10
"""The maximum time and bytes to read on; gunicorn's values."""

CHUNK = 4 << 10
"""Bytes read at a time."""


class Lingering:
    """Closes connections. Use it only in the thread of the poller."""

    def __init__(self, poller: selectors.BaseSelector, clock: Callable[[], float] = time.monotonic) -> None:
        """``poller`` calls the data of a ready socket with the socket, as in gunicorn's threaded worker."""
        self._poller = poller
        self._clock = clock
        self._until: dict[socket.socket, float] = {}
        self._left: dict[socket.socket, int] = {}
        self._on_end: dict[socket.socket, Callable[[], None]] = {}

    def add(self, sock: socket.socket, on_end: Callable[[], None]) -> None:
        """Closes our side now; calls ``on_end`` once the client has closed its side or the limits are reached."""
        try:
            sock.shutdown(socket.SHUT_WR)
            sock.setblocking(False)
            self._poller.register(sock, selectors.EVENT_READ, self._read)
        except (OSError, ValueError):  # it has already ended
            on_end()
            return
        self._until[sock] = self._clock() + LINGER_SECONDS
        self._left[sock] = LINGER_BYTES
        self._on_end[sock] = on_end

    def end_overdue(self) -> None:
        """Closes connections that have lingered too long; the oldest come first."""
        now = self._clock()
        for sock in [sock for sock, until in self._until.items() if until <= now]:
            self._end(sock)

    def _read(self, sock: socket.socket) -> None:
        try:
            count = len(sock.recv(CHUNK))
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            count = 0
        self._left[sock] -= count
        if not count or self._left[sock] <= 0:
            self._end(sock)

    def _end(self, sock: socket.socket) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._poller.unregister(sock)
        del self._until[sock], self._left[sock]
        self._on_end.pop(sock)()
