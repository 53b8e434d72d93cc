"""Further endpoints by Authlib: revocation, introspection and logout."""

from typing import Any
from uuid import UUID

from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.rpinitiated import EndSessionEndpoint
from joserfc.jwk import KeySet

from service.domain.errors import TokenExpiredError, TokenInvalidError
from service.http.openid.client import CLIENT_METHODS, SECRET_METHODS, OAuthClient


class IssuedToken:
    """A token that a client shows, as Authlib takes one.

    Attributes:
        client_id: to which it was issued.
        grant_id: to which it belongs.
        described: what introspection says about it.
    """

    def __init__(self, client_id: str, grant_id: UUID, described: dict[str, Any], *, is_active: bool) -> None:
        """``is_active``: whether the token is valid now."""
        self.client_id = client_id
        self.grant_id = grant_id
        self.described = described
        self._is_active = is_active

    def check_client(self, client: OAuthClient) -> bool:
        """Overrides Authlib."""
        return self.client_id == client.client_id

    def is_expired(self) -> bool:
        """Overrides Authlib."""
        return False  # an expired token is not found

    def is_revoked(self) -> bool:
        """Overrides Authlib."""
        return not self._is_active


class _OfTokens:
    """Finds a token that a client shows. The hint of its type is not needed: the two look different."""

    server: Any

    def query_token(self, token_string: str, _token_type_hint: str | None) -> IssuedToken | None:
        """Overrides Authlib."""
        return self._access_token(token_string) or self._refresh_token(token_string)

    def _access_token(self, text: str) -> IssuedToken | None:
        provider = self.server.provider
        try:
            token = provider.client_tokens.verify(text)
        except (TokenInvalidError, TokenExpiredError):
            return None
        described = {
            "token_type": "Bearer",
            "client_id": token.client_id,
            "sub": str(token.user_id),
            "scope": " ".join(sorted(token.scopes)),
            "iss": provider.issuer,
            "aud": provider.issuer,
            "iat": int(token.issued_at.timestamp()),
            "exp": int(token.expires_at.timestamp()),
        }
        is_active = provider.grants.living(self.server.work, token.grant_id) is not None
        return IssuedToken(token.client_id, token.grant_id, described, is_active=is_active)

    def _refresh_token(self, text: str) -> IssuedToken | None:
        row = self.server.provider.grants.known_refresh_token(self.server.work, text)
        if row is None:
            return None
        described = {
            "client_id": row.client_id,
            "sub": str(row.user_id),
            "scope": " ".join(row.scopes),
            "iss": self.server.provider.issuer,
            "iat": int(row.created_at.timestamp()),
            "exp": int(row.expires_at.timestamp()),
        }
        return IssuedToken(row.client_id, row.family, described, is_active=row.is_valid)


class Revocation(_OfTokens, RevocationEndpoint):  # type: ignore[misc]
    """Revokes a token with everything that came of the same login at the client (RFC 7009)."""

    CLIENT_AUTH_METHODS = CLIENT_METHODS

    def revoke_token(self, token: IssuedToken, _request: object) -> None:
        """Overrides Authlib."""
        self.server.provider.grants.revoke(self.server.work, token.grant_id)


class Introspection(_OfTokens, IntrospectionEndpoint):  # type: ignore[misc]
    """Says whether a client's own token is still valid (RFC 7662)."""

    CLIENT_AUTH_METHODS = SECRET_METHODS

    def check_permission(self, token: IssuedToken, client: OAuthClient, _request: object) -> bool:
        """Overrides Authlib."""
        return token.check_client(client)

    def introspect_token(self, token: IssuedToken) -> dict[str, Any]:
        """Overrides Authlib."""
        return token.described


class EndSession(EndSessionEndpoint):  # type: ignore[misc]
    """Checks a request to log out (OpenID Connect RP-Initiated Logout 1.0). The view ends the session."""

    def get_server_jwks(self) -> KeySet:
        """Overrides Authlib."""
        keys = [key for one in self.server.provider.keys.values() for key in one.jwks()]
        return KeySet.import_key_set({"keys": keys})

    def get_algorithms(self) -> list[str]:
        """Overrides Authlib."""
        return list(self.server.provider.keys)
