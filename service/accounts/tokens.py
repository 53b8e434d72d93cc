"""Access tokens: short-lived EdDSA JWTs that an application verifies with only the public key."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt

from service.domain.errors import TokenExpiredError, TokenInvalidError
from service.domain.levels import Level, Method
from service.keys.signing_keys import SigningKeys

ALGORITHM = "EdDSA"
TYPE = "JWT"
"""The ``typ`` of these tokens. Those of OpenID clients have another one."""
ACCOUNT = ":account"
"""The suffix of the audience of tokens whose level is lower than required. Applications refuse them. The service itself
accepts them, so that the user can reach that level."""

CLOCK_SKEW = timedelta(seconds=10)
"""The tolerated clock difference of two machines of one service: tokens are accepted this much earlier and later."""

REQUIRED_CLAIMS = ["iss", "aud", "sub", "iat", "exp", "jti", "amr", "acr", "auth_time", "sid"]


@dataclass(frozen=True)
class Authentication:
    """The content of an access token: the user, the session, the level, when it was reached, and the expiry."""

    user_id: UUID
    session_id: UUID
    level: Level
    at: datetime
    expires_at: datetime

    @property
    def methods(self) -> list[Method]:
        """The authentication methods of the level."""
        return self.level.methods

    def is_recent(self, limit: timedelta, now: datetime) -> bool:
        """Whether the login is at most this old. A clock that was set back must not stretch it."""
        return -CLOCK_SKEW <= now - self.at <= limit


@dataclass(frozen=True)
class AccessToken:
    """A signed token and its expiry.

    Attributes:
        requires: the level that the user still has to reach; None if applications accept the token.
    """

    text: str
    expires_at: datetime
    lifetime: timedelta
    requires: Level | None = None


class AccessTokens:
    """Issues and verifies access tokens."""

    def __init__(
        self, keys: SigningKeys, issuer: str, audience: str, lifetime: timedelta, required: Level | None = None
    ) -> None:
        """``required`` is the level without which a token is only for the user's own account; None for any."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._lifetime = lifetime
        self._required = required

    def missing(self, level: Level) -> Level | None:
        """Returns the required level if this level does not satisfy it, else None."""
        required = self._required
        return None if required is None or level.satisfies(required) else required

    def issue(self, user_id: UUID, session_id: UUID, level: Level, authenticated_at: datetime) -> AccessToken:
        """Issues a token for this user, valid from now."""
        now = datetime.now(UTC)
        expires_at = now + self._lifetime
        requires = self.missing(level)
        claims = {
            "iss": self._issuer,
            "aud": self._audience if requires is None else self._audience + ACCOUNT,
            "sub": str(user_id),
            "iat": now,
            "exp": expires_at,
            "jti": str(uuid4()),
            "amr": level.methods,
            "acr": level,
            "auth_time": int(authenticated_at.timestamp()),
            "sid": str(session_id),
        }
        key = self._keys.signer()
        text = jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"kid": key.key_id})
        return AccessToken(text, expires_at, self._lifetime, requires)

    def verify(self, text: str) -> Authentication:
        """Returns the content of a token. Raises TokenExpiredError or TokenInvalidError."""
        audiences = [self._audience, self._audience + ACCOUNT]
        with refusals():
            claims = signed_claims(
                text, self._keys, kind=TYPE, issuer=self._issuer, audiences=audiences, required=REQUIRED_CLAIMS
            )
            user_id, session_id, level = UUID(claims["sub"]), UUID(claims["sid"]), Level(claims["acr"])
            if claims["amr"] != level.methods:
                raise TokenInvalidError
            return Authentication(user_id, session_id, level, moment(claims["auth_time"]), moment(claims["exp"]))


def signed_claims(
    text: str, keys: SigningKeys, *, kind: str, issuer: str, audiences: Sequence[str], required: Sequence[str]
) -> dict[str, Any]:
    """Returns the claims of a token that one of these keys has signed. Use it within :func:`refusals`.

    Args:
        text: the token.
        keys: of ``ALGORITHM``.
        kind: the ``typ`` in its header.
        issuer: its ``iss``.
        audiences: one of them is its ``aud``.
        required: the claims that it must have.

    Raises:
        TokenInvalidError: none of these keys has signed it, or it is of another kind.
        jwt.InvalidTokenError: it is malformed or has expired, or a claim is missing or wrong.
    """
    header = jwt.get_unverified_header(text)
    key = keys.verifier(header.get("kid", ""))
    if key is None or header.get("typ") != kind:
        raise TokenInvalidError
    claims: dict[str, Any] = jwt.decode(
        text,
        key.public,
        algorithms=[ALGORITHM],
        issuer=issuer,
        audience=audiences,
        leeway=CLOCK_SKEW,
        options={"require": list(required)},
    )
    return claims


@contextmanager
def refusals() -> Iterator[None]:
    """Turns the errors of an invalid token, or of one whose claims have wrong types, into the service's own."""
    try:
        yield
    except jwt.ExpiredSignatureError:
        raise TokenExpiredError from None
    except (jwt.InvalidTokenError, AttributeError, OverflowError, TypeError, ValueError):
        raise TokenInvalidError from None


def moment(seconds: float) -> datetime:
    """Returns the time of a claim, which counts seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
