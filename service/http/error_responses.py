"""Answers every exception in the one shape of an error response, as ``error_table`` says."""

import logging
import math
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from embeddings.core.errors import ImageError, ImageTooLargeError
from service.domain.errors import (
    BusyError,
    CaptureRefusedError,
    FramesRefusedError,
    ImageRejectedError,
    LivenessFailedError,
    TooManyRequestsError,
)
from service.http.error_table import CODES, TABLE, code_of
from service.http.errors import RequestError
from service.http.facial_responses import RefusedImageResponse
from service.http.openid.errors import is_oauth, translated
from service.http.response_body import respond
from service.http.responses import ErrorBody, ErrorResponse

RETRY_AFTER_SECONDS = 5
"""``Retry-After`` of a 503, except of a full queue."""

BUSY_SECONDS = range(1, 4)
"""``Retry-After`` of a full queue, drawn at random: the queue is empty within a second, and clients should not all come
back at once."""

logger = logging.getLogger(__name__)


def error_response(code: str, details: Mapping[str, Any] | None = None) -> Response:
    """The response for one code of the table."""
    row = TABLE[code]
    g.error_code = code
    if is_oauth():
        return _with_headers(translated(row.status, code, row.message), code)
    error = ErrorBody(code=code, message=row.message, details={**(details or {}), "retryable": row.retryable})
    response = respond(ErrorResponse(error=error, request_id=g.get("request_id")), row.status)
    return _with_headers(response, code)


def _with_headers(response: Response, code: str) -> Response:
    row = TABLE[code]
    if row.status == 503:  # noqa: PLR2004
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if row.status == 401:  # noqa: PLR2004
        is_refused = is_oauth() and code != "token_missing"  # RFC 6750, section 3.1
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if is_refused else "Bearer"
    if code == "unsupported_encoding":
        response.headers["Accept-Encoding"] = "identity"
    return response


def register_error_handlers(app: Flask) -> None:
    """Answers every exception of an application. One that the table does not know is a 500 without details."""
    for kind in CODES:
        app.register_error_handler(kind, _known)
    app.register_error_handler(BusyError, _busy)
    app.register_error_handler(TooManyRequestsError, _too_many)
    app.register_error_handler(RequestError, _invalid_request)
    app.register_error_handler(RequestEntityTooLarge, _request_too_large)
    app.register_error_handler(MethodNotAllowed, _method_not_allowed)
    app.register_error_handler(ImageRejectedError, _image_rejected)
    app.register_error_handler(CaptureRefusedError, _capture_refused)
    app.register_error_handler(FramesRefusedError, _frames_refused)
    app.register_error_handler(LivenessFailedError, _liveness_failed)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _known(error: Exception) -> Response:
    code = code_of(error)
    response = error_response(code)
    if response.status_code >= 500:  # noqa: PLR2004
        logger.warning("%s: %s", code, error.__cause__ or error)
    return response


def _busy(_error: BusyError) -> Response:
    """Writes no warning: the access log has the status, and under load a second line would only add to it."""
    response = error_response("busy")
    response.headers["Retry-After"] = str(secrets.choice(BUSY_SECONDS))
    return response


def _too_many(error: TooManyRequestsError) -> Response:
    """Says how long to wait. Neither the response nor the log says which account or address the limit is of."""
    response = error_response("too_many_requests")
    response.headers["Retry-After"] = str(math.ceil(error.seconds))
    g.limit_state = error.state
    return response


def _invalid_request(error: RequestError) -> Response:
    return error_response("invalid_request", {"fields": dict(error.fields)})


def _request_too_large(_error: RequestEntityTooLarge) -> Response:
    return error_response("request_too_large", {"max_bytes": request.max_content_length})


def _method_not_allowed(error: MethodNotAllowed) -> Response:
    response = error_response("method_not_allowed")
    response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return response


def _image_rejected(error: ImageRejectedError) -> Response:
    return error_response(code_of(error.cause), {"image_index": error.index, **_pixels(error.cause)})


def _pixels(cause: ImageError) -> Mapping[str, int]:
    """How many pixels a too large image has, and how many an image of its kind may have."""
    if not isinstance(cause, ImageTooLargeError):
        return {}
    return {"pixels": cause.pixels, "max_pixels": cause.limit}


def _capture_refused(error: CaptureRefusedError) -> Response:
    first = error.refused[0]
    return error_response(
        first.reasons[0],
        {
            "image_index": first.index,
            "reasons": list(first.reasons),
            "images": [RefusedImageResponse.of(one) for one in error.refused],
        },
    )


def _frames_refused(error: FramesRefusedError) -> Response:
    """Names the frame and no images: the images that came with the frames are not at fault."""
    first = error.refused[0]
    return error_response(first.reasons[0], {"frame_index": first.index, "reasons": list(first.reasons)})


def _liveness_failed(error: LivenessFailedError) -> Response:
    return error_response("liveness_failed", {"reasons": [error.reason]})


def _http_error(error: HTTPException) -> Response:
    """Answers what werkzeug raises and the table does not name; the status stays."""
    status = error.code or 500
    response = error_response("bad_request" if status < 500 else "internal")  # noqa: PLR2004
    response.status_code = status
    return response


def _unexpected(_error: Exception) -> Response:
    logger.exception("unexpected error")
    return error_response("internal")
