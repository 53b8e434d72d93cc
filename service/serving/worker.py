"""gunicorn's threaded worker, with an end to waiting and errors in our one shape."""

import contextlib
import json
import logging
import math
import socket
import ssl
import struct
import time
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.http.errors import ExpectationFailed, LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

from service.serving.lingering import Lingering
from service.serving.slow_clients import Patience, TimedReader

READ_SECONDS = 10
"""How long a client may send nothing in the middle of a request, or take nothing of the answer."""

HELD_SECONDS = 120
"""How long a request may hold its thread in all. All else has its own, shorter limit, but for a client that takes an
answer drop by drop."""

HESITATION_SECONDS = 0.00025
"""See :func:`hesitation`; several times what it takes to wake an idle process."""

STATUSES = {
    ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    ParseException: HTTPStatus.BAD_REQUEST,
    ssl.SSLError: HTTPStatus.BAD_REQUEST,  # of somebody who does not speak TLS, or an older one
}
"""How requests are answered that never reach the application."""

logger = logging.getLogger(__name__)


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker whose threads cannot be held by clients that go silent."""

    def init_process(self) -> None:
        """Connections take the timeouts over from the socket they are accepted on (socket(7))."""
        for listener in self.sockets:
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                listener.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", READ_SECONDS, 0))
        logging.getLogger("gunicorn.error").addFilter(_is_no_timeout)
        self._patience = Patience.of(self.cfg.threads, self.app.settings.trusted_proxies)
        self._held: dict[TConn, float] = {}
        super().init_process()

    def run(self) -> None:
        """Serves, with a poller by now."""
        self._lingering = Lingering(self.poller)
        super().run()

    def accept(self, listener: socket.socket) -> None:
        """Takes a connection unless a worker with fewer of them has taken it meanwhile."""
        if self.cfg.workers > 1:
            time.sleep(hesitation(self.nr_conns))
        super().accept(listener)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Refuses new connections once it stops; the kernel would go on taking them, for nobody to answer."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                listener.close()

    def handle(self, conn: TConn) -> Any:
        """Leaves a connection that has sent nothing yet to the poller, where gunicorn gives it a thread for 5 seconds.

        Browsers open such connections ahead of need, and soon more of them than there are threads.
        """
        if not conn.initialized and not conn.wait_for_data(0):
            return _DEFER
        self._held[conn] = time.monotonic()
        try:
            return self._handle_in_time(conn)
        finally:
            del self._held[conn]

    def _handle_in_time(self, conn: TConn) -> Any:
        conn.sock.setblocking(True)
        if not conn.initialized:
            self._initialise(conn)
        reader = conn.parser.unreader
        reader.begin()
        try:
            return super().handle(conn)
        finally:
            reader.end()

    def _initialise(self, conn: TConn) -> None:
        """Shakes hands where that is to be done: a request that is not finished, as far as its address is concerned."""
        address = conn.client[0]
        with self._patience.unfinished.one(address) if self.cfg.is_ssl else contextlib.nullcontext():
            conn.init()
        conn.parser.unreader = TimedReader(conn.sock, address, self._patience, READ_SECONDS)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Lets a connection that is to be closed linger, where gunicorn would wait for its client."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self._lingering.add(conn.sock, lambda: self._close(conn))

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Also ends connections that have lingered, or held a thread, for too long; at most a second later."""
        super().wait_for_and_dispatch_events(timeout)
        self._lingering.end_overdue()
        longest = time.monotonic() - HELD_SECONDS
        for conn, since in self._held.copy().items():
            if since < longest:
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """Answers a request that cannot be read; says nothing of what was in it."""
        status = next((status for kind, status in STATUSES.items() if isinstance(exc, kind)), None)
        if status is None:
            logger.error("a request failed outside the application", exc_info=exc)
            status = HTTPStatus.INTERNAL_SERVER_ERROR
        code = "internal" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad_request"
        message = f"{status.phrase}: {status.description or 'the request cannot be understood'}."
        error = {"code": code, "message": message, "details": {"retryable": False}}
        body = json.dumps({"error": error, "request_id": None})
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Type: application/json\r\n"
        try:
            util.write_nonblock(client, f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        except OSError:
            logger.debug("the client was gone before it could be answered")


def hesitation(connections: int) -> float:
    """Seconds to wait before a worker with so many connections takes another one: nothing to 2.5 ms for a thousand.

    The kernel wakes every worker for a new connection, and the first to run may take a whole burst of them, such as a
    proxy opens and keeps: on two busy cores one of two workers got 7 of 8, 15 of 16 or 34 of 40 every few bursts, and
    with this 9 of 16 and 21 of 40 at most.
    """
    return HESITATION_SECONDS * math.log2(1 + connections)


def _is_no_timeout(record: logging.LogRecord) -> bool:
    """Keeps the stack trace of every silent client out of the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))
