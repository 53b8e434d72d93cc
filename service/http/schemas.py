"""The shapes of requests and responses."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.accounts import Profile
from service.captures import MAX_CAPTURES, MIN_CAPTURES
from service.challenges import LENGTH, NewChallenge, Purpose
from service.consent import MAX_LANGUAGE, MAX_VERSION, Agreement
from service.errors import RefusedCapture
from service.frames import MAX_FRAMES, MIN_FRAMES, PER_SECOND, Frame
from service.guidance import Ahead, Box, Inspection, Pose, Quality, Target
from service.identity import Identity
from service.names import DisplayName, Email, NewPassword, Text, Username
from service.tokens import AccessToken

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


class FrameBody(BaseModel):
    """One frame of a reply to a challenge."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    image: Annotated[str, Field(max_length=MAX_FRAME_TEXT)]
    at: Annotated[float, Field(ge=0, le=MAX_FRAME_AT)]
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


class RecognizeRequest(ReplyRequest):
    """A login by face, by one image, several or frames; with a username, a comparison with that person alone."""

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


def challenge_body(challenge: NewChallenge) -> dict[str, Any]:
    """What somebody is asked to do, and what to send of it."""
    return {
        "nonce": challenge.nonce,
        "prompts": list(challenge.prompts),
        "expires_in": int(challenge.lifetime.total_seconds()),
        "frames": {"min": MIN_FRAMES, "max": MAX_FRAMES, "per_second": PER_SECOND},
    }


def inspection_body(inspection: Inspection) -> dict[str, Any]:
    """What one frame shows."""
    return {
        "faces": inspection.faces,
        "box": _rounded(inspection.box, 4),
        "pose": _rounded(inspection.pose, 2),
        "quality": _rounded(inspection.quality, 2),
        "hints": list(inspection.hints),
        "ready": inspection.ready,
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


def _rounded(values: Box | Pose | Quality | None, digits: int) -> dict[str, float | None] | None:
    """The fields of a measurement, none of which is worth more digits."""
    if values is None:
        return None
    return {name: None if value is None else round(float(value), digits) for name, value in asdict(values).items()}
