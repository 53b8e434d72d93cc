"""Reads the form in the body of a call of a client."""

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

MAX_BODY = 64 << 10
"""Bytes. ``claims`` and an ID token as a hint make up most of a request."""

MAX_VALUE = 16 << 10
"""Characters of a parameter."""

FORM = "application/x-www-form-urlencoded"


def form() -> MultiDict[str, str]:
    """Returns the parameters in the body. Raises UnsupportedMediaType or RequestEntityTooLarge."""
    request.max_content_length = MAX_BODY
    request.max_form_memory_size = MAX_BODY
    if request.mimetype != FORM:
        raise UnsupportedMediaType
    return MultiDict(request.form)


def repeated(values: MultiDict[str, str]) -> str | None:
    """Returns the name of a parameter that is sent more than once, which OAuth forbids; or None."""
    return next((name for name in values if len(values.getlist(name)) > 1), None)
