"""Cross-origin resource sharing (Fetch standard): which pages may use the service, besides its own.

Every page may use the files of the widget, and the calls of OpenID clients, which need no cookie. Only the origins in
the settings may call the rest of the API, except for the operators' console, which only its own page may call. The
refresh cookie is ``SameSite=Strict``, so browsers send it only for pages of the same site.
"""

from collections.abc import Collection
from functools import partial

from flask import Flask, Response, request

from service.http import pages

OPEN = {
    f"{blueprint}.{view}"
    for blueprint, views in {
        "openid": ("token", "userinfo", "userinfo_by_form", "revoke"),
        "openid_discovery": ("openid_configuration", "oauth_configuration"),
        "operations": ("jwks",),
    }.items()
    for view in views
}
"""Calls of the OpenID provider that applications in a browser make themselves. They use no cookies."""

CONSOLE = "/console/"
"""Calls of the operators' console. No other origin may read them, whatever the settings allow: they show everybody's
data, and the token against CSRF."""

FILES = {f"{pages.blueprint.name}.{view.__name__}" for view in (pages.file, pages.bundle)}
"""The endpoints of the widget's files."""

REQUEST_HEADERS = "Authorization, Content-Type"
RESPONSE_HEADERS = "RateLimit, RateLimit-Policy, Retry-After, Server-Timing, X-Request-ID"
"""Headers that pages may send and read, besides the safelisted ones."""

PREFLIGHT_SECONDS = 7200
"""How long a browser may cache the preflight response; Chromium's maximum."""


def register_cors(app: Flask, origins: Collection[str]) -> None:
    """Puts the headers on every response of an application, also on errors; these other origins may call the API."""
    app.after_request(partial(_add_headers, origins))


def _add_headers(origins: Collection[str], response: Response) -> Response:
    headers = response.headers
    if request.endpoint in FILES:
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
    if request.endpoint in OPEN:
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.method == "OPTIONS":
            _answer_preflight(response)
        return response
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if pages.is_page(request.endpoint or "") or request.path.startswith(CONSOLE):
        return response
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin in origins:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Credentials"] = "true"
        if request.method == "OPTIONS":
            _answer_preflight(response)
        else:
            headers["Access-Control-Expose-Headers"] = RESPONSE_HEADERS
    return response


def _answer_preflight(response: Response) -> None:
    headers = response.headers
    headers["Access-Control-Allow-Methods"] = headers.get("Allow", "")
    headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
    headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
