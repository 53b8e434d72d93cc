"""Gives every request an id, security headers, metrics and a line in the log."""

import logging
import time
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, request

from service.http.context import over_https
from service.http.errors import HostMissingError
from service.runtime.logs import request_id
from service.runtime.metrics import Metrics, Way
from service.services import Services

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

BARE_CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For responses of the API: a browser that shows one loads nothing else."""

STRICT_TRANSPORT_SECURITY = "max-age=31536000"
"""A year. Without subdomains, which may belong to others."""

PERSONAL = ("/user/", "/console/")
"""Everything below these paths is personal and must not be cached."""

LOGIN_WAYS: Mapping[str, Way] = {
    "/user/facial/recognize": "face",
    "/user/login": "password",
    "/user/passkeys/login": "passkey",
    "/user/facial/store": "sign_up",
}
"""The calls that let a user in. Their time is measured where they are not refused."""

NOWHERE, OTHER = "(nowhere)", "(any)"
"""Route and method of a request that no view handles. Its own path and method are text of the client."""

logger = logging.getLogger("service.access")


def register_middleware(app: Flask, services: Services) -> None:
    """Adds the middleware to an application."""
    app.before_request(_begin)
    app.after_request(partial(_finish_response, services))
    app.teardown_request(_end)


def report_stages(stages: Mapping[str, float]) -> None:
    """Counts the stages of this request, in milliseconds, and sends them as ``Server-Timing`` where that is set."""
    g.stages = stages


def _begin() -> None:
    g.request_id = uuid4().hex
    request_id.set(g.request_id)
    g.started = time.perf_counter()
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and not (request.headers.get("Host") and request.host):
        raise HostMissingError


def _finish_response(services: Services, response: Response) -> Response:
    headers = response.headers
    headers["X-Request-ID"] = g.request_id
    headers["Content-Security-Policy"] = BARE_CONTENT_SECURITY_POLICY if response.is_json else CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
    headers["Referrer-Policy"] = "no-referrer"
    headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if over_https():
        headers["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY
    if response.is_json or request.path.startswith(PERSONAL):
        headers.setdefault("Cache-Control", "no-store")
    if "stages" in g:
        _report_stages(services, response, g.stages)
    _count_and_log(services.metrics, response)
    return response


def _end(_error: BaseException | None) -> None:
    request_id.set(None)


def _report_stages(services: Services, response: Response, stages: Mapping[str, float]) -> None:
    services.metrics.stages(str(request.url_rule), stages)
    if services.settings.server_timing:
        response.headers["Server-Timing"] = ", ".join(f"{name};dur={ms:.2f}" for name, ms in stages.items())


def _count_and_log(metrics: Metrics, response: Response) -> None:
    """Counts and logs the request, without any text of the client."""
    seconds = time.perf_counter() - g.started
    route, method = (request.url_rule.rule, request.method) if request.url_rule else (NOWHERE, OTHER)
    metrics.request(route, method, response.status_code, seconds)
    if method == "POST" and route in LOGIN_WAYS and response.status_code < HTTPStatus.BAD_REQUEST:
        metrics.login_seconds(LOGIN_WAYS[route], seconds)
    if "error_code" in g:
        metrics.error(g.error_code)
    entry: dict[str, Any] = {
        "method": method,
        "route": route,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000),
    }
    logger.info("%(method)s %(route)s %(status)s %(milliseconds)s ms", entry, extra=entry)
