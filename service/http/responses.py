"""The shapes of answers; ``serialise`` makes them.

They are typed dictionaries: the type checker holds the code against them, the OpenAPI document is made of them, a test
holds what is really sent against that, and sending costs nothing more.
"""

from collections.abc import Mapping
from typing import Any, Literal

from typing_extensions import TypedDict

from embeddings.core.types import Reason
from service.accounts.accounts import FaceState
from service.accounts.tokens import Level, Method
from service.faces.guidance import Hint
from service.liveness.challenges import Prompt

Measures = Mapping[str, float | None]
"""The fields of a measurement by name, rounded."""


class UserResponse(TypedDict):
    """Who somebody is."""

    id: str
    username: str
    display_name: str


class AccountResponse(UserResponse):
    """Who somebody is, and whether they can log in with their face."""

    face: FaceState


class OwnAccountResponse(AccountResponse):
    """What a person is told of their own account; the address after a password login alone."""

    email: str | None


class TokenResponse(TypedDict):
    """An access token in the words of RFC 6750."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int


class LoginResponse(TokenResponse):
    """A login by password, or one that goes on."""

    user: AccountResponse


class MatchedResponse(TokenResponse):
    """A login by face."""

    status: Literal["matched"]
    user: UserResponse


class UnknownResponse(TypedDict):
    """A face that is nobody's, as far as can be told, with the other way in."""

    status: Literal["unknown"]
    prompt: Literal["login"]
    login_url: str
    message: str


class InvitationResponse(TypedDict):
    """An invitation, which is told this once."""

    invitation: str
    url: str
    expires_at: int


class PasswordLinkResponse(TypedDict):
    """A password link, which is told this once."""

    token: str
    url: str
    expires_at: int


class ReceivedResponse(TypedDict):
    """A claim that was taken, whatever comes of it."""

    status: Literal["received"]


class RefusedImageResponse(TypedDict):
    """An image that was refused or left out, and why."""

    index: int
    reasons: list[Reason]


class StoredCaptureResponse(TypedDict):
    """How one stored capture was taken."""

    pose: Measures
    quality: Measures


class FacialDataResponse(TypedDict):
    """What is kept of an enrolment, without the embeddings, and which images are not kept."""

    model: str
    images: int
    enrolled_at: str
    consent: Mapping[str, str]
    captures: list[StoredCaptureResponse]
    left_out: list[RefusedImageResponse]


class StoredResponse(TokenResponse):
    """A sign-up, or a face that was enrolled again."""

    status: Literal["stored"]
    user: UserResponse
    facial_data: FacialDataResponse


class InspectionResponse(TypedDict):
    """What one frame shows, and what to change before a picture is taken."""

    faces: int
    box: Measures | None
    pose: Measures | None
    quality: Measures | None
    hints: list[Hint]
    ready: bool


class FramesResponse(TypedDict):
    """How many frames to send in reply to a challenge, and how many to take each second."""

    min: int
    max: int
    per_second: int


class ChallengeResponse(TypedDict):
    """What somebody is asked to do, one after the other, and the nonce to come back with in so many seconds."""

    nonce: str
    prompts: list[Prompt]
    expires_in: int
    frames: FramesResponse


class OptionsResponse(TypedDict):
    """What a page has to ask of people before it sends their faces."""

    liveness: Literal["off", "challenge"]
    signup: Literal["open", "invite"]


class ConsentResponse(TypedDict):
    """What people consent to when they sign up."""

    version: str
    language: str
    text: str


class MeResponse(TypedDict):
    """Who a token speaks of, and how and until when they are logged in, in seconds since 1970."""

    user: AccountResponse | OwnAccountResponse
    amr: list[Method]
    acr: Level
    auth_time: int
    expires_at: int


class LiveResponse(TypedDict):
    """The process answers."""

    status: Literal["live"]


class ReadyResponse(TypedDict):
    """The service can log people in, with this model."""

    status: Literal["ready"]
    model: str


class KeysResponse(TypedDict):
    """The public keys that verify access tokens: a JWK set (RFC 7517)."""

    keys: list[Mapping[str, str]]


class ErrorBody(TypedDict):
    """What went wrong: a code for programs, a sentence for people, and what else is known."""

    code: str
    message: str
    details: Mapping[str, Any]


class ErrorResponse(TypedDict):
    """The one shape of an error."""

    error: ErrorBody
    request_id: str | None
