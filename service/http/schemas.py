"""The shapes of requests; those of answers are in ``answers``."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.captures import MAX_CAPTURES, MIN_CAPTURES
from service.consent import MAX_LANGUAGE, MAX_VERSION, Agreement
from service.guidance import Ahead, Target
from service.invitations import DEFAULT_HOURS, MAX_HOURS
from service.names import DisplayName, Email, Message, NewPassword, Text, Username
from service.password_links import DEFAULT_MINUTES, MAX_MINUTES
from service.random_secrets import MAX_SECRET

MAX_LOGIN_IMAGES = 3

SMALL_BODY = 16 << 10
"""Bytes of a body without images, at most."""

FRAME_BODY = 512 << 10
"""Bytes of a body with one small frame, at most: a JPEG of 320 x 240 has about 20 KiB."""

Secret = Annotated[str, Field(min_length=1, max_length=MAX_SECRET)]
AnyUsername = Annotated[Text, Field(min_length=1, max_length=64)]
Degrees = Annotated[float, Field(ge=-90, le=90)]
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
    consent_version: Annotated[str, Field(max_length=MAX_VERSION)] | None = None
    consent_language: Annotated[str, Field(max_length=MAX_LANGUAGE)] | None = None

    @property
    def agreement(self) -> Agreement:
        """What the client showed, as far as it says."""
        return Agreement(self.consent_version, self.consent_language)


class SignUpRequest(ReEnrolRequest):
    """A new account with its face."""

    username: Username
    password: NewPassword
    email: Email | None = None
    display_name: DisplayName | None = None
    invitation: Secret | None = None


class RecognizeRequest(Request):
    """A login by face, by one image or several; with a username, a comparison with that person alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["image"], "properties": {"image": {"type": "string"}}},
                {"required": ["images"], "properties": {"images": {"type": "array"}}},
            ]
        }
    )
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


class Front(BaseModel):
    """A person's pose when looking ahead, as an inspection told it; the rest of that pose is not needed."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)
    yaw: Degrees
    pitch: Degrees


class InspectRequest(Request):
    """A look at one small frame; with the pose that is wanted, and the person's own when looking ahead."""

    max_bytes: ClassVar[int | None] = FRAME_BODY
    image: str
    pose: Target | None = None
    front: Front | None = None

    @property
    def ahead(self) -> Ahead | None:
        """From where turns are measured, if the client knows."""
        return Ahead(self.front.yaw, self.front.pitch) if self.front else None


class LoginRequest(Request):
    """A login by password."""

    username: AnyUsername
    password: Annotated[str, Field(max_length=1024)]


class LogoutRequest(Request):
    """The end of one's session, or of all that one has."""

    everywhere: bool = False


class InvitationRequest(Request):
    """An application invites somebody to sign up."""

    username: Username | None = None
    email: Email | None = None
    expires_hours: Annotated[int, Field(ge=1, le=MAX_HOURS)] = DEFAULT_HOURS

    @property
    def lifetime(self) -> timedelta:
        """How long the invitation is good."""
        return timedelta(hours=self.expires_hours)


class PasswordLinkRequest(Request):
    """An application wants somebody to be able to set a new password."""

    username: AnyUsername
    expires_minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)] = DEFAULT_MINUTES

    @property
    def lifetime(self) -> timedelta:
        """How long the link is good."""
        return timedelta(minutes=self.expires_minutes)


class ResetRequest(Request):
    """A new password by a password link."""

    token: Secret
    password: NewPassword


class DisputeRequest(Request):
    """Somebody claims that another account has their face."""

    max_bytes: ClassVar[int | None] = None
    images: Annotated[list[str], Field(min_length=1, max_length=MAX_LOGIN_IMAGES)]
    contact: Text | None = None
    message: Message | None = None


class PasswordRequest(Request):
    """A new password for oneself."""

    password: NewPassword
