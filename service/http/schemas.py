"""The shapes of requests; those of answers are in ``answers``."""

from datetime import timedelta
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.accounts.invitations import DEFAULT_HOURS, MAX_HOURS
from service.accounts.password_links import DEFAULT_MINUTES, MAX_MINUTES
from service.domain.consent import MAX_LANGUAGE, MAX_VERSION, ConsentStatement
from service.domain.names import AnyUsername, DisplayName, Email, Line, Message, NewPassword, Username
from service.domain.random_secrets import MAX_SECRET
from service.faces.captures import MAX_CAPTURES, MIN_CAPTURES
from service.faces.guidance import Ahead, Target
from service.liveness.challenges import LENGTH, Purpose
from service.liveness.frames import MAX_FRAMES, MIN_FRAMES, Frame
from service.login.enrolment import NewAccount

MAX_LOGIN_IMAGES = 3

SMALL_BODY = 16 << 10
"""Bytes of a body without images, at most."""

FRAME_BODY = 512 << 10
"""Bytes of a body with one small frame, at most: a JPEG of 320 x 240 has about 20 KiB."""

MAX_FRAME_TEXT = 256 << 10
"""Characters of a frame of a challenge, at most: a JPEG of 480 x 360 has about 30,000."""

MAX_FRAME_AT = 600_000
"""Milliseconds, more than any challenge lasts."""

MAX_NONCE = 64

Secret = Annotated[str, Field(min_length=1, max_length=MAX_SECRET)]


def _given(consent: bool) -> bool:
    if not consent:
        raise PydanticCustomError("consent", "must be true")
    return consent


Consent = Annotated[bool, Field(json_schema_extra={"const": True}), AfterValidator(_given)]
"""Given or no consent at all. A literal would do, but takes the number 1 for true."""

Degrees = Annotated[float, Field(ge=-90, le=90)]
Images = Annotated[list[str], Field(min_length=MIN_CAPTURES, max_length=MAX_CAPTURES)]


class Request(BaseModel):
    """The base of all request bodies: exact types, no unknown fields.

    Attributes:
        max_bytes: how long the body may be; None is the limit of the settings.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    max_bytes: ClassVar[int | None] = SMALL_BODY


class FrameBody(BaseModel):
    """One frame of a reply to a challenge."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    image: Annotated[str, Field(max_length=MAX_FRAME_TEXT)]
    at: Annotated[float, Field(ge=0, le=MAX_FRAME_AT, allow_inf_nan=False)]
    prompt: Annotated[int, Field(ge=0, lt=LENGTH)]


class ReplyRequest(Request):
    """What may come as a reply to a challenge: its nonce and the frames, both or neither."""

    nonce: Annotated[str, Field(max_length=MAX_NONCE)] | None = None
    frames: Annotated[list[FrameBody], Field(min_length=MIN_FRAMES, max_length=MAX_FRAMES)] | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.nonce is None) != (self.frames is None):
            raise PydanticCustomError("nonce_and_frames", "needs both nonce and frames, or neither")
        return self

    @property
    def reply(self) -> tuple[str, list[Frame]] | None:
        """The nonce and the frames, if it is one."""
        if self.nonce is None or self.frames is None:
            return None
        return self.nonce, [Frame(frame.image, frame.at / 1000, frame.prompt) for frame in self.frames]


class ReEnrolRequest(ReplyRequest):
    """A person replaces their own face data."""

    max_bytes: ClassVar[int | None] = None
    images: Images
    consent: Consent
    consent_version: Annotated[str, Field(max_length=MAX_VERSION)] | None = None
    consent_language: Annotated[str, Field(max_length=MAX_LANGUAGE)] | None = None

    @property
    def agreement(self) -> ConsentStatement:
        """What the client showed, as far as it says."""
        return ConsentStatement(self.consent_version, self.consent_language)


class SignUpRequest(ReEnrolRequest):
    """A new account with its face."""

    username: Username
    password: NewPassword
    email: Email | None = None
    display_name: DisplayName | None = None
    invitation: Secret | None = None

    @property
    def account(self) -> NewAccount:
        """The account to create."""
        return NewAccount(self.username, self.password, self.email, self.display_name, self.invitation)


class RecognizeRequest(ReplyRequest):
    """A login by face, by one image, several or frames; with a username, a comparison with that person alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["image"], "properties": {"image": {"type": "string"}}},
                {"required": ["images"], "properties": {"images": {"type": "array"}}},
                {"required": ["nonce", "frames"], "properties": {"frames": {"type": "array"}}},
            ]
        }
    )
    max_bytes: ClassVar[int | None] = None
    image: str | None = None
    images: Annotated[list[str], Field(min_length=1, max_length=MAX_LOGIN_IMAGES)] | None = None
    username: AnyUsername | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if sum(one is not None for one in (self.image, self.images, self.frames)) != 1:
            raise PydanticCustomError("image_or_images", "needs either image or images or frames")
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


class ChallengeRequest(Request):
    """Somebody wants to be challenged."""

    purpose: Annotated[Purpose, Field(strict=False)] = Purpose.LOGIN


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


class DisputeRequest(ReplyRequest):
    """Somebody claims that another account has their face, and shows it by images or frames."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["images"], "properties": {"images": {"type": "array"}}},
                {"required": ["nonce", "frames"], "properties": {"frames": {"type": "array"}}},
            ]
        }
    )
    max_bytes: ClassVar[int | None] = None
    images: Annotated[list[str], Field(min_length=1, max_length=MAX_LOGIN_IMAGES)] | None = None
    contact: Line | None = None
    message: Message | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.images is None) == (self.frames is None):
            raise PydanticCustomError("images_or_frames", "needs either images or frames")
        return self


class PasswordRequest(Request):
    """A new password for oneself."""

    password: NewPassword
