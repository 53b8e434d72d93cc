"""The shapes of answers; ``serialise`` makes them.

They are typed dictionaries: the type checker holds the code against them, the OpenAPI document is made of them, a test
holds what is really sent against that, and sending costs nothing more.
"""

from collections.abc import Mapping
from typing import Any, Literal

from typing_extensions import TypedDict

from service.accounts import FaceState
from service.challenging.challenges import Prompt
from service.errors import Reason
from service.guidance import Hint
from service.tokens import Level, Method

Measures = Mapping[str, float | None]
"""The fields of a measurement by name, rounded."""


class UserAnswer(TypedDict):
    """Who somebody is."""

    id: str
    username: str
    display_name: str


class AccountAnswer(UserAnswer):
    """Who somebody is, and whether they can log in with their face."""

    face: FaceState


class OwnAccountAnswer(AccountAnswer):
    """What a person is told of their own account; the address after a password login alone."""

    email: str | None


class TokenAnswer(TypedDict):
    """An access token in the words of RFC 6750."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int


class LoginAnswer(TokenAnswer):
    """A login by password, or one that goes on."""

    user: AccountAnswer


class MatchedAnswer(TokenAnswer):
    """A login by face."""

    status: Literal["matched"]
    user: UserAnswer


class UnknownAnswer(TypedDict):
    """A face that is nobody's, as far as can be told, with the other way in."""

    status: Literal["unknown"]
    prompt: Literal["login"]
    login_url: str
    message: str


class InvitationAnswer(TypedDict):
    """An invitation, which is told this once."""

    invitation: str
    url: str
    expires_at: int


class PasswordLinkAnswer(TypedDict):
    """A password link, which is told this once."""

    token: str
    url: str
    expires_at: int


class ReceivedAnswer(TypedDict):
    """A claim that was taken, whatever comes of it."""

    status: Literal["received"]


class RefusedImageAnswer(TypedDict):
    """An image that was refused or left out, and why."""

    index: int
    reasons: list[Reason]


class StoredCaptureAnswer(TypedDict):
    """How one stored capture was taken."""

    pose: Measures
    quality: Measures


class FacialDataAnswer(TypedDict):
    """What is kept of an enrolment, without the embeddings, and which images are not kept."""

    model: str
    images: int
    enrolled_at: str
    consent: Mapping[str, str]
    captures: list[StoredCaptureAnswer]
    left_out: list[RefusedImageAnswer]


class StoredAnswer(TokenAnswer):
    """A sign-up, or a face that was enrolled again."""

    status: Literal["stored"]
    user: UserAnswer
    facial_data: FacialDataAnswer


class InspectionAnswer(TypedDict):
    """What one frame shows, and what to change before a picture is taken."""

    faces: int
    box: Measures | None
    pose: Measures | None
    quality: Measures | None
    hints: list[Hint]
    ready: bool


class FramesAnswer(TypedDict):
    """How many frames to send in reply to a challenge, and how many to take each second."""

    min: int
    max: int
    per_second: int


class ChallengeAnswer(TypedDict):
    """What somebody is asked to do, one after the other, and the nonce to come back with in so many seconds."""

    nonce: str
    prompts: list[Prompt]
    expires_in: int
    frames: FramesAnswer


class OptionsAnswer(TypedDict):
    """What a page has to ask of people before it sends their faces."""

    liveness: Literal["off", "challenge"]
    signup: Literal["open", "invite"]


class ConsentAnswer(TypedDict):
    """What people consent to when they sign up."""

    version: str
    language: str
    text: str


class MeAnswer(TypedDict):
    """Who a token speaks of, and how and until when they are logged in, in seconds since 1970."""

    user: AccountAnswer | OwnAccountAnswer
    amr: list[Method]
    acr: Level
    auth_time: int
    expires_at: int


class LiveAnswer(TypedDict):
    """The process answers."""

    status: Literal["live"]


class ReadyAnswer(TypedDict):
    """The service can log people in, with this model."""

    status: Literal["ready"]
    model: str


class KeysAnswer(TypedDict):
    """The public keys that verify access tokens: a JWK set (RFC 7517)."""

    keys: list[Mapping[str, str]]


class ErrorBody(TypedDict):
    """What went wrong: a code for programs, a sentence for people, and what else is known."""

    code: str
    message: str
    details: Mapping[str, Any]


class ErrorAnswer(TypedDict):
    """The one shape of an error."""

    error: ErrorBody
    request_id: str | None
