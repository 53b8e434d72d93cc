"""The cookies, out of reach of page JavaScript and sent to the calls that need them alone.

The refresh cookie continues a session. The device cookie outlives it: it lets nobody in, and keeps strangers who guess
at an account from using up the tries of its owner (``service.limiting.devices``).
"""

from flask import Response, request

from service.http.context import over_https, services
from service.limiting.devices import LIFETIME
from service.sessions import Session
from service.tokens import Level

NAME = "visage_refresh"
PATHS = ("/user/refresh", "/user/logout")

DEVICE_NAME = "visage_device"
DEVICE_PATH = "/user"


def set_refresh_cookie(response: Response, session: Session) -> Response:
    """Hands the session's refresh secret to the browser."""
    return _set(response, session.refresh_secret, int(session.refresh_lifetime.total_seconds()))


def set_device_cookie(response: Response, username: str, level: Level) -> Response:
    """Makes the browser known as a device that an account has logged in from, at that level."""
    devices = services().devices
    value = devices.remember(username, devices.find(device()), by_password=level is Level.PASSWORD)
    lifetime = int(LIFETIME.total_seconds())
    response.set_cookie(
        DEVICE_NAME, value, lifetime, path=DEVICE_PATH, secure=over_https(), httponly=True, samesite="Strict"
    )
    return response


def clear_refresh_cookie(response: Response) -> Response:
    """Makes the browser forget the secret."""
    return _set(response, "", 0)


def refresh_secret() -> str | None:
    """The secret the browser sent, if any."""
    return request.cookies.get(NAME) or None


def device() -> str | None:
    """The device cookie that the browser sent, if any."""
    return request.cookies.get(DEVICE_NAME)


def _set(response: Response, value: str, max_age: int) -> Response:
    secure = over_https()
    for path in PATHS:
        response.set_cookie(NAME, value, max_age=max_age, path=path, secure=secure, httponly=True, samesite="Strict")
    return response
