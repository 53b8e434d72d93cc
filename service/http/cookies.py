"""The cookies, out of reach of page JavaScript and sent to the calls that need them alone.

The refresh cookie continues a session. The device cookie outlives it: it lets nobody in, and keeps strangers who guess
at an account from using up the tries of its owner (``service.limiting.devices``).
"""

from flask import Response, request

from service.accounts.sessions import Session
from service.accounts.tokens import Level
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
    value = devices.remember(username, devices.find(device()), by_password=level is Level.PASSWORD)
    lifetime = int(LIFETIME.total_seconds())
    _set(response, DEVICE_NAME, value, lifetime, DEVICE_PATH)
    return response


def clear_refresh_cookie(response: Response) -> Response:
    """Makes the browser forget the secret."""
    return _set_refresh(response, "", 0)


def refresh_secret() -> str | None:
    """The secret the browser sent, if any."""
    return request.cookies.get(NAME) or None


def device() -> str | None:
    """The device cookie that the browser sent, if any."""
    return request.cookies.get(DEVICE_NAME)


def _set_refresh(response: Response, value: str, max_age: int) -> Response:
    for path in PATHS:
        _set(response, NAME, value, max_age, path)
    return response


def _set(response: Response, name: str, value: str, max_age: int, path: str) -> None:
    """The path is below that of the public address, so that neither what else is served there nor a second service of
    ours hears of it. The prefix ``__Host-`` would have it sent everywhere."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path=request.script_root + path,
        secure=over_https(),
        httponly=True,
        samesite="Strict",
    )
