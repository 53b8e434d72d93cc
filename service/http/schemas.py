"""The shapes of requests and responses."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from flask import request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from service.http.errors import ConsentRequiredError, MalformedJsonError, RequestError, UnsupportedMediaTypeError
from service.identity import Identity
from service.tokens import AccessToken

MIN_IMAGES = 3
MAX_IMAGES = 8
MIN_PASSWORD = 10


def _printable(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip()
    if any(unicodedata.category(character).startswith("C") for character in text):
        raise ValueError("must not hold control characters")
    return text


Username = Annotated[str, AfterValidator(_printable), Field(min_length=2, max_length=64, pattern=r"^[\w.@+-]+$")]
AnyUsername = Annotated[str, AfterValidator(_printable), Field(min_length=1, max_length=64)]
DisplayName = Annotated[str, AfterValidator(_printable), Field(min_length=1, max_length=100)]
Email = Annotated[str, AfterValidator(_printable), Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
NewPassword = Annotated[str, Field(min_length=MIN_PASSWORD, max_length=1024)]
Images = Annotated[list[str], Field(min_length=MIN_IMAGES, max_length=MAX_IMAGES)]


class Request(BaseModel):
    """The base of all request bodies: exact types, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ReEnrolRequest(Request):
    """A person replaces their own face data."""

    images: Images
    consent: Literal[True]


class SignUpRequest(ReEnrolRequest):
    """A new account with its face."""

    username: Username
    password: NewPassword
    email: Email | None = None
    display_name: DisplayName | None = None


class RecognizeRequest(Request):
    """A login by face; with a username, a comparison with that person alone."""

    image: str
    username: AnyUsername | None = None


class LoginRequest(Request):
    """A login by password."""

    username: AnyUsername
    password: Annotated[str, Field(max_length=1024)]


class PasswordRequest(Request):
    """A new password for oneself."""

    password: NewPassword


R = TypeVar("R", bound=Request)


def parse(kind: type[R]) -> R:
    """The request's body as ``kind``; raises MalformedJsonError, UnsupportedMediaTypeError, RequestError or
    ConsentRequiredError, none of which repeats a value that was sent."""
    if not request.is_json:
        raise UnsupportedMediaTypeError
    try:
        return kind.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        problems = error.errors(include_input=False, include_context=False, include_url=False)
    if any(problem["type"] == "json_invalid" for problem in problems):
        raise MalformedJsonError
    fields = {".".join(str(part) for part in problem["loc"]) or "body": problem["msg"] for problem in problems}
    if list(fields) == ["consent"]:
        raise ConsentRequiredError
    raise RequestError(fields)


def identity_body(identity: Identity) -> dict[str, Any]:
    """Who somebody is."""
    return {"id": str(identity.id), "username": identity.username, "display_name": identity.display_name}


def token_body(token: AccessToken) -> dict[str, Any]:
    """An access token in the words of RFC 6750."""
    return {
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": int(token.lifetime.total_seconds()),
    }


def facial_data_body(document: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an enrolment, without the embeddings."""
    return {
        "model": document["model"],
        "images": len(document["captures"]),
        "enrolled_at": document["enrolled_at"],
        "consent": document["consent"],
        "captures": [{"pose": capture["pose"], "quality": capture["quality"]} for capture in document["captures"]],
    }
