"""The response bodies of accounts, passkeys, the options and the operation; see ``response_body``.

``facial_responses`` has those of enrolment and login by face.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, AliasPath, BeforeValidator, Field

from service.accounts.accounts import FaceState, Profile
from service.accounts.tokens import Authentication
from service.comparison.comparison import ComparisonReason
from service.domain.levels import Level, Method
from service.domain.liveness_mode import LivenessMode
from service.http.response_body import Base64Url, Body, Id, Seconds, Timestamp, constant
from service.passkeys.passkeys import MAX_PASSKEYS


def _of_access_token(attribute: str) -> Any:
    """A field of the access token, which is a value's own or its session's."""
    return Field(
        validation_alias=AliasChoices(AliasPath("session", "access", attribute), AliasPath("access", attribute))
    )


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
