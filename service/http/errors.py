"""The one table that maps what went wrong to a response, and the one shape of an error response."""

import logging
import math
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from service.domain import errors
from service.domain.errors import Reason
from service.domain.operator_errors import AccountNotFoundError
from service.http.responses import ErrorResponse
from service.http.serialise import images_response

RETRY_AFTER_SECONDS = 5

BUSY_SECONDS = range(1, 4)
"""When those come again whom a full queue sent away: it is worked off within the first second, and not all at once."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """How one kind of failure is told: a true status, a sentence for a person, and whether trying again helps."""

    status: int
    message: str
    retryable: bool = False


class MalformedJsonError(Exception):
    """The body is not JSON."""


class UnsupportedMediaTypeError(Exception):
    """The body does not say that it is JSON."""


class UnsupportedEncodingError(Exception):
    """The body is compressed or otherwise coded (``Content-Encoding``)."""


class HostMissingError(Exception):
    """A request of HTTP/1.1 does not say for which host it is (RFC 9112, section 3.2)."""


@dataclass(eq=False)
class RequestError(Exception):
    """A request whose fields are missing, of the wrong type or out of range.

    Attributes:
        fields: what is wrong, by the field's path in the body.
    """

    fields: Mapping[str, str]


class ConsentRequiredError(Exception):
    """A sign-up without the person's consent to the use of their face."""


class TokenMissingError(Exception):
    """The call needs a token and has none."""


class PasswordLoginRequiredError(Exception):
    """The call needs a token from a password login a few minutes old."""


class OriginNotAllowedError(Exception):
    """A request that rides on a cookie comes from a page that may not send it, or doesn't say from which."""


TABLE: Mapping[str, Entry] = {
    # the request
    "malformed_json": Entry(400, "The request is not valid JSON."),
    "invalid_request": Entry(400, "Some fields are missing or not valid."),
    "consent_required": Entry(400, "Storing a face needs the person's consent."),
    "unsupported_media_type": Entry(415, "Send the request as application/json."),
    "unsupported_encoding": Entry(415, "Send the request as it is, without Content-Encoding."),
    "request_too_large": Entry(413, "The request is too large. Send fewer or smaller images."),
    "not_found": Entry(404, "There is nothing at this address."),
    "method_not_allowed": Entry(405, "This address does not take this method."),
    "bad_request": Entry(400, "The request cannot be understood."),
    "host_missing": Entry(400, "The request has no valid Host header."),
    "request_timeout": Entry(408, "The request came in too slowly. Send it again.", retryable=True),
    # the images
    "image_not_base64": Entry(400, "The image is not valid base64."),
    "image_empty": Entry(400, "The image is empty.", retryable=True),
    "image_not_supported": Entry(415, "The file is not a JPEG, PNG or WebP image."),
    "image_damaged": Entry(415, "The image is damaged. Send it again.", retryable=True),
    "image_truncated": Entry(415, "The image is incomplete. Send it again.", retryable=True),
    "image_too_large": Entry(413, "The image has too many pixels. Send a smaller one."),
    # the faces
    Reason.NO_FACE: Entry(422, "No face can be seen. Look into the camera.", retryable=True),
    Reason.SEVERAL_FACES: Entry(422, "More than one face can be seen. Only one person at a time.", retryable=True),
    Reason.TOO_SMALL: Entry(422, "Move closer to the camera.", retryable=True),
    Reason.TOO_DARK: Entry(422, "Move to a brighter place.", retryable=True),
    Reason.TOO_BRIGHT: Entry(422, "There is too much light on the face. Turn away from it a little.", retryable=True),
    Reason.BLURRED: Entry(422, "The picture is blurred. Hold still for a moment.", retryable=True),
    Reason.CUT_OFF: Entry(422, "Part of the face is outside the picture.", retryable=True),
    Reason.TURNED_AWAY: Entry(422, "The face is turned too far away.", retryable=True),
    Reason.COVERED: Entry(422, "Something covers the face. Take off dark glasses, a mask or a scarf.", retryable=True),
    Reason.DIFFERENT_PEOPLE: Entry(422, "The pictures do not all show the same person.", retryable=True),
    Reason.SAME_PICTURE: Entry(422, "This is the same picture as another one. Take a new one.", retryable=True),
    Reason.SAME_POSE: Entry(422, "This picture is too much like another one. Turn your head a little.", retryable=True),
    # who is before the camera
    "liveness_off": Entry(409, "Nobody is challenged here. Send images alone."),
    "liveness_required": Entry(403, "A face is let in here only in reply to a challenge."),
    "liveness_failed": Entry(422, "We could not see you do what was asked. Try again.", retryable=True),
    "challenge_expired": Entry(410, "This took too long, or was tried before. Begin again.", retryable=True),
    # who is asking
    "wrong_credentials": Entry(401, "The username or the password is wrong.", retryable=True),
    "token_missing": Entry(401, "Log in first."),
    "token_invalid": Entry(401, "This login is not valid. Log in again."),
    "token_expired": Entry(401, "This login has expired. Log in again."),
    "password_login_required": Entry(
        403, "Log in with your password first; a few minutes later it is asked for again."
    ),
    "origin_not_allowed": Entry(403, "Pages of this origin may not use the service."),
    "too_many_requests": Entry(429, "That was tried too often. Wait a while, then try again.", retryable=True),
    "invitation_required": Entry(403, "Sign-up is by invitation. Ask for one."),
    "invitation_invalid": Entry(410, "This invitation is used up, has expired, or is for somebody else."),
    "link_invalid": Entry(410, "This link is used up or has expired. Ask for a new one."),
    "user_not_found": Entry(404, "Nobody has this username."),
    # conflicts
    "username_taken": Entry(409, "This username is taken. Choose another one."),
    "email_taken": Entry(409, "This email address belongs to another account."),
    "consent_outdated": Entry(409, "What people consent to has changed. Read it again."),
    "face_already_enrolled": Entry(409, "This face is already enrolled. Log in instead."),
    # us
    "busy": Entry(503, "A lot is going on right now. Try again in a moment.", retryable=True),
    "database_unavailable": Entry(503, "The service cannot answer right now. Try again in a moment.", retryable=True),
    "storage_unavailable": Entry(503, "The images cannot be stored right now. Try again in a moment.", retryable=True),
    "internal": Entry(500, "Something went wrong on our side."),
}

