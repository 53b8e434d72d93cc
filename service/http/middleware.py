"""What every request passes: an id, security headers, and a line in the log."""

import logging
import time
from uuid import uuid4

from flask import Flask, Response, g, request

from service.http.context import over_https

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

BARE_CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""Of what the API answers: whoever gets a browser to show it gets nothing else shown."""

STRICT_TRANSPORT_SECURITY = "max-age=31536000"
"""A year. Other names of the domain may be other people's, so they are not included."""

PERSONAL = "/user/"
"""Below this everything is somebody's."""

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
    headers["Content-Security-Policy"] = BARE_CONTENT_SECURITY_POLICY if response.is_json else CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if over_https():
        headers["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY
    if response.is_json or request.path.startswith(PERSONAL):
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
