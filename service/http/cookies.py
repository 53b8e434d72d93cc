"""The refresh cookie: out of reach of page JavaScript, sent to the two calls that need it and nowhere else."""

from flask import Response, request

from service.http.context import services
from service.sessions import Session

NAME = "visage_refresh"
PATHS = ("/user/refresh", "/user/logout")


def set_refresh_cookie(response: Response, session: Session) -> Response:
    """Hands the session's refresh secret to the browser."""
    return _set(response, session.refresh_secret, int(session.refresh_lifetime.total_seconds()))


def clear_refresh_cookie(response: Response) -> Response:
    """Makes the browser forget the secret."""
    return _set(response, "", 0)


def refresh_secret() -> str | None:
    """The secret the browser sent, if any."""
    return request.cookies.get(NAME) or None


def _set(response: Response, value: str, max_age: int) -> Response:
    secure = services().settings.secure
    for path in PATHS:
        response.set_cookie(NAME, value, max_age=max_age, path=path, secure=secure, httponly=True, samesite="Strict")
    return response
