"""Access tokens: short-lived EdDSA JWTs that an application verifies with the public key alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

import jwt

from service.errors import TokenExpiredError, TokenInvalidError
from service.signing import SigningKey

ALGORITHM = "EdDSA"
REQUIRED_CLAIMS = ["iss", "aud", "sub", "iat", "exp", "jti", "amr", "auth_time", "sid"]

Method = Literal["face", "pwd"]
"""How a person was authenticated: the values of ``amr`` (RFC 8176) in use."""


@dataclass(frozen=True)
class Authentication:
    """What an access token says: who was authenticated in which session, how, when, and until when that holds."""

    user_id: UUID
    session_id: UUID
    method: Method
    at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class AccessToken:
    """A signed token and the moment it stops being valid."""

    text: str
    expires_at: datetime
    lifetime: timedelta


class AccessTokens:
    """Issues and verifies access tokens."""

    def __init__(self, key: SigningKey, issuer: str, audience: str, lifetime: timedelta) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience
        self._lifetime = lifetime

    def issue(self, user_id: UUID, session_id: UUID, method: Method, authenticated_at: datetime) -> AccessToken:
        """A token for this person, valid from now."""
        now = datetime.now(UTC)
        expires_at = now + self._lifetime
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(user_id),
            "iat": now,
            "exp": expires_at,
            "jti": str(uuid4()),
            "amr": [method],
            "auth_time": int(authenticated_at.timestamp()),
            "sid": str(session_id),
        }
        text = jwt.encode(claims, self._key.private, algorithm=ALGORITHM, headers={"kid": self._key.key_id})
        return AccessToken(text, expires_at, self._lifetime)

    def verify(self, text: str) -> Authentication:
        """What a token says; raises TokenExpiredError or TokenInvalidError."""
        try:
            claims = jwt.decode(
                text,
                self._key.public,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                options={"require": REQUIRED_CLAIMS},
            )
            (method,) = claims["amr"]
            user_id, session_id = UUID(claims["sub"]), UUID(claims["sid"])
            return Authentication(user_id, session_id, method, _moment(claims["auth_time"]), _moment(claims["exp"]))
        except jwt.ExpiredSignatureError:
            raise TokenExpiredError from None
        except (jwt.InvalidTokenError, AttributeError, OverflowError, TypeError, ValueError):
            raise TokenInvalidError from None


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
