"""The cookies. Page scripts cannot read them, and browsers send them only to the calls that need them.

The refresh cookie continues a session. The cookie of single sign-on lets the OpenID provider see that session. That of
the console is the session of an operator; the browser forgets it when it is closed. The device cookie outlives the
session and grants no access: it gives the owner of an account a rate limit of their own, which strangers cannot use up
(``service.limiting.devices``).
"""

from datetime import timedelta
from typing import Literal, TypeVar

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from service.accounts.sessions import Session
from service.domain.levels import Level
from service.http.context import over_https, services
from service.limiting.devices import LIFETIME
from service.openid.single_sign_on import SignedOn

R = TypeVar("R", bound=AnyResponse)

NAME = "visage_refresh"
PATHS = ("/user/refresh", "/user/logout")

DEVICE_NAME = "visage_device"
DEVICE_PATH = "/user"

SINGLE_SIGN_ON_NAME = "visage_sso"

CONSOLE_NAME = "visage_console"


def set_refresh_cookie(response: Response, session: Session) -> Response:
    """Gives the session's refresh secret to the browser."""
    return _set_refresh(response, session.refresh_secret, int(session.refresh_lifetime.total_seconds()))


def set_login_cookies(response: Response, username: str, level: Level, session: Session) -> Response:
    """Gives the refresh secret to the browser, and makes it a known device of the user who has logged in."""
    _set_device(response, username, level)
    return set_refresh_cookie(response, session)


def _set_device(response: Response, username: str, level: Level) -> Response:
    devices = services().devices
    value = devices.remember(username, devices.find(device()), by_password=level.has_secret)
    lifetime = int(LIFETIME.total_seconds())
    _set(response, DEVICE_NAME, value, lifetime, DEVICE_PATH)
    return response


def clear_refresh_cookie(response: Response) -> Response:
    """Removes the refresh cookie."""
    return _set_refresh(response, "", 0)


def set_single_sign_on(response: R, secret: str, lifetime: timedelta | None = None) -> R:
    """Lets the browser continue a login at applications. By default for as long as the login may last.

    Unlike the others, the browser also sends it when a link or an application leads to the service.
    """
    lifetime = timedelta(days=services().settings.refresh_days) if lifetime is None else lifetime
    return _set_for_host(response, SINGLE_SIGN_ON_NAME, secret, int(lifetime.total_seconds()), "Lax")


def renew_single_sign_on(response: R, login: SignedOn | None) -> R:
    """Gives the browser the next secret of its login, if it has changed; removes the cookie of a login that ended."""
    if login is not None and login.new_secret is not None:
        return set_single_sign_on(response, login.new_secret)
    return clear_single_sign_on(response) if login is None and single_sign_on() else response


def clear_single_sign_on(response: R) -> R:
    """Removes the cookie of single sign-on."""
    return set_single_sign_on(response, "", timedelta())


def single_sign_on() -> str | None:
    """The secret of single sign-on that the browser sent, if any."""
    return request.cookies.get(_host_name(SINGLE_SIGN_ON_NAME)) or None


def set_console(response: R, secret: str) -> R:
    """Lets the browser use the console; an empty secret removes the cookie."""
    return _set_for_host(response, CONSOLE_NAME, secret, None if secret else 0, "Strict")


def console() -> str | None:
    """The secret of an operator's session that the browser sent, if any."""
    return request.cookies.get(_host_name(CONSOLE_NAME)) or None


def _set_for_host(response: R, name: str, value: str, max_age: int | None, samesite: Literal["Lax", "Strict"]) -> R:
    """Sets a cookie that is bound to the host. Without ``max_age`` the browser forgets it when it is closed."""
    response.set_cookie(
        _host_name(name),
        value,
        max_age=max_age,
        path="/",
        secure=over_https(),
        httponly=True,
        samesite=samesite,
    )
    return response


def _host_name(name: str) -> str:
    """With the prefix, browsers take the cookie over https alone, and from no other host of the domain."""
    return f"__Host-{name}" if over_https() else name


def refresh_secret() -> str | None:
    """The refresh secret that the browser sent, if any."""
    return request.cookies.get(NAME) or None


def device() -> str | None:
    """The device cookie that the browser sent, if any."""
    return request.cookies.get(DEVICE_NAME)


def _set_refresh(response: Response, value: str, max_age: int) -> Response:
    for path in PATHS:
        _set(response, NAME, value, max_age, path)
    return response


def _set(response: Response, name: str, value: str, max_age: int, path: str) -> None:
    """Sets a cookie for a path below that of the public address, so that other services there do not receive it.

    The prefix ``__Host-`` would send it to every path.
    """
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path=request.script_root + path,
        secure=over_https(),
        httponly=True,
        samesite="Strict",
    )
