"""gunicorn's threaded worker, with timeouts and with error answers in the service's format."""

import contextlib
import json
import logging
import math
import os
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
"""How long a client may send nothing within a request, or read nothing of the answer."""

HELD_SECONDS = 120
"""How long a request may hold its thread in all. It stops clients that read an answer very slowly; everything else has
a shorter limit of its own."""

HESITATION_SECONDS = 0.00025
"""See :func:`hesitation`; several times the wake-up time of an idle process."""

STATUSES = {
    ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    ParseException: HTTPStatus.BAD_REQUEST,
    ssl.SSLError: HTTPStatus.BAD_REQUEST,  # from a client without TLS, or with an older version
}
"""The statuses for requests that never reach the application."""

logger = logging.getLogger(__name__)


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker whose threads silent clients cannot hold."""

    _is_ending = False

    def init_process(self) -> None:
        """Sets timeouts on the listeners; accepted connections inherit them (socket(7))."""
        for listener in self.sockets:
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                listener.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", READ_SECONDS, 0))
        logging.getLogger("gunicorn.error").addFilter(_is_no_timeout)
        self._patience = Patience.of(self.cfg.threads, self.app.settings.trusted_proxies)
        self._held: dict[TConn, float] = {}
        super().init_process()

    def run(self) -> None:
        """Serves; the poller exists by now."""
        self._lingering = Lingering(self.poller)
        super().run()

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Ends, without taking a lock. A worker that is still starting has nothing to finish.

        gunicorn would also shut down the pool of threads: if the signal has interrupted a submission to the pool, which
        holds the same lock, that waits until the master kills the worker. And gunicorn raises SystemExit at each
        signal. Ctrl-C sends two, and the second exception could break a lock that the first one was releasing.
        """
        if not self.booted:
            os._exit(0)
        if not self._is_ending:
            self._is_ending = True
            super(ThreadWorker, self).handle_quit(sig, frame)

    def accept(self, listener: socket.socket) -> None:
        """Accepts a connection unless a worker with fewer connections has accepted it meanwhile."""
        if self.cfg.workers > 1:
            time.sleep(hesitation(self.nr_conns))
        super().accept(listener)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Closes the listeners at the stop; otherwise the kernel would accept connections that get no answer."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                listener.close()

    def _cap_keepalive(self, deadline: float) -> None:
        """Also closes connections without a request soon after the stop; gunicorn would wait for them much longer."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def handle(self, conn: TConn) -> Any:
        """Leaves a connection without data to the poller; gunicorn would give it a thread for 5 seconds.

        Browsers open such connections in advance, and soon more of them than there are threads.
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
        """Does the TLS handshake, if any. Meanwhile it counts as an unfinished request of its address."""
        address = conn.client[0]
        with self._patience.unfinished.one(address) if self.cfg.is_ssl else contextlib.nullcontext():
            conn.init()
        conn.parser.unreader = TimedReader(conn.sock, address, self._patience, READ_SECONDS)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Lets a connection linger that is to be closed; gunicorn would block on its client."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self._lingering.add(conn.sock, lambda: self._close(conn))

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Also ends connections that have lingered or held a thread for too long; at most a second late."""
        super().wait_for_and_dispatch_events(timeout)
        self._lingering.end_overdue()
        longest = time.monotonic() - HELD_SECONDS
        for conn, since in self._held.copy().items():
            if since < longest:
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """Answers an unreadable request, without repeating its content."""
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
            logger.debug("the client disconnected before the answer")


def hesitation(connections: int) -> float:
    """Returns the seconds to wait before a worker accepts another connection: 0 to 2.5 ms, at a thousand connections.

    The kernel wakes every worker for a new connection. The first to run may accept a whole burst, as from a proxy that
    opens and keeps connections. On two busy cores one of two workers got 7 of 8, 15 of 16 or 34 of 40 every few bursts;
    with the wait at most 9 of 16 and 21 of 40.
    """
    return HESITATION_SECONDS * math.log2(1 + connections)


def _is_no_timeout(record: logging.LogRecord) -> bool:
    """Keeps stack traces of silent clients out of the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))
