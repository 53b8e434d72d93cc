"""Reads the form in the body of a call of a client."""

from urllib.parse import parse_qsl, urlencode

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from service.http.body import read

MAX_BODY = 64 << 10
"""Bytes. ``claims`` and an ID token as a hint make up most of a request."""

MAX_VALUE = 16 << 10
"""Characters of a parameter."""

FORM = "application/x-www-form-urlencoded"


def form() -> MultiDict[str, str]:
    """Returns the parameters in the body. Raises as :func:`service.http.body.read`."""
    try:
        text = read(MAX_BODY, is_expected=request.mimetype == FORM).decode()
        return MultiDict(parse_qsl(text, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise BadRequest from None


def form_as_query() -> Response:
    """Redirects a form to the same address with its parameters as the query.

    A page must have them in its address, and browsers withhold the cookie from a form of another site.
    """
    return redirect(f"{request.script_root}{request.path}?{urlencode(list(form().items(multi=True)))}", 303)


def repeated(values: MultiDict[str, str]) -> str | None:
    """Returns the name of a parameter that is sent more than once, which OAuth forbids; or None."""
    return next((name for name in values if len(values.getlist(name)) > 1), None)
