"""The response bodies. Each is built from what a service returns, by the names of its attributes.

The OpenAPI document is made of these models, and a test compares every response with it.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from flask import Response, jsonify
from pydantic import AliasChoices, AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from embeddings.core.types import Reason
from service.accounts.accounts import FaceState, Profile
from service.accounts.tokens import Authentication
from service.comparison.comparison import ComparisonReason
from service.domain.levels import Level, Method
from service.domain.liveness_mode import LivenessMode
from service.faces.guidance import Hint
from service.liveness.challenges import Prompt
from service.liveness.frames import MAX_FRAMES, MIN_FRAMES, PER_SECOND
from service.passkeys.passkeys import MAX_PASSKEYS


def _rounded(digits: int) -> BeforeValidator:
    """The fields of a measurement (a dataclass) as a mapping, rounded to so many digits."""

    def rounded(measured: Any) -> Mapping[str, float | None]:
        return {name: None if value is None else round(float(value), digits) for name, value in vars(measured).items()}

    return BeforeValidator(lambda measured: None if measured is None else rounded(measured))


def constant(value: Any) -> Any:
    """A field that is the same in every response."""

    def hide_default(schema: dict[str, Any]) -> None:
        del schema["default"]

    return Field(default=value, json_schema_extra=hide_default)


def _of_access_token(attribute: str) -> Any:
    """A field of the access token, which is a value's own or its session's."""
    return Field(
        validation_alias=AliasChoices(AliasPath("session", "access", attribute), AliasPath("access", attribute))
    )


Id = Annotated[str, BeforeValidator(str)]
Time = Annotated[str, BeforeValidator(datetime.isoformat)]
"""ISO 8601."""

Base64Url = Annotated[str, BeforeValidator(lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="))]
"""Bytes in base64url without padding."""

Timestamp = Annotated[int, BeforeValidator(lambda moment: int(moment.timestamp()))]
"""Seconds since 1970."""

Seconds = Annotated[int, BeforeValidator(lambda duration: int(timedelta.total_seconds(duration)))]
Measures = Mapping[str, float | None]
"""The fields of a measurement by name."""


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


class UserResponse(Body):
    """Who a user is."""

    id: Id
    username: str
    display_name: str


class AccountResponse(UserResponse):
    """Who a user is, and whether they can log in with their face."""

    face: FaceState


class OwnAccountResponse(AccountResponse):
    """The user's own account. The email address is in the response only after a login by password or passkey."""

    email: str | None


class TokenResponse(Body):
    """An access token with the names of RFC 6750.

    ``requires`` is the level that the user still has to reach: until then, applications refuse the token.
    """

    access_token: Annotated[str, _of_access_token("text")]
    token_type: Literal["Bearer"] = constant("Bearer")
    expires_in: Annotated[Seconds, _of_access_token("lifetime")]
    requires: Annotated[Level | None, _of_access_token("requires")]


class LoginResponse(TokenResponse):
    """A login by password, or a session that continues."""

    user: Annotated[AccountResponse, Field(validation_alias="account")]


class MatchedResponse(TokenResponse):
    """A login by face."""

    status: Literal["matched"] = constant("matched")
    user: Annotated[UserResponse, Field(validation_alias="person")]


class PasskeyOptionsResponse(Body):
    """What a page gives to the browser's WebAuthn call, in the JSON form of WebAuthn, 5.1.8."""

    public_key: Mapping[str, Any]


class PasskeyResponse(Body):
    """A passkey of the user. ``id`` is its WebAuthn credential id in base64url; times are in seconds since 1970."""

    id: Annotated[Base64Url, Field(validation_alias="credential_id")]
    name: str
    aaguid: Id
    transports: Sequence[str]
    backed_up: bool
    created_at: Timestamp
    last_used_at: Timestamp | None


class PasskeysResponse(Body):
    """The passkeys of the user, the oldest first, and how many they may have."""

    passkeys: Sequence[PasskeyResponse]
    max: int = constant(MAX_PASSKEYS)


class UnknownResponse(Body):
    """No user was matched, with the other way to log in. The response does not tell why."""

    status: Literal["unknown"] = constant("unknown")
    prompt: Literal["login"] = constant("login")
    login_url: str
    message: str = constant("We could not tell who you are. Try again, or log in with your password.")


class ComparisonResponse(Body):
    """The result of a comparison of two pictures. ``reason`` and ``detail`` say in words what ``matched`` says."""

    matched: bool
    score: Annotated[float, BeforeValidator(lambda score: round(score, 4))]
    threshold: Annotated[float, BeforeValidator(lambda score: round(score, 4))]
    reason: ComparisonReason
    detail: str


