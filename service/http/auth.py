"""Who may call a view. Every view carries one of these declarations; a test fails on a view that has none."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from flask import g, request
from werkzeug.exceptions import NotFound

from service.accounts.tokens import CLOCK_SKEW, Authentication
from service.domain.errors import TokenInvalidError
from service.http.context import services
from service.http.errors import OriginNotAllowedError, PasswordLoginRequiredError, TokenMissingError
from service.http.proxies import PROXIED

View = Callable[..., Any]
Declaration = Literal[
    "public", "bearer", "recent password", "public or recent password", "refresh cookie", "application", "metrics"
]

PROXY_HEADERS = ("Forwarded", "Via", "X-Real-IP")
"""What proxies add, besides the headers that ``proxies`` takes away."""

ATTRIBUTE = "visage_auth"
"""The name under which a view carries its declaration."""


def public(view: View) -> View:
    """Anybody may call this."""
    return _declared(view, "public")


def bearer(view: View) -> View:
    """Needs an access token; :func:`authentication` then says whose."""
    return _guarded(view, "bearer", _verified_token)


def recent_password(view: View) -> View:
    """Needs an access token from a password login a few minutes old: a falsely matched face must not be enough."""
    return _guarded(view, "recent password", _recent_password_login)


def public_or_recent_password(view: View) -> View:
    """Anybody may call this; a token that is sent all the same must be from a recent password login."""
    return _guarded(
        view,
        "public or recent password",
        lambda: _recent_password_login() if "Authorization" in request.headers else None,
    )


def refresh_cookie(view: View) -> View:
    """Rides on the refresh cookie: only pages of this service, or of an origin that it allows, may send it."""
    return _guarded(view, "refresh cookie", _check_origin)


def application(view: View) -> View:
    """Needs the token of the host application, which is trusted; without one in the settings there is no such call."""
    return _guarded(view, "application", _check_application)


def metrics(view: View) -> View:
    """Needs the token of the settings; without one, a caller on this machine before whom no proxy stands."""
    return _guarded(view, "metrics", _check_metrics_reader)


def authentication() -> Authentication:
    """Who calls the view, as the token says; for views that need one."""
    found: Authentication = g.authentication
    return found


def optional_authentication() -> Authentication | None:
    """Who calls the view, or None for a caller without a token."""
    found: Authentication | None = g.authentication
    return found


def _guarded(view: View, declaration: Declaration, check: Callable[[], Authentication | None]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        g.authentication = check()
        return view(*args, **kwargs)

    return _declared(guarded, declaration)


def _declared(view: View, declaration: Declaration) -> View:
    setattr(view, ATTRIBUTE, declaration)
    return view


def _bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenMissingError
    return token.strip()


def _verified_token() -> Authentication:
    return services().access_tokens.verify(_bearer_token())


def _check_application() -> None:
    expected = services().settings.application_token
    if expected is None:
        raise NotFound
    if not secrets.compare_digest(_bearer_token().encode(), expected.get_secret_value().encode()):
        raise TokenInvalidError


def _recent_password_login() -> Authentication:
    found = _verified_token()
    limit = timedelta(minutes=services().settings.recent_minutes)
    age = datetime.now(UTC) - found.at
    if found.method != "pwd" or not -CLOCK_SKEW <= age <= limit:  # a clock that was set back must not stretch it
        raise PasswordLoginRequiredError
    with services().database.unit_of_work() as work:
        services().sessions.check(work, found)
    return found


def _check_origin() -> None:
    settings = services().settings
    own = settings.public_origin or request.host_url.lower().rstrip("/")
    if request.headers.get("Origin", "").lower() not in {own, *settings.cors_origins}:
        raise OriginNotAllowedError


def _check_metrics_reader() -> None:
    """Behind a proxy on this machine everybody comes from it, and so the settings or the headers must show none.

    The host is that of a page's address too: a site whose name leads to this machine would otherwise read them by a
    browser on it (DNS rebinding).
    """
    settings = services().settings
    if settings.metrics_token is None:
        told = request.environ.get(PROXIED) or any(name in request.headers for name in PROXY_HEADERS)
        if (
            told
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
