"""What every request passes: an id, security headers, a line in the log, and a connection left in a usable state."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, request

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

DRAIN_CHUNK = 1 << 16
DRAIN_LIMIT = 1 << 28
"""How much of a refused body is read and thrown away, in bytes."""

logger = logging.getLogger("service.access")

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def register_middleware(app: Flask) -> None:
    """Puts the middleware around an application."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.wsgi_app = drain_body(app.wsgi_app)  # type: ignore[assignment,method-assign]


def drain_body(wsgi_app: WSGIApp) -> WSGIApp:
    """Reads what is left of a request's body before the response goes out.

    A server that closes a connection with unread data resets it, and a client that is still sending 100 MB would see a
    broken pipe in place of our 413.
    """

    def drained(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = wsgi_app(environ, start_response)
        body, left = environ["wsgi.input"], DRAIN_LIMIT
        while left > 0 and (chunk := body.read(DRAIN_CHUNK)):
            left -= len(chunk)
        return response

    return drained


def _begin() -> None:
    g.request_id = uuid4().hex
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-ID"] = g.request_id
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if response.is_json:
        headers.setdefault("Cache-Control", "no-store")
    logger.info(
        "%s %s %s %.0f ms %s",
        request.method,
        request.url_rule or "(nowhere)",  # not the path: it is the client's text
        response.status_code,
        (time.perf_counter() - g.started) * 1000,
        g.request_id,
    )
    return response
