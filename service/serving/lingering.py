"""Connections that the service has ended, until their clients have too.

Closing one with bytes of the client's unread would break it before the client has read the answer (RFC 9112, 9.6), so
the service ends its own side, and reads on for a moment. gunicorn does so on the thread that all connections of a
process wait for, for up to two seconds: whoever sent a few bad requests and kept the connections open held up everybody
else. Here the poller waits for all of them together.
"""

import contextlib
import selectors
import socket
import ssl
import time
from collections.abc import Callable

LINGER_SECONDS = 2.0
LINGER_BYTES = 64 << 10
"""How long and how much is read on, at most; gunicorn's numbers."""

CHUNK = 4 << 10


class Lingering:
    """Ends connections. For the thread of the poller alone."""

    def __init__(self, poller: selectors.BaseSelector, clock: Callable[[], float] = time.monotonic) -> None:
        """``poller`` calls the data of what is ready with the socket, as gunicorn's threaded worker has it."""
        self._poller = poller
        self._clock = clock
        self._until: dict[socket.socket, float] = {}
        self._left: dict[socket.socket, int] = {}
        self._on_end: dict[socket.socket, Callable[[], None]] = {}

    def add(self, sock: socket.socket, on_end: Callable[[], None]) -> None:
        """Ends our side now, and calls back once the client has ended its own or nothing is waited for any more."""
        try:
            sock.shutdown(socket.SHUT_WR)
            sock.setblocking(False)
            self._poller.register(sock, selectors.EVENT_READ, self._read)
        except (OSError, ValueError):  # it has ended already
            on_end()
            return
        self._until[sock] = self._clock() + LINGER_SECONDS
        self._left[sock] = LINGER_BYTES
        self._on_end[sock] = on_end

    def end_overdue(self) -> None:
        """Ends those that have lingered for long enough; the first to come are the first to go."""
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
