"""Access tokens of applications: JWTs by RFC 9068, valid only for the provider's own calls."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt

from service.accounts.tokens import ALGORITHM, AccessToken, moment, refusals, signed_claims
from service.keys.signing_keys import SigningKeys
from service.openid.grants import Granted

TYPE = "at+jwt"
"""The ``typ`` by which these tokens differ from all others."""

REQUIRED_CLAIMS = ["iss", "aud", "sub", "iat", "exp", "jti", "client_id", "scope", "grant"]


@dataclass(frozen=True)
class ClientToken:
    """The content of an application's access token."""

    client_id: str
    user_id: UUID
    grant_id: UUID
    scopes: frozenset[str]
    issued_at: datetime
    expires_at: datetime


class ClientTokens:
    """Issues and verifies the access tokens of applications."""

    def __init__(self, keys: SigningKeys, issuer: str, lifetime: timedelta) -> None:
        """``issuer`` is the provider's address; the tokens are for itself."""
        self._keys = keys
        self._issuer = issuer
        self._lifetime = lifetime

    def issue(self, granted: Granted) -> AccessToken:
        """Issues a token for this grant, valid from now."""
        now = datetime.now(UTC)
        expires_at = now + self._lifetime
        claims = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": str(granted.user_id),
            "iat": now,
            "exp": expires_at,
            "jti": str(uuid4()),
            "client_id": granted.client_id,
            "scope": " ".join(granted.scopes),
            "grant": str(granted.grant_id),
        }
        key = self._keys.signer()
        text = jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"kid": key.key_id, "typ": TYPE})
        return AccessToken(text, expires_at, self._lifetime)

    def verify(self, text: str) -> ClientToken:
        """Returns the content of a token. Raises TokenExpiredError or TokenInvalidError."""
        with refusals():
            claims = signed_claims(
                text, self._keys, kind=TYPE, issuer=self._issuer, audiences=[self._issuer], required=REQUIRED_CLAIMS
            )
            return ClientToken(
                client_id=str(claims["client_id"]),
                user_id=UUID(claims["sub"]),
                grant_id=UUID(claims["grant"]),
                scopes=frozenset(str(claims["scope"]).split()),
                issued_at=moment(claims["iat"]),
                expires_at=moment(claims["exp"]),
            )
