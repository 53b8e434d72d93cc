"""The period that a view shows."""

from typing import cast, get_args

from flask import request

from service.console.overview import Days
from service.http.errors import RequestError

DAYS = {str(days): days for days in get_args(Days)}
"""The periods that an operator can choose, by their text in an address."""

DEFAULT = "30"

ONE_OF = ", ".join(DAYS)

QUERY = {"days": f"How many days to show: one of {ONE_OF}; {DEFAULT} by default."}


def days() -> Days:
    """Returns the days that the request asks for. Raises RequestError."""
    asked = DAYS.get(request.args.get("days", DEFAULT))
    if asked is None:
        raise RequestError({"days": f"must be one of {ONE_OF}"})
    return cast(Days, asked)