CODES: Mapping[type[Exception], str] = {
    MalformedJsonError: "malformed_json",
    UnsupportedMediaTypeError: "unsupported_media_type",
    UnsupportedEncodingError: "unsupported_encoding",
    HostMissingError: "host_missing",
    OriginNotAllowedError: "origin_not_allowed",
    ConsentRequiredError: "consent_required",
    errors.NotBase64Error: "image_not_base64",
    errors.EmptyImageError: "image_empty",
    errors.DamagedImageError: "image_damaged",
    errors.TruncatedImageError: "image_truncated",
    errors.UnsupportedImageError: "image_not_supported",
    errors.ImageTooLargeError: "image_too_large",
    errors.LivenessOffError: "liveness_off",
    errors.LivenessRequiredError: "liveness_required",
    errors.ChallengeExpiredError: "challenge_expired",
    errors.CredentialsError: "wrong_credentials",
    TokenMissingError: "token_missing",
    errors.AccountGoneError: "token_invalid",
    errors.TokenInvalidError: "token_invalid",
    errors.TokenExpiredError: "token_expired",
    PasswordLoginRequiredError: "password_login_required",
    errors.InvitationRequiredError: "invitation_required",
    errors.InvitationInvalidError: "invitation_invalid",
    errors.LinkInvalidError: "link_invalid",
    AccountNotFoundError: "user_not_found",
    errors.UsernameTakenError: "username_taken",
    errors.EmailTakenError: "email_taken",
    errors.ConsentOutdatedError: "consent_outdated",
    errors.FaceAlreadyEnrolledError: "face_already_enrolled",
    errors.DatabaseUnavailableError: "database_unavailable",
    errors.StorageError: "storage_unavailable",
}

HTTP_CODES: Mapping[int, str] = {
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "request_too_large",
    415: "unsupported_media_type",
}

