"""Errors of OAuth: their own shape, which libraries for OAuth expect (RFC 6749, section 5.2)."""

from functools import wraps
from http import HTTPStatus
from typing import Any

from authlib.oauth2 import OAuth2Error
from flask import Response, current_app, g, jsonify, request
from pydantic import ConfigDict

from service.http.auth import View
from service.http.response_body import Body

ATTRIBUTE = "visage_oauth"
"""The attribute of a view whose errors have this shape."""

CODES = {
    HTTPStatus.UNAUTHORIZED: "invalid_token",
    HTTPStatus.TOO_MANY_REQUESTS: "temporarily_unavailable",
    HTTPStatus.SERVICE_UNAVAILABLE: "temporarily_unavailable",
}
"""The code for a failure that has one of these statuses and is not OAuth's own."""

DESCRIPTIONS = {
    "request_too_large": "The request is too large.",
    "unsupported_media_type": "Send the request as application/x-www-form-urlencoded.",
}
"""By code of the service's own table: the description of errors whose message there is about JSON and images."""


class CompactBody(Body):
    """The base of answers that leave members without a value out, as OAuth does."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)


def compact(body: CompactBody, status: int = HTTPStatus.OK) -> Response:
    """Sends a body as JSON, without the members that have no value."""
    response = jsonify(body.model_dump(exclude_none=True))
    response.status_code = status
    return response


class OAuthErrorResponse(CompactBody):
    """An error of OAuth."""

    error: str
    error_description: str | None = None
    request_id: str | None = None


def oauth(view: View) -> View:
    """Gives the errors of a view the shape of OAuth."""

    @wraps(view)
    def shaped(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except OAuth2Error as error:
            return oauth_response(error)

    setattr(shaped, ATTRIBUTE, True)
    return shaped


def is_oauth() -> bool:
    """Whether the view of this request has errors of OAuth."""
    return hasattr(current_app.view_functions.get(request.endpoint or ""), ATTRIBUTE)


def oauth_response(error: OAuth2Error) -> Response:
    """The response for an error of Authlib."""
    body = OAuthErrorResponse(
        error=error.error, error_description=error.get_error_description(), request_id=g.get("request_id")
    )
    g.error_code = error.error
    response = compact(body, error.status_code)
    response.headers.extend((name, value) for name, value in error.get_headers() if name == "WWW-Authenticate")
    return response


def translated(status: int, code: str, message: str) -> Response:
    """The response for a failure of the service's own table, with its code and message there."""
    fallback = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request"
    body = OAuthErrorResponse(
        error=CODES.get(HTTPStatus(status), fallback),
        error_description=DESCRIPTIONS.get(code, message),
        request_id=g.get("request_id"),
    )
    return compact(body, status)
