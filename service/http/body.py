"""Reads the body of a request, and parses it as one of the schemas, at a bounded cost."""

import contextlib
import time
from collections.abc import Mapping
from typing import TypeVar

from flask import request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, RequestTimeout, UnsupportedMediaType

from service.domain.problems import in_words
from service.http.errors import (
    ConsentRequiredError,
    MalformedJsonError,
    RequestError,
    UnsupportedEncodingError,
)
from service.http.schemas import Request

MAX_MEMBERS = 2_000
"""Maximum number of commas in a body. Valid bodies have tens; to report each unknown member costs a kilobyte."""

PLAIN = {"", "identity"}
"""Content codings that leave the body as it is. Any other one would have to be decoded, at an unknown cost."""

DRAIN_CHUNK = 1 << 12
DRAIN_LIMIT = 1 << 27
DRAIN_SECONDS = 5.0
"""How much of a body that is too large is read and discarded: bytes at a time, bytes in total, and seconds."""

MAX_FIELDS = 20
"""Maximum number of fields that an error names."""

LIMITS: Mapping[str, str] = {
    "too_short": "Send at least {min_length} {items}.",
    "too_long": "Send at most {max_length} {items}.",
}
"""What is wrong with a list, by pydantic's type of error. ``items`` is the name of the field, such as ``images``."""

R = TypeVar("R", bound=Request)


def parse(kind: type[R]) -> R:
    """Reads the request's body as ``kind``.

    Raises MalformedJsonError, UnsupportedEncodingError, RequestError or ConsentRequiredError, or werkzeug's error for
    another media type and for a body that is too long, incomplete or too slow. No error repeats what was sent.
    """
    data = read(kind.max_bytes, is_expected=request.is_json)
    if data.count(b",") > MAX_MEMBERS:
        raise RequestError({"body": "has too many members"})
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
    if any(problem["type"] == "json_invalid" for problem in problems):
        raise MalformedJsonError
    fields = dict(_field(kind, problem) for problem in problems[:MAX_FIELDS])
    if list(fields) == ["consent"]:
        raise ConsentRequiredError
    raise RequestError(fields)


def _field(kind: type[Request], problem: ErrorDetails) -> tuple[str, str]:
    """A field's path and what is wrong with it. The name of an unknown field is not repeated."""
    location = problem["loc"]
    if problem["type"] == "extra_forbidden":
        names = [field.alias or name for name, field in kind.model_fields.items()]
        known = f"; the fields are {', '.join(names)}" if len(location) == 1 else ""
        return "body", f"has an unknown field{known}"
    limit = LIMITS.get(problem["type"])
    words = in_words(problem) if limit is None else limit.format(**problem["ctx"], items=location[-1])
    return ".".join(map(str, location)) or "body", words


def has_body() -> bool:
    """Whether the request has a body; one in chunks states no length."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def read(max_bytes: int | None, *, is_expected: bool) -> bytes:
    """Reads the whole body. Werkzeug alone would cut a chunked body off at the limit, and accept an incomplete one.

    Args:
        max_bytes: the maximum; None is that of the settings.
        is_expected: whether the body has the media type that the view expects.

    Raises:
        UnsupportedEncodingError: the body is coded.
        UnsupportedMediaType, RequestEntityTooLarge, RequestTimeout, BadRequest: it has another media type, or is too
            long, too slow, or incomplete.
    """
    if any(coding.strip().lower() not in PLAIN for coding in request.headers.get("Content-Encoding", "").split(",")):
        raise UnsupportedEncodingError
    if not is_expected:
        raise UnsupportedMediaType
    if max_bytes is not None:
        request.max_content_length = max_bytes
    try:
        data = request.get_data(cache=False)
        if request.content_length is None and request.environ["wsgi.input"].read(1):
            raise RequestEntityTooLarge
    except RequestEntityTooLarge:
        _drain()
        raise
    except HTTPException as error:
        if isinstance(error.__context__, BlockingIOError):  # the server's read timeout
            raise RequestTimeout from None
        raise
    except Exception:  # the server's errors for a broken transfer have no common base
        raise BadRequest from None
    if request.content_length is not None and len(data) < request.content_length:
        raise BadRequest
    return data


def _drain() -> None:
    """Reads on while the client sends, so that it gets the response instead of a connection reset."""
    body, left, deadline = request.environ["wsgi.input"], DRAIN_LIMIT, time.monotonic() + DRAIN_SECONDS
    with contextlib.suppress(OSError):
        while left > 0 and time.monotonic() < deadline and (chunk := body.read(DRAIN_CHUNK)):
            left -= len(chunk)