FURTHER_STATUSES: Mapping[str, Collection[int]] = {"bad_request": (414, 417, 431)}
"""Other statuses that a code comes with: of requests that the server refuses before the application sees them, as
their address or their headers are too long, or they expect what it does not do."""


def error_response(code: str, details: Mapping[str, Any] | None = None) -> Response:
    """The response for one code of the table."""
    entry = TABLE[code]
    body: ErrorResponse = {
        "error": {
            "code": code,
            "message": entry.message,
            "details": {**(details or {}), "retryable": entry.retryable},
        },
        "request_id": g.get("request_id"),
    }
    g.error_code = code
    response = jsonify(body)
    response.status_code = entry.status
    if entry.status == 503:  # noqa: PLR2004
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if entry.status == 401:  # noqa: PLR2004
        response.headers["WWW-Authenticate"] = "Bearer"
    if code == "unsupported_encoding":
        response.headers["Accept-Encoding"] = "identity"
    return response


def register_error_handlers(app: Flask) -> None:
    """Gives every exception the one shape; what the table doesn't know is a 500 that says nothing."""
    for kind, code in CODES.items():
        app.register_error_handler(kind, lambda error, code=code: _known(error, code))
    app.register_error_handler(errors.BusyError, _busy)
    app.register_error_handler(errors.TooManyRequestsError, _too_many)
    app.register_error_handler(RequestError, _invalid_request)
    app.register_error_handler(errors.ImageRejectedError, _image_rejected)
    app.register_error_handler(RequestEntityTooLarge, _request_too_large)
    app.register_error_handler(errors.CaptureRefusedError, _capture_refused)
    app.register_error_handler(errors.FramesRefusedError, _frames_refused)
    app.register_error_handler(errors.LivenessFailedError, _liveness_failed)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _known(error: Exception, code: str) -> Response:
    response = error_response(code)
    if response.status_code >= 500:  # noqa: PLR2004
        logger.warning("%s: %s", code, error.__cause__ or error)
    return response


def _busy(_error: errors.BusyError) -> Response:
    """Says nothing to the log, which has the status anyway: under load that would only add to it."""
    response = error_response("busy")
    response.headers["Retry-After"] = str(secrets.choice(BUSY_SECONDS))
    return response


def _too_many(error: errors.TooManyRequestsError) -> Response:
    """Says for how long, and neither to the client nor to the log of whose tries there were too many."""
    response = error_response("too_many_requests")
    response.headers["Retry-After"] = str(math.ceil(error.seconds))
    g.standing = error.standing
    return response


def _invalid_request(error: RequestError) -> Response:
    return error_response("invalid_request", {"fields": dict(error.fields)})


def _image_rejected(error: errors.ImageRejectedError) -> Response:
    return error_response(_code_of(error.cause), {"image_index": error.index, **_limits(error.cause)})


def _limits(cause: errors.ImageError) -> Mapping[str, int]:
    """How many pixels an image has that are too many, and how many one of its kind may have."""
    if not isinstance(cause, errors.ImageTooLargeError):
        return {}
    return {"pixels": cause.pixels, "max_pixels": cause.limit}


def _request_too_large(_error: RequestEntityTooLarge) -> Response:
    return error_response("request_too_large", {"max_bytes": request.max_content_length})


def _capture_refused(error: errors.CaptureRefusedError) -> Response:
    first = error.refused[0]
    return error_response(
        first.reasons[0],
        {
            "image_index": first.index,
            "reasons": list(first.reasons),
            "images": images_response(error.refused),
        },
    )


def _frames_refused(error: errors.FramesRefusedError) -> Response:
    """Names no images: of those that came with the frames none is at fault."""
    first = error.refused[0]
    return error_response(first.reasons[0], {"frame_index": first.index, "reasons": list(first.reasons)})


def _liveness_failed(error: errors.LivenessFailedError) -> Response:
    return error_response("liveness_failed", {"reasons": [error.reason]})


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    response = error_response(HTTP_CODES.get(status, "bad_request" if status < 500 else "internal"))  # noqa: PLR2004
    response.status_code = status
    response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return response


def _unexpected(_error: Exception) -> Response:
    logger.exception("unexpected error")
    return error_response("internal")


def _code_of(error: Exception) -> str:
    return next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)
