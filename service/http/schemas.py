"""The shapes of requests and responses."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.accounts import Profile
from service.captures import MAX_CAPTURES, MIN_CAPTURES
from service.errors import RefusedCapture
from service.identity import Identity
from service.names import DisplayName, Email, NewPassword, Text, Username
from service.tokens import AccessToken

MAX_LOGIN_IMAGES = 3

SMALL_BODY = 16 << 10
"""Bytes of a body without images, at most."""

AnyUsername = Annotated[Text, Field(min_length=1, max_length=64)]
Images = Annotated[list[str], Field(min_length=MIN_CAPTURES, max_length=MAX_CAPTURES)]


class Request(BaseModel):
    """The base of all request bodies: exact types, no unknown fields.

    Attributes:
        max_bytes: how long the body may be; None is the limit of the settings.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    max_bytes: ClassVar[int | None] = SMALL_BODY


class ReEnrolRequest(Request):
    """A person replaces their own face data."""

    max_bytes: ClassVar[int | None] = None
    images: Images
    consent: Literal[True]


class SignUpRequest(ReEnrolRequest):
    """A new account with its face."""

    username: Username
    password: NewPassword
    email: Email | None = None
    display_name: DisplayName | None = None


class RecognizeRequest(Request):
    """A login by face, by one image or several; with a username, a comparison with that person alone."""

    max_bytes: ClassVar[int | None] = None
    image: str | None = None
    images: Annotated[list[str], Field(min_length=1, max_length=MAX_LOGIN_IMAGES)] | None = None
    username: AnyUsername | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.image is None) == (self.images is None):
            raise PydanticCustomError("image_or_images", "needs either image or images")
        return self

    @property
    def captures(self) -> list[str]:
        """The images, whichever way they were sent."""
        return [self.image] if self.image is not None else self.images or []


class LoginRequest(Request):
    """A login by password."""

    username: AnyUsername
    password: Annotated[str, Field(max_length=1024)]


class PasswordRequest(Request):
    """A new password for oneself."""

    password: NewPassword


def identity_body(identity: Identity) -> dict[str, Any]:
    """Who somebody is."""
    return {"id": str(identity.id), "username": identity.username, "display_name": identity.display_name}


def account_body(account: Profile) -> dict[str, Any]:
    """Who somebody is, and whether they can log in with their face."""
    return {**identity_body(account.identity), "face": account.face}


def token_body(token: AccessToken) -> dict[str, Any]:
    """An access token in the words of RFC 6750."""
    return {
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": int(token.lifetime.total_seconds()),
    }


def images_body(images: Sequence[RefusedCapture]) -> list[dict[str, Any]]:
    """Images that were refused or left out, and why."""
    return [{"index": image.index, "reasons": list(image.reasons)} for image in images]


def facial_data_body(document: Mapping[str, Any], left_out: Sequence[RefusedCapture]) -> dict[str, Any]:
    """What is kept of an enrolment, without the embeddings, and which images are not kept."""
    return {
        "model": document["model"],
        "images": len(document["captures"]),
        "enrolled_at": document["enrolled_at"],
        "consent": document["consent"],
        "captures": [{"pose": capture["pose"], "quality": capture["quality"]} for capture in document["captures"]],
        "left_out": images_body(left_out),
    }
