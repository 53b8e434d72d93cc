"""An end to requests that arrive drop by drop: each holds a thread, of which a process has some thirty.

A request has to be there within ``GRACE_SECONDS``, and within one more for every ``LEAST_RATE`` bytes that have come,
up to ``MOST_SECONDS``. So a sign-up over a slow network gets through, and a client that sends a byte now and then does
not, which a limit of the silence between two bytes would let go on for ever. And one address has no more than
``MOST_PER_ADDRESS`` slow requests at a time, unless it is a trusted proxy's.
"""

import select
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from gunicorn.http.unreader import SocketUnreader

from service.addresses import Network, counted_address, is_among, parse_address

GRACE_SECONDS = 10.0
LEAST_RATE = 16 << 10
"""Bytes a second: an eighth of a megabit."""

MOST_SECONDS = 60.0

SLOW_SECONDS = 1.0
"""From when on a request is slow. Over a network of a megabit a second, a login with an image of 100 KB is not."""

MOST_PER_ADDRESS = 4
"""Fewer than a process has spare threads (``capacity.SPARE_THREADS``): it takes several addresses to hold those."""

HEAD_BYTES = 8 << 10
"""How much is read at a time of what may not be the body; gunicorn's default."""


class SlowRequests:
    """How many slow requests there are from each address. Safe to use from several threads."""

    def __init__(self, trusted: Sequence[Network] = (), most: int = MOST_PER_ADDRESS) -> None:
        """``trusted`` are the networks of proxies, each of which speaks for many clients."""
        self._trusted = trusted
        self._most = most
        self._count: Counter[str] = Counter()
        self._lock = threading.Lock()

    def join(self, address: str) -> bool:
        """Counts one more, unless there are as many as may be."""
        most = float("inf") if is_among(parse_address(address), self._trusted) else self._most
        counted = counted_address(address)
        with self._lock:
            if self._count[counted] >= most:
                return False
            self._count[counted] += 1
            return True

    def leave(self, address: str) -> None:
        """Counts one less."""
        counted = counted_address(address)
        with self._lock:
            self._count[counted] -= 1
            if self._count[counted] <= 0:
                del self._count[counted]


class TimedReader(SocketUnreader):  # type: ignore[misc]
    """Reads what a client sends, and raises BlockingIOError once that takes too long, as a socket's timeout does."""

    def __init__(
        self,
        sock: socket.socket,
        address: str,
        slow_requests: SlowRequests,
        silence_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begins no request yet.

        Args:
            sock: where to read from, in blocking mode.
            address: the client's.
            slow_requests: those of the process.
            silence_seconds: how long the client may send nothing.
            clock: seconds that only grow.
        """
        super().__init__(sock, HEAD_BYTES)
        self._address = address
        self._slow_requests = slow_requests
        self._silence = silence_seconds
        self._clock = clock
        self._waited = 0.0
        self._bytes = 0
        self._slow = False

    def begin(self) -> None:
        """A request begins."""
        self._waited = 0.0
        self._bytes = 0

    def end(self) -> None:
        """A request has been answered or given up."""
        if self._slow:
            self._slow = False
            self._slow_requests.leave(self._address)

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes; raises BlockingIOError."""
        self._wait()
        data: bytes = super().chunk(size_hint)
        self._bytes += len(data)
        return data

    def _wait(self) -> None:
        """Until there is something to read. Only this counts, not what the service does meanwhile."""
        begun, before = self._clock(), self._waited
        most = min(before + self._silence, MOST_SECONDS, GRACE_SECONDS + self._bytes / LEAST_RATE)
        while True:
            readable = self._is_readable((most if self._slow else min(most, SLOW_SECONDS)) - self._waited)
            self._waited = before + self._clock() - begun
            if self._waited >= most:
                raise BlockingIOError("the request came in too slowly")
            if self._waited >= SLOW_SECONDS and not self._slow:
                self._slow = self._slow_requests.join(self._address)
                if not self._slow:
                    raise BlockingIOError("too many slow requests from one address")
            if readable:
                return

    def _is_readable(self, seconds: float) -> bool:
        """Whether something comes within so many seconds."""
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(max(0.0, seconds) * 1000))
