"""Ends requests that arrive too slowly. Each request holds a thread, and a process has some thirty threads.

A request must arrive within ``GRACE_SECONDS`` plus one second for every ``LEAST_RATE`` bytes received, and at most
within ``MOST_SECONDS``. So a sign-up over a slow network succeeds. A client that sends a byte now and then does not; a
limit of the silence between two bytes would let it continue forever. Moreover, one address may have at most
``MOST_PER_ADDRESS`` slow requests at a time, unless it is a trusted proxy. At any time, only a share of the threads may
wait for one address, however briefly: this stops clients that send half a request, give it up and start again, and are
thus never slow.
"""

import select
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from gunicorn.http.unreader import SocketUnreader

from service.domain.addresses import Network, counted_address, is_among, parse_address

GRACE_SECONDS = 10.0
LEAST_RATE = 16 << 10
"""Bytes a second; an eighth of a megabit."""

MOST_SECONDS = 60.0

SLOW_SECONDS = 1.0
"""When a request counts as slow. At a megabit a second, a login with an image of 100 KB does not."""

MOST_PER_ADDRESS = 4
"""Fewer than the spare threads of a process (``capacity.SPARE_THREADS``), so one address cannot hold all of them."""

UNFINISHED_SHARE = 3
"""At most a third of a process's threads wait for one address, so that two addresses cannot hold all of them."""

BLINK_SECONDS = 0.02
"""When a thread counts as waiting for a client: longer than a local client takes between a request's head and body."""

HEAD_BYTES = 8 << 10
"""Bytes read at a time outside of bodies; gunicorn's default."""


class PerAddress:
    """Counts requests of a kind by address. Safe to use from several threads."""

    def __init__(self, most: int, trusted: Sequence[Network] = ()) -> None:
        """``most``: the maximum; ``trusted``: the networks of proxies, which are exempt, as each has many clients."""
        self._trusted = trusted
        self._most = most
        self._count: Counter[str] = Counter()
        self._lock = threading.Lock()

    def join(self, address: str) -> None:
        """Adds one; raises BlockingIOError if the maximum is reached."""
        most = float("inf") if is_among(parse_address(address), self._trusted) else self._most
        counted = counted_address(address)
        with self._lock:
            if self._count[counted] >= most:
                raise BlockingIOError("too many slow or unfinished requests from one address")
            self._count[counted] += 1

    def leave(self, address: str) -> None:
        """Removes one."""
        counted = counted_address(address)
        with self._lock:
            self._count[counted] -= 1
            if self._count[counted] <= 0:
                del self._count[counted]

    @contextmanager
    def one(self, address: str) -> Iterator[None]:
        """Adds one for the duration of a block; raises as :meth:`join`."""
        self.join(address)
        try:
            yield
        finally:
            self.leave(address)


@dataclass(frozen=True)
class Patience:
    """The limits of a process for each address.

    Attributes:
        unfinished: requests that a thread is waiting for.
        slow: requests that have become slow.
    """

    unfinished: PerAddress
    slow: PerAddress

    @classmethod
    def of(cls, threads: int, trusted: Sequence[Network]) -> "Patience":
        """Returns the limits of a process with so many threads, behind these proxies."""
        return cls(PerAddress(threads // UNFINISHED_SHARE, trusted), PerAddress(MOST_PER_ADDRESS, trusted))


class TimedReader(SocketUnreader):  # type: ignore[misc]
    """Reads from a client; raises BlockingIOError when that takes too long, as a socket's timeout does."""

    def __init__(
        self,
        sock: socket.socket,
        address: str,
        patience: Patience,
        silence_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begins no request yet.

        Args:
            sock: the socket to read, in blocking mode.
            address: the client's address.
            patience: the limits of the process.
            silence_seconds: how long the client may send nothing.
            clock: returns monotonic seconds.
        """
        super().__init__(sock, HEAD_BYTES)
        self._address = address
        self._patience = patience
        self._silence = silence_seconds
        self._clock = clock
        self._waited = 0.0
        self._bytes = 0
        self._slow = False

    def begin(self) -> None:
        """Starts the measurement of a request."""
        self._waited = 0.0
        self._bytes = 0

    def end(self) -> None:
        """Ends the measurement: the request was answered or given up."""
        if self._slow:
            self._slow = False
            self._patience.slow.leave(self._address)

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Returns the next bytes. Raises BlockingIOError."""
        while True:
            self._wait()
            try:
                data: bytes = super().chunk(size_hint)
            except ssl.SSLWantReadError:  # a TLS record is incomplete
                continue
            self._bytes += len(data)
            return data

    def _wait(self) -> None:
        """Waits for data. Only this time counts, not the time that the service needs itself."""
        most = min(self._waited + self._silence, MOST_SECONDS, GRACE_SECONDS + self._bytes / LEAST_RATE)
        if self._comes_by(self._waited + BLINK_SECONDS, most):
            return
        with self._patience.unfinished.one(self._address):
            while not self._comes_by(most if self._slow else SLOW_SECONDS, most):
                pass

    def _comes_by(self, until: float, most: float) -> bool:
        """Whether data arrives before the total waiting time reaches ``until``. Raises BlockingIOError."""
        begun = self._clock()
        readable = self._is_readable(min(until, most) - self._waited)
        self._waited += self._clock() - begun
        if self._waited >= most:
            raise BlockingIOError("the request came in too slowly")
        if self._waited >= SLOW_SECONDS and not self._slow:
            self._patience.slow.join(self._address)
            self._slow = True
        return readable

    def _is_readable(self, seconds: float) -> bool:
        """Whether data arrives within so many seconds."""
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(max(0.0, seconds) * 1000))
