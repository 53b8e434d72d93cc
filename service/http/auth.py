"""Declares who may call a view. Every view has one of these declarations; a test fails on a view without one."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from flask import g, request
from pydantic import SecretStr
from werkzeug.exceptions import NotFound

from service.accounts.tokens import Authentication
from service.console.operator_sessions import OperatorSession
from service.domain.errors import ConsoleSessionRequiredError, TokenInvalidError
from service.domain.levels import Level
from service.http import cookies
from service.http.context import services
from service.http.errors import (
    OriginNotAllowedError,
    PasswordLoginRequiredError,
    StrongLoginRequiredError,
    TokenMissingError,
)
from service.http.proxies import PROXIED

View = Callable[..., Any]
Declaration = Literal[
    "public",
    "bearer",
    "public or bearer",
    "recent password",
    "public or recent password",
    "recent strong login",
    "refresh cookie",
    "application",
    "comparison",
    "metrics",
    "own page",
    "own page with a token",
    "client",
    "client token",
    "operator",
]

PROXY_HEADERS = ("Forwarded", "Via", "X-Real-IP")
"""Headers that show a proxy, besides those that ``proxies`` removes."""

CSRF_HEADER = "X-Visage-Console"
"""The header in which the console's page sends the token that a page of another origin cannot read."""

FETCHED_FROM = frozenset({"same-origin", "none"})
"""The values of ``Sec-Fetch-Site`` of requests that a page of this service, or the user, has caused."""

READING = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""

ATTRIBUTE = "visage_auth"
"""The attribute of a view that holds its declaration."""


def public(view: View) -> View:
    """Everybody may call the view."""
    return _declared(view, "public")


def bearer(view: View) -> View:
    """Requires an access token; :func:`authentication` then returns what it says."""
    return _guarded(view, "bearer", _verified_token)


def public_or_bearer(view: View) -> View:
    """Everybody may call the view; if the request has a token, it must be valid."""
    return _guarded(view, "public or bearer", lambda: _verified_token() if "Authorization" in request.headers else None)


def recent_strong_login(view: View) -> View:
    """Requires an access token from a login a few minutes ago that was more than an unchallenged face."""
    return _guarded(view, "recent strong login", _recent_strong_login)


def recent_password(view: View) -> View:
    """Requires an access token from a password login a few minutes ago, so that a false match is not enough."""
    return _guarded(view, "recent password", _recent_password_login)


def public_or_recent_password(view: View) -> View:
    """Everybody may call the view; if the request has a token, it must be from a recent password login."""
    return _guarded(
        view,
        "public or recent password",
        lambda: _recent_password_login() if "Authorization" in request.headers else None,
    )


def refresh_cookie(view: View) -> View:
    """Uses the refresh cookie, which only pages of this service and of the allowed origins may send."""
    return _guarded(view, "refresh cookie", _check_origin)


def own_page(view: View) -> View:
    """Only pages of this service itself may call the view; other origins may not, even if they are allowed."""
    return _guarded(view, "own page", _check_own_origin)


def own_page_bearer(view: View) -> View:
    """Only pages of this service itself may call the view, with an access token."""

    def check() -> Authentication:
        _check_own_origin()
        return _verified_token()

    return _guarded(view, "own page with a token", check)


def client(view: View) -> View:
    """The view itself checks which OpenID client calls, by Authlib."""
    return _declared(view, "client")


def client_token(view: View) -> View:
    """The view itself checks the access token of an OpenID client."""
    return _declared(view, "client token")


def application(view: View) -> View:
    """Requires the token of the host application. If the settings have none, the view does not exist (404)."""
    return _guarded(view, "application", lambda: _check_secret(services().settings.application_token))


def comparison(view: View) -> View:
    """Requires the token for comparisons. If the settings have none, the view does not exist (404)."""
    return _guarded(view, "comparison", lambda: _check_secret(services().settings.compare_token))


def metrics(view: View) -> View:
    """Requires the token of the settings. If they have none, the caller must be on this machine, without a proxy."""
    return _guarded(view, "metrics", _check_metrics_reader)


