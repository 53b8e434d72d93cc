"""The base of the response bodies, and the types of their fields.

A body is built from what a service returns, by the names of its attributes. The OpenAPI document is made of these
models, and a test compares every response with it.
"""

import base64
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from flask import Response, jsonify
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Id = Annotated[str, BeforeValidator(str)]
Time = Annotated[str, BeforeValidator(datetime.isoformat)]
"""ISO 8601."""

Base64Url = Annotated[str, BeforeValidator(lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="))]
"""Bytes in base64url without padding."""

Timestamp = Annotated[int, BeforeValidator(lambda moment: int(moment.timestamp()))]
"""Seconds since 1970."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A share or a rate, 0 to 1."""

Seconds = Annotated[int, BeforeValidator(lambda duration: int(timedelta.total_seconds(duration)))]


class Body(BaseModel):
    """The base of all response bodies."""

    model_config = ConfigDict(from_attributes=True, frozen=True, json_schema_serialization_defaults_required=True)

    @classmethod
    def of(cls, value: object) -> Self:
        """The body with the attributes of a value that a service returned."""
        return cls.model_validate(value)


def respond(body: Body, status: int = 200) -> Response:
    """Sends a body as JSON."""
    response = jsonify(body.model_dump())
    response.status_code = status
    return response


def constant(value: Any) -> Any:
    """A field that is the same in every response."""

    def hide_default(schema: dict[str, Any]) -> None:
        del schema["default"]

    return Field(default=value, json_schema_extra=hide_default)
