"""The period that a view shows."""

from flask import request

from service.http.errors import RequestError

DAYS = (7, 30, 90)
"""Periods that an operator can choose, in days."""

DEFAULT_DAYS = 30

QUERY = {"days": "How many days to show: 7, 30 (default) or 90."}


def days() -> int:
    """Returns the days that the request asks for. Raises RequestError."""
    asked = request.args.get("days", str(DEFAULT_DAYS))
    if asked not in map(str, DAYS):
        raise RequestError({"days": "must be 7, 30 or 90"})
    return int(asked)
