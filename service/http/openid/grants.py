"""The ways to get tokens: a code, and a refresh token."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants.code import OpenIDToken
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from joserfc.jwk import KeySet, OKPKey, RSAKey

from service.http.openid.client import CLIENT_METHODS, OAuthClient
from service.http.openid.code import OAuthCode
from service.http.openid.requests import ProviderRequest
from service.openid.grants import ClientRefreshToken, Granted


class ProofKey(CodeChallenge):  # type: ignore[misc]
    """PKCE with SHA-256, which every request must use (RFC 9700, section 2.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Overrides Authlib."""
        data = grant.request.payload.data
        if not data.get("code_challenge"):
            raise InvalidRequestError("PKCE is required: send code_challenge")
        if data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("code_challenge_method must be S256")
        super().validate_code_challenge(grant, redirect_uri)


class IdToken(OpenIDToken):  # type: ignore[misc]
    """Adds the ID token to the tokens. Every method overrides Authlib's."""

    def __call__(self, grant: Any) -> None:
        self._server = grant.server
        super().__call__(grant)

    def get_encode_header(self, client: OAuthClient) -> dict[str, str]:
        algorithm = client.client.algorithm
        return {"alg": algorithm, "kid": self._server.provider.signer(algorithm).key_id, "typ": "JWT"}

    def resolve_client_private_key(self, client: OAuthClient) -> KeySet:
        """The key object itself: to read its PEM would check the RSA key anew, which takes a tenth of a second."""
        key = self._server.provider.signer(client.client.algorithm)
        kind = RSAKey if isinstance(key.private, RSAPrivateKey) else OKPKey
        return KeySet([kind.import_key(key.private, {"kid": key.key_id})])

    def get_compatible_claims(self, request: ProviderRequest) -> dict[str, Any]:
        granted, provider = request.granted, self._server.provider
        if granted is None:
            raise RuntimeError("no grant was exchanged")
        now = self._server.now
        claims = {
            "iss": provider.issuer,
            "aud": granted.client_id,
            "iat": now,
            "exp": now + int(provider.id_token_lifetime.total_seconds()),
            "auth_time": int(granted.at.timestamp()),
            "acr": granted.acr,
            "amr": list(granted.amr),
        }
        if granted.session_id is not None:
            claims["sid"] = str(granted.session_id)
        if granted.nonce is not None:
            claims["nonce"] = granted.nonce
        return claims

    def get_authorization_code_claims(self, _code: OAuthCode) -> dict[str, Any]:
        return {}  # they are in the claims above

    def generate_user_info(self, user: dict[str, Any], _scope: str) -> dict[str, Any]:
        return user


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """Exchanges a code. Every method overrides Authlib's."""

    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_METHODS

    def query_authorization_code(self, code: str, client: OAuthClient) -> OAuthCode | None:
        found = self.server.provider.grants.find_code(self.server.work, client.client, code)
        return None if found is None else OAuthCode(found)

    def authenticate_user(self, authorization_code: OAuthCode) -> dict[str, Any] | None:
        row = authorization_code.row
        return user_claims(self.server, row.user_id, row.scopes)

    def generate_token(self, **_arguments: Any) -> dict[str, Any]:
        code = self.request.authorization_code.row
        self.request.granted, secret = self.server.provider.grants.exchange_code(self.server.work, code)
        return tokens(self.server, self.request.granted, secret)

    def delete_authorization_code(self, authorization_code: OAuthCode) -> None:
        """The exchange has marked it as used; it is still known, so that a second exchange is noticed."""


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """Exchanges a refresh token for the next one. Every method overrides Authlib's."""

    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> "OAuthRefreshToken | None":
        client_id = self.request.client.client_id
        found = self.server.provider.grants.find_refresh_token(self.server.work, client_id, refresh_token)
        return None if found is None else OAuthRefreshToken(found)

    def authenticate_user(self, refresh_token: "OAuthRefreshToken") -> dict[str, Any] | None:
        return user_claims(self.server, refresh_token.row.user_id, refresh_token.row.scopes)

    def issue_token(self, _user: dict[str, Any], refresh_token: "OAuthRefreshToken") -> dict[str, Any]:
        """Fewer scopes, if the request names some, narrow the access token and not the refresh token."""
        exchanged = self.server.provider.grants.exchange_refresh_token(self.server.work, refresh_token.row)
        if exchanged is None:
            raise InvalidGrantError("This refresh token was exchanged meanwhile.")
        granted, secret = exchanged
        wanted = (self.request.payload.scope or "").split()
        scopes = [one for one in granted.scopes if one in wanted] if wanted else granted.scopes
        self.request.granted = replace(granted, scopes=scopes)
        return tokens(self.server, self.request.granted, secret)

    def revoke_old_credential(self, refresh_token: "OAuthRefreshToken") -> None:
        """The exchange has marked it as used."""


class OAuthRefreshToken:
    """A refresh token as Authlib takes one.

    Attributes:
        row: the token.
    """

    def __init__(self, row: ClientRefreshToken) -> None:
        self.row = row

    def check_client(self, client: OAuthClient) -> bool:
        """Overrides Authlib."""
        return self.row.client_id == client.client_id

    def get_scope(self) -> str:
        """Overrides Authlib."""
        return " ".join(self.row.scopes)


def tokens(server: Any, granted: Granted, refresh_token: str) -> dict[str, Any]:
    """Returns the answer of the token endpoint, to which the ID token is still added."""
    access = server.provider.client_tokens.issue(granted)
    return {
        "token_type": "Bearer",
        "access_token": access.text,
        "expires_in": int(access.lifetime.total_seconds()),
        "refresh_token": refresh_token,
        "scope": " ".join(granted.scopes),
    }


def user_claims(server: Any, user_id: UUID, scopes: Any) -> dict[str, Any] | None:
    """Returns what the ID token says about the user; None if the account was erased."""
    claims: dict[str, Any] | None = server.provider.claims.of(server.work, user_id, scopes)
    return claims
