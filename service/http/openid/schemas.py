"""The parameters and answers of the OpenID provider, for the OpenAPI document."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.domain.levels import Level
from service.http.openid.errors import CompactBody
from service.http.openid.forms import MAX_VALUE
from service.http.response_body import Body, Seconds
from service.http.schemas import Request
from service.openid.authorization import Step
from service.openid.policy import Way

Value = Annotated[str, Field(max_length=MAX_VALUE)]


class Form(BaseModel):
    """The base of all forms. Parameters that are not named here are ignored, as OAuth says."""

    model_config = ConfigDict(extra="ignore")


class ClientForm(Form):
    """How a client says who it is, unless it uses HTTP Basic authentication."""

    client_id: Value | None = None
    client_secret: Value | None = None


class TokenForm(ClientForm):
    """A code with its verifier, or a refresh token."""

    grant_type: Literal["authorization_code", "refresh_token"]
    code: Value | None = None
    redirect_uri: Value | None = None
    code_verifier: Value | None = None
    refresh_token: Value | None = None
    scope: Value | None = None


class AuthorizationForm(ClientForm):
    """An authorization request (OpenID Connect Core 1.0, section 3.1.2.1)."""

    response_type: Literal["code"]
    redirect_uri: Value
    scope: Value
    code_challenge: Value
    code_challenge_method: Literal["S256"]
    state: Value | None = None
    nonce: Value | None = None
    prompt: Value | None = None
    max_age: Value | None = None
    login_hint: Value | None = None
    id_token_hint: Value | None = None
    ui_locales: Value | None = None
    acr_values: Value | None = None
    claims: Value | None = None


AUTHORIZATION_PARAMETERS = frozenset(AuthorizationForm.model_fields) - {"client_secret"}
"""The parameters of a request that mean something here."""


class TokenReferenceForm(ClientForm):
    """A token of the client."""

    token: Value
    token_type_hint: Value | None = None


class UserInfoForm(Form):
    """An access token, unless it is in the header."""

    access_token: Value | None = None


class TokenResponse(CompactBody):
    """The tokens of a login. A refresh without the scope ``openid`` gets no ID token."""

    token_type: Literal["Bearer"]
    access_token: str
    expires_in: int
    refresh_token: str
    scope: str
    id_token: str | None = None


class PushedResponse(Body):
    """The reference to a pushed request."""

    request_uri: str
    expires_in: Seconds


class RevokedResponse(Body):
    """The token is not valid any more, or never was."""


class IntrospectionResponse(CompactBody):
    """What a token says. For a token that is not valid, only ``active``: false."""

    active: bool
    token_type: str | None = None
    client_id: str | None = None
    sub: str | None = None
    scope: str | None = None
    iss: str | None = None
    aud: str | None = None
    iat: int | None = None
    exp: int | None = None


class UserInfoResponse(CompactBody):
    """The user, as far as the scopes allow."""

    sub: str
    acr: str | None = None
    amr: Sequence[str] | None = None
    auth_time: int | None = None
    name: str | None = None
    preferred_username: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    face_enrolled: bool | None = None
    face_enrolled_at: int | None = None


class DiscoveryResponse(Body):
    """The provider's metadata (OpenID Connect Discovery 1.0, RFC 8414)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    pushed_authorization_request_endpoint: str
    introspection_endpoint: str
    revocation_endpoint: str
    end_session_endpoint: str
    scopes_supported: Sequence[str]
    response_types_supported: Sequence[str]
    response_modes_supported: Sequence[str]
    grant_types_supported: Sequence[str]
    acr_values_supported: Sequence[str]
    subject_types_supported: Sequence[str]
    id_token_signing_alg_values_supported: Sequence[str]
    token_endpoint_auth_methods_supported: Sequence[str]
    revocation_endpoint_auth_methods_supported: Sequence[str]
    introspection_endpoint_auth_methods_supported: Sequence[str]
    claims_supported: Sequence[str]
    claims_parameter_supported: bool
    request_parameter_supported: bool
    request_uri_parameter_supported: bool
    code_challenge_methods_supported: Sequence[str]
    authorization_response_iss_parameter_supported: bool
    prompt_values_supported: Sequence[str]
    ui_locales_supported: Sequence[str]


class ApplicationResponse(Body):
    """The application that a user logs in to."""

    name: str
    logo: str | None
    third_party: bool


class InteractionResponse(Body):
    """What the login page of an authorization request shows.

    Attributes:
        step: ``done`` leads on to ``resume``.
        resume: the address to go to after a login, relative to the page.
        ways: how the user may log in, the preferred way first.
        acr: the level that the login should reach; null is any.
        hint: the username that the application expects.
        user: who is logged in, on a consent page.
        scopes: what the application would learn, on a consent page.
    """

    step: Step
    application: ApplicationResponse
    resume: str
    ways: Sequence[Way]
    acr: Level | None
    hint: str | None
    user: str | None
    scopes: Sequence[str]


class RefusedInteractionResponse(CompactBody):
    """A request that leads nowhere, because the application or its address is not known; or that failed."""

    error: str
    error_description: str | None = None
    back: str | None = None


class DecisionRequest(Request):
    """The user's decision about an application. A login page sends ``deny`` for "back to the application"."""

    query: Value
    decision: Literal["allow", "deny"]


class LogoutRequest(Request):
    """The user's confirmation that they want to log out; the query is that of the page."""

    query: Value


class LocationResponse(Body):
    """Where the page sends the browser; null is nowhere."""

    location: str | None


class SignedOnResponse(Body):
    """The browser now continues its login at applications."""

    status: Literal["signed_on"]