def operator(view: View) -> View:
    """Requires the session of an operator at the console. If there is no operator, the view does not exist (404).

    A call that changes something also requires the console's own page: its origin, and its token against CSRF. A call
    that reads must not come from a page of another origin, as far as the browser says. Access tokens of users are not
    considered. :func:`operator_session` then returns the session.
    """
    return _guarded(view, "operator", _operator_session)


def operator_session() -> OperatorSession:
    """The session of the caller, in a view for operators."""
    found: OperatorSession = g.authentication
    return found


def authentication() -> Authentication:
    """What the caller's token says, in a view that requires one."""
    found: Authentication = g.authentication
    return found


def optional_authentication() -> Authentication | None:
    """What the caller's token says; None without a token."""
    found: Authentication | None = g.authentication
    return found


def _guarded(
    view: View, declaration: Declaration, check: Callable[[], Authentication | OperatorSession | None]
) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        g.authentication = check()
        return view(*args, **kwargs)

    return _declared(guarded, declaration)


def _declared(view: View, declaration: Declaration) -> View:
    setattr(view, ATTRIBUTE, declaration)
    return view


def shown_token() -> str | None:
    """The bearer token in the header of the request (RFC 6750, section 2.1), if there is one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


def _bearer_token() -> str:
    token = shown_token()
    if token is None:
        raise TokenMissingError
    return token


def _verified_token() -> Authentication:
    return services().access_tokens.verify(_bearer_token())


def _check_secret(expected: SecretStr | None) -> None:
    if expected is None:
        raise NotFound
    if not secrets.compare_digest(_bearer_token().encode(), expected.get_secret_value().encode()):
        raise TokenInvalidError


def _recent_password_login() -> Authentication:
    found = _verified_token()
    if found.level is not Level.PASSWORD or not _is_recent(found):
        raise PasswordLoginRequiredError
    return _in_session(found)


def _recent_strong_login() -> Authentication:
    found = _verified_token()
    if not found.level.is_strong or not _is_recent(found):
        raise StrongLoginRequiredError
    return _in_session(found)


def _is_recent(found: Authentication) -> bool:
    return found.is_recent(services().settings.recent, datetime.now(UTC))


def _in_session(found: Authentication) -> Authentication:
    """Returns what a token says, while its session lasts. Raises TokenInvalidError."""
    with services().database.unit_of_work() as work:
        services().sessions.check(work, found)
    return found


def _operator_session() -> OperatorSession:
    with services().database.unit_of_work() as work:
        if not services().operators.exist(work):
            raise NotFound
        if request.headers.get("Sec-Fetch-Site", "none") not in FETCHED_FROM:  # otherwise it would prolong the session
            raise OriginNotAllowedError
        session = services().operator_sessions.find(work, cookies.console())
    if request.method not in READING:
        _check_own_origin()
        if not secrets.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), session.csrf_token.encode()):
            raise ConsoleSessionRequiredError
    return session


def _own_origin() -> str:
    return services().settings.public_origin or request.host_url.lower().rstrip("/")


def _check_own_origin() -> None:
    if request.headers.get("Origin", "").lower() != _own_origin():
        raise OriginNotAllowedError


def _check_origin() -> None:
    if request.headers.get("Origin", "").lower() not in {_own_origin(), *services().settings.cors_origins}:
        raise OriginNotAllowedError


def _check_metrics_reader() -> None:
    """Raises TokenMissingError or TokenInvalidError for callers who may not read the metrics.

    Without a token only the address tells the callers apart. Behind a proxy on this machine all requests come from the
    machine itself, so neither the settings nor the headers may show a proxy. The Host header is checked as well:
    otherwise a website whose name resolves to this machine could read the metrics through a local browser (DNS
    rebinding).
    """
    settings = services().settings
    if settings.metrics_token is None:
        proxied = request.environ.get(PROXIED) or any(name in request.headers for name in PROXY_HEADERS)
        if (
            proxied
            or settings.public_url
            or settings.trusted_proxies
            or not _is_loopback(request.environ.get("REMOTE_ADDR", ""))
            or not _names_loopback(request.host)
        ):
            raise TokenMissingError
    elif not secrets.compare_digest(_bearer_token().encode(), settings.metrics_token.get_secret_value().encode()):
        raise TokenInvalidError


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _names_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)
