"""The cookies. Page scripts cannot read them, and browsers send them only to the calls that need them.

The refresh cookie continues a session. The device cookie outlives the session and grants no access: it gives the owner
of an account a rate limit of their own, which strangers cannot use up (``service.limiting.devices``).
"""

from flask import Response, request

from service.accounts.sessions import Session
from service.domain.levels import Level
from service.http.context import over_https, services
from service.limiting.devices import LIFETIME

NAME = "visage_refresh"
PATHS = ("/user/refresh", "/user/logout")

DEVICE_NAME = "visage_device"
DEVICE_PATH = "/user"


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
