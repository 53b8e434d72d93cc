"""The bodies of requests; those of responses are in ``responses`` and ``facial_responses``."""

from datetime import timedelta
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.accounts.invitations import DEFAULT_HOURS, MAX_HOURS
from service.accounts.password_links import DEFAULT_MINUTES, MAX_MINUTES
from service.domain.consent import MAX_LANGUAGE, MAX_VERSION, ConsentStatement
from service.domain.names import MAX_PASSWORD, AnyUsername, DisplayName, Email, Line, Message, NewPassword, Username
from service.domain.random_secrets import MAX_SECRET
from service.faces.captures import MAX_CAPTURES, MIN_CAPTURES
from service.faces.guidance import Ahead, Target
from service.liveness.challenges import LENGTH, Purpose
from service.liveness.frames import MAX_FRAMES, MIN_FRAMES, Frame
from service.liveness.passive import MAX_RECENT_FRAMES
from service.login.enrolment import NewAccount

MAX_LOGIN_IMAGES = 3
"""The maximum number of images of a login or a dispute."""

SMALL_BODY = 16 << 10
"""Maximum size of a body without images (bytes)."""

FRAME_BODY = 512 << 10
"""Maximum size of a body with one small frame (bytes); a JPEG of 320 x 240 has about 20 KiB."""

MAX_FRAME_TEXT = 256 << 10
"""Maximum length of a frame of a challenge (base64 characters); a JPEG of 480 x 360 has about 30,000."""

MAX_FRAME_AT = 600_000
"""Maximum time of a frame (ms); longer than any challenge."""

MAX_NONCE = 64
"""Characters; the service's own nonces have 43."""

Secret = Annotated[str, Field(min_length=1, max_length=MAX_SECRET)]


def _given(consent: bool) -> bool:
    if not consent:
        raise PydanticCustomError("consent", "must be true")
    return consent


Consent = Annotated[bool, Field(json_schema_extra={"const": True}), AfterValidator(_given)]
"""Must be true. ``Literal[True]`` would also accept the number 1."""

RecentFrame = Annotated[str, Field(max_length=MAX_FRAME_TEXT)]

Degrees = Annotated[float, Field(ge=-90, le=90)]
Images = Annotated[list[str], Field(min_length=MIN_CAPTURES, max_length=MAX_CAPTURES)]


class Request(BaseModel):
    """The base of all request bodies: exact types, no unknown fields.

    Attributes:
        max_bytes: the maximum size of the body; None is the limit of the settings.
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
    """A request that may reply to a challenge. It has both the nonce and the frames, or neither."""

    nonce: Annotated[str, Field(max_length=MAX_NONCE)] | None = None
    frames: Annotated[list[FrameBody], Field(min_length=MIN_FRAMES, max_length=MAX_FRAMES)] | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.nonce is None) != (self.frames is None):
            raise PydanticCustomError("nonce_and_frames", "needs both nonce and frames, or neither")
        return self

    @property
    def reply(self) -> tuple[str, list[Frame]] | None:
        """The nonce and the frames; None if the request does not reply to a challenge."""
        if self.nonce is None or self.frames is None:
            return None
        return self.nonce, [Frame(frame.image, frame.at / 1000, frame.prompt) for frame in self.frames]


class ReEnrolRequest(ReplyRequest):
    """Users replace their own face data."""

    max_bytes: ClassVar[int | None] = None
    images: Images
    consent: Consent
    consent_version: Annotated[str, Field(max_length=MAX_VERSION)] | None = None
    consent_language: Annotated[str, Field(max_length=MAX_LANGUAGE)] | None = None

    @property
    def agreement(self) -> ConsentStatement:
        """The consent text that the client showed, as far as the request names it."""
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
    """A login by face, with one image, several, or frames. With a username, only that user is compared."""

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
    recent_frames: Annotated[list[RecentFrame], Field(max_length=MAX_RECENT_FRAMES)] = []
    username: AnyUsername | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if sum(one is not None for one in (self.image, self.images, self.frames)) != 1:
            raise PydanticCustomError("image_or_images", "needs either image or images or frames")
        return self

    @property
    def captures(self) -> list[str]:
        """The images, from either field."""
        return [self.image] if self.image is not None else self.images or []


class Front(BaseModel):
    """The user's pose when looking ahead, from an earlier inspection. Further fields are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)
    yaw: Degrees
    pitch: Degrees


class InspectRequest(Request):
    """One small frame to inspect, with the pose that is wanted and the user's pose when looking ahead."""

    max_bytes: ClassVar[int | None] = FRAME_BODY
    image: str
    pose: Target | None = None
    front: Front | None = None

    @property
    def ahead(self) -> Ahead | None:
        """The pose from which turns are measured, if the client knows it."""
        return Ahead(self.front.yaw, self.front.pitch) if self.front else None


class ChallengeRequest(Request):
    """A client asks for a challenge."""

    purpose: Annotated[Purpose, Field(strict=False)] = Purpose.LOGIN


class CompareRequest(Request):
    """Two pictures to compare. The names are Casdoor's."""

    max_bytes: ClassVar[int | None] = None
    image_a: Annotated[str, Field(alias="imageA")]
    image_b: Annotated[str, Field(alias="imageB")]


class LoginRequest(Request):
    """A login by password."""

    username: AnyUsername
    password: Annotated[str, Field(max_length=MAX_PASSWORD)]


class LogoutRequest(Request):
    """A user ends this session, or all of their sessions."""

    everywhere: bool = False


class InvitationRequest(Request):
    """The host application invites a person to sign up."""

    username: Username | None = None
    email: Email | None = None
    expires_hours: Annotated[int, Field(ge=1, le=MAX_HOURS)] = DEFAULT_HOURS

    @property
    def lifetime(self) -> timedelta:
        """How long the invitation is valid."""
        return timedelta(hours=self.expires_hours)


class PasswordLinkRequest(Request):
    """The host application asks for a link with which a user sets a new password."""

    username: AnyUsername
    expires_minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)] = DEFAULT_MINUTES

    @property
    def lifetime(self) -> timedelta:
        """How long the link is valid."""
        return timedelta(minutes=self.expires_minutes)


class ResetRequest(Request):
    """A user sets a new password with a password link."""

    token: Secret
    password: NewPassword


class DisputeRequest(ReplyRequest):
    """A person claims that an account has their face, and shows it in images or frames."""

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
    """Users set their own new password."""

    password: NewPassword
