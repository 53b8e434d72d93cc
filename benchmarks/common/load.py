"""Many clients at once in one thread, cheap enough to share a machine with the measured service.

The bytes of a request are made once, and of an answer only the status is parsed. There are two modes. In a closed loop,
each client sends again as soon as it is answered, which finds the maximal throughput. In an open loop, requests are
sent at a fixed rate whatever happens to the earlier ones, which shows the service under overload.
"""

import re
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.common.timings import Timing, summarise

CHUNK = 1 << 16
OK = 200
BUSY = 503
ANSWER_SECONDS = 30.0
"""Seconds that an answer may take before the measurement is aborted."""

STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
CLOSES = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class LoadFigures:
    """The result of a load.

    Attributes:
        clients: the number of connections.
        offered: requests a second that were due; None for a closed loop.
        seconds: the duration of the load, until the last answer.
        statuses: the number of answers by status.
        broken: requests whose connection broke before an answer.
        accepted: milliseconds of the requests answered by 200, from when each was due; None if there were none.
        refused: milliseconds of the requests answered by 503.
    """

    clients: int
    offered: float | None
    seconds: float
    statuses: Mapping[int, int]
    broken: int
    accepted: Timing | None
    refused: Timing | None

    @property
    def per_second(self) -> float:
        """Requests answered by 200 in each second."""
        return self.statuses.get(OK, 0) / self.seconds

    @property
    def refused_share(self) -> float:
        """The share of all requests that were answered by 503."""
        return self.statuses.get(BUSY, 0) / max(1, sum(self.statuses.values()) + self.broken)

    def as_dict(self) -> dict[str, object]:
        """Returns the figures for a result file."""
        return {
            "clients": self.clients,
            "offered_per_second": self.offered,
            "seconds": round(self.seconds, 2),
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "broken": self.broken,
            "per_second": round(self.per_second, 2),
            "refused_share": round(self.refused_share, 4),
            "accepted": self.accepted and self.accepted.as_dict(),
            "refused": self.refused and self.refused.as_dict(),
        }


def measure_load(url: str, body: bytes, concurrency: int, seconds: float, rate: float | None = None) -> LoadFigures:
    """Sends the same JSON by POST for a while, and waits for the last answers.

    Args:
        url: ``http://``, with the path.
        body: the bytes to send.
        concurrency: the number of open connections, which is also the maximal number of simultaneous requests.
        seconds: the time during which requests are started.
        rate: requests a second, evenly spaced. If every connection is in use, a request waits for the first free one,
            and the wait counts as a part of its time. None: each connection sends again as soon as it is answered.

    Raises:
        TimeoutError: an answer did not come.
        OSError: the service cannot be reached.
    """
    return _Load(url, body, concurrency, rate).run(seconds)


class _Connection:
    """One client: the bytes still to send, and the part of the answer read so far."""

    def __init__(self, place: tuple[str, int]) -> None:
        self.socket = socket.create_connection(place, ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.unsent = memoryview(b"")
        self.answer = bytearray()
        self.due = 0.0

    def send(self) -> None:
        """Sends as many bytes as the connection takes now."""
        with suppress(BlockingIOError):
            self.unsent = self.unsent[self.socket.send(self.unsent) :]

    def status(self) -> int | None:
        """Returns the status of a complete answer, or None; raises ConnectionError if the connection ends too early."""
        part = self.socket.recv(CHUNK)
        if not part:
            raise ConnectionResetError
        self.answer += part
        end = self.answer.find(HEAD_END)
        if end < 0:
            return None
        head = bytes(self.answer[: end + 2])
        length = LENGTH.search(head)
        if len(self.answer) < end + len(HEAD_END) + (int(length[1]) if length else 0):
            return None
        status = STATUS.match(head)
        if status is None:
            raise ConnectionResetError
        return int(status[1])

    @property
    def closes(self) -> bool:
        """Whether the service closes the connection after this answer."""
        return CLOSES.search(self.answer, 0, self.answer.find(HEAD_END) + 2) is not None


class _Load:
    def __init__(self, url: str, body: bytes, concurrency: int, rate: float | None) -> None:
        parts = urlsplit(url)
        self._place = (parts.hostname or "", parts.port or 80)
        head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        self._request = memoryview(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self._concurrency = concurrency
        self._rate = rate
        self._selector = selectors.DefaultSelector()
        self._idle: deque[_Connection] = deque()
        self._statuses: Counter[int] = Counter()
        self._times: dict[int, list[float]] = {OK: [], BUSY: []}
        self._broken = 0
        self._begun = 0

    def run(self, seconds: float) -> LoadFigures:
        self._idle.extend(_Connection(self._place) for _ in range(self._concurrency))
        try:
            spent = self._ask(seconds)
        finally:
            for connection in (*self._idle, *(key.data for key in self._selector.get_map().values())):
                connection.socket.close()
            self._selector.close()
        accepted, refused = (summarise(times) if (times := self._times[status]) else None for status in (OK, BUSY))
        return LoadFigures(self._concurrency, self._rate, spent, dict(self._statuses), self._broken, accepted, refused)

    def _ask(self, seconds: float) -> float:
        start = time.perf_counter()
        end = start + seconds
        while True:
            now = time.perf_counter()
            while self._idle and (due := self._next_due(start, now)) is not None and due < end:
                self._begin(self._idle.popleft(), due)
            if now >= end and not self._selector.get_map():
                return now - start
            if now >= end + ANSWER_SECONDS:
                raise TimeoutError(f"{len(self._selector.get_map())} requests were not answered")
            for key, _ in self._selector.select(self._wait(start, now, end)):
                self._advance(key.data)

    def _next_due(self, start: float, now: float) -> float | None:
        """Returns when the next request was due, or None if it is not due yet."""
        if self._rate is None:
            return now
        due = start + self._begun / self._rate
        return due if due <= now else None

    def _wait(self, start: float, now: float, end: float) -> float:
        """Returns the seconds until something must be done even without an answer."""
        if self._rate is None or not self._idle or now >= end:
            return max(end - now, 0.1)
        return max(start + self._begun / self._rate - now, 0.0)

    def _begin(self, connection: _Connection, due: float) -> None:
        self._begun += 1
        connection.due, connection.unsent = due, self._request
        connection.answer.clear()
        self._selector.register(connection.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, connection)
        self._advance(connection, readable=False)

    def _advance(self, connection: _Connection, *, readable: bool = True) -> None:
        try:
            if connection.unsent:
                connection.send()
                if not connection.unsent:
                    self._selector.modify(connection.socket, selectors.EVENT_READ, connection)
                    return
            status = connection.status() if readable else None
        except BlockingIOError:
            return
        except ConnectionError:
            self._broken += 1
            self._end(connection, again=False)
            return
        if status is not None:
            self._statuses[status] += 1
            if status in self._times:
                self._times[status].append((time.perf_counter() - connection.due) * 1000)
            self._end(connection, again=not connection.closes)

    def _end(self, connection: _Connection, *, again: bool) -> None:
        """Frees a connection for the next request, or replaces it by a new one."""
        self._selector.unregister(connection.socket)
        if not again:
            connection.socket.close()
            connection = _Connection(self._place)
        self._idle.append(connection)
