"""What every request passes: an id, security headers, and a line in the log."""

import logging
import time
from uuid import uuid4

from flask import Flask, Response, g, request

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

logger = logging.getLogger("service.access")


def register_middleware(app: Flask) -> None:
    """Puts the middleware around an application."""
    app.before_request(_begin)
    app.after_request(_finish)


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