class InvitationResponse(Body):
    """An invitation. This response is the only one that contains it."""

    invitation: Annotated[str, Field(validation_alias="token")]
    url: str
    expires_at: Timestamp


class PasswordLinkResponse(Body):
    """A password link. This response is the only one that contains it."""

    token: str
    url: str
    expires_at: Timestamp


class ReceivedResponse(Body):
    """A dispute was received. The response is the same whatever comes of it."""

    status: Literal["received"] = constant("received")


class RefusedImageResponse(Body):
    """An image that was refused or left out, and why."""

    index: int
    reasons: Sequence[Reason]


class StoredCaptureResponse(Body):
    """The pose and the quality of one stored capture."""

    pose: Measures
    quality: Measures


def _of_document(name: str) -> Any:
    """A field of the stored document."""
    return Field(validation_alias=AliasPath("document", name))


class FacialDataResponse(Body):
    """What is stored of an enrolment, without the embeddings, and which images are left out."""

    model: Annotated[str, _of_document("model")]
    images: Annotated[int, BeforeValidator(len), _of_document("captures")]
    enrolled_at: Annotated[str, _of_document("enrolled_at")]
    consent: Annotated[Mapping[str, str], _of_document("consent")]
    captures: Annotated[Sequence[StoredCaptureResponse], _of_document("captures")]
    left_out: Sequence[RefusedImageResponse]


class StoredResponse(TokenResponse):
    """A sign-up or a re-enrolment."""

    status: Literal["stored"] = constant("stored")
    user: Annotated[UserResponse, Field(validation_alias="person")]
    facial_data: Annotated[FacialDataResponse, Field(validation_alias="face")]


class InspectionResponse(Body):
    """What one frame shows, and what to change before a picture is taken."""

    faces: int
    box: Annotated[Measures | None, _rounded(4)]
    pose: Annotated[Measures | None, _rounded(2)]
    quality: Annotated[Measures | None, _rounded(2)]
    hints: Sequence[Hint]
    ready: bool


class FramesResponse(Body):
    """How many frames to send in reply to a challenge, and how many to take each second."""

    min: int
    max: int
    per_second: int


class ChallengeResponse(Body):
    """The movements to make, in this order, and the nonce to send back within so many seconds."""

    nonce: str
    prompts: Sequence[Prompt]
    expires_in: Annotated[Seconds, Field(validation_alias="lifetime")]
    frames: FramesResponse = constant(FramesResponse(min=MIN_FRAMES, max=MAX_FRAMES, per_second=PER_SECOND))


class OptionsResponse(Body):
    """What a page has to ask users for before it sends their images, and on which domain they can use passkeys."""

    liveness: LivenessMode
    signup: Literal["open", "invite"]
    passkey_domain: str | None


class ConsentResponse(Body):
    """What users consent to at sign-up."""

    version: str
    language: str
    text: str


class MeResponse(Body):
    """The user of a token, with the method, the time and the end of their login, in seconds since 1970.

    ``requires`` is as in the reply of the login.
    """

    user: AccountResponse | OwnAccountResponse
    amr: Sequence[Method]
    acr: Level
    auth_time: Timestamp
    expires_at: Timestamp
    requires: Level | None

    @classmethod
    def of_caller(cls, account: Profile, caller: Authentication, requires: Level | None) -> Self:
        """The body for the caller; see :class:`OwnAccountResponse` for the email address."""
        user = OwnAccountResponse if caller.level.has_secret else AccountResponse
        return cls(
            user=user.of(account),
            amr=caller.methods,
            acr=caller.level,
            auth_time=caller.at,
            expires_at=caller.expires_at,
            requires=requires,
        )


class LiveResponse(Body):
    """The process answers."""

    status: Literal["live"] = constant("live")


class ReadyResponse(Body):
    """The service can log users in, with this model."""

    status: Literal["ready"] = constant("ready")
    model: str


class KeysResponse(Body):
    """The public keys that verify access tokens: a JWK set (RFC 7517)."""

    keys: Sequence[Mapping[str, str]]


class ErrorBody(Body):
    """What went wrong: a code for programs, a sentence for people, and details."""

    code: str
    message: str
    details: Mapping[str, Any]


class ErrorResponse(Body):
    """The one shape of an error."""

    error: ErrorBody
    request_id: str | None
