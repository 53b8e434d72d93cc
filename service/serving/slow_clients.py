"""An end to requests that arrive drop by drop: each holds a thread, of which a process has some thirty.

A request has to be there within ``GRACE_SECONDS``, and within one more for every ``LEAST_RATE`` bytes that have come,
up to ``MOST_SECONDS``. So a sign-up over a slow network gets through, and a client that sends a byte now and then does
not, which a limit of the silence between two bytes would let go on for ever. And one address has no more than
``MOST_PER_ADDRESS`` slow requests at a time, unless it is a trusted proxy's; nor does it have more than a share of the
threads wait for it at a time, however briefly: whoever sends half a request, gives it up and comes again is never slow.
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
"""Bytes a second: an eighth of a megabit."""

MOST_SECONDS = 60.0

SLOW_SECONDS = 1.0
"""From when on a request is slow. Over a network of a megabit a second, a login with an image of 100 KB is not."""

MOST_PER_ADDRESS = 4
"""Fewer than a process has spare threads (``capacity.SPARE_THREADS``): it takes several addresses to hold those."""

UNFINISHED_SHARE = 3
"""One address has a third of a process's threads wait for it at a time, so that it takes more than two to hold all."""

BLINK_SECONDS = 0.02
"""From when on a thread waits for a client: longer than one on this machine takes between a request's head and body."""

HEAD_BYTES = 8 << 10
"""How much is read at a time of what may not be the body; gunicorn's default."""


class PerAddress:
    """How many requests of a kind there are from each address. Safe to use from several threads."""

    def __init__(self, most: int, trusted: Sequence[Network] = ()) -> None:
        """``most`` at a time; ``trusted`` are the networks of proxies, each of which speaks for many clients."""
        self._trusted = trusted
        self._most = most
        self._count: Counter[str] = Counter()
        self._lock = threading.Lock()

    def join(self, address: str) -> None:
        """Counts one more; raises BlockingIOError where there are as many as may be."""
        most = float("inf") if is_among(parse_address(address), self._trusted) else self._most
        counted = counted_address(address)
        with self._lock:
            if self._count[counted] >= most:
                raise BlockingIOError("too many slow or unfinished requests from one address")
            self._count[counted] += 1

    def leave(self, address: str) -> None:
        """Counts one less."""
        counted = counted_address(address)
        with self._lock:
            self._count[counted] -= 1
            if self._count[counted] <= 0:
                del self._count[counted]

    @contextmanager
    def one(self, address: str) -> Iterator[None]:
        """Counts one more for a block; raises as :meth:`join`."""
        self.join(address)
        try:
            yield
        finally:
            self.leave(address)


@dataclass(frozen=True)
class Patience:
    """What a process bears of each address.

    Attributes:
        unfinished: requests that a thread waits for at this moment.
        slow: requests that have become slow.
    """

    unfinished: PerAddress
    slow: PerAddress

    @classmethod
    def of(cls, threads: int, trusted: Sequence[Network]) -> "Patience":
        """That of a process with so many threads, behind these proxies."""
        return cls(PerAddress(threads // UNFINISHED_SHARE, trusted), PerAddress(MOST_PER_ADDRESS, trusted))


class TimedReader(SocketUnreader):  # type: ignore[misc]
    """Reads what a client sends, and raises BlockingIOError once that takes too long, as a socket's timeout does."""

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
            sock: where to read from, in blocking mode.
            address: the client's.
            patience: that of the process.
            silence_seconds: how long the client may send nothing.
            clock: seconds that only grow.
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
        """A request begins."""
        self._waited = 0.0
        self._bytes = 0

    def end(self) -> None:
        """A request has been answered or given up."""
        if self._slow:
            self._slow = False
            self._patience.slow.leave(self._address)

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes; raises BlockingIOError."""
        while True:
            self._wait()
            try:
                data: bytes = super().chunk(size_hint)
            except ssl.SSLWantReadError:  # not all of a record of TLS is there
                continue
            self._bytes += len(data)
            return data

    def _wait(self) -> None:
        """Until there is something to read. Only this counts, not what the service does meanwhile."""
        most = min(self._waited + self._silence, MOST_SECONDS, GRACE_SECONDS + self._bytes / LEAST_RATE)
        if self._comes_by(self._waited + BLINK_SECONDS, most):
            return
        with self._patience.unfinished.one(self._address):
            while not self._comes_by(most if self._slow else SLOW_SECONDS, most):
                pass

    def _comes_by(self, until: float, most: float) -> bool:
        """Whether something comes before the request was waited for so long; raises BlockingIOError."""
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
        """Whether something comes within so many seconds."""
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(max(0.0, seconds) * 1000))
