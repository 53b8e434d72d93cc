"""Access tokens: short-lived EdDSA JWTs that an application verifies with only the public key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt

from service.domain.errors import TokenExpiredError, TokenInvalidError
from service.domain.levels import Level, Method
from service.keys.signing import PublicKey
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
        """Returns the level that applications require where this one does not satisfy it, or else None."""
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
        try:
            claims = jwt.decode(
                text,
                self._key_of(text),
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=[self._audience, self._audience + ACCOUNT],
                leeway=CLOCK_SKEW,
                options={"require": REQUIRED_CLAIMS},
            )
            user_id, session_id, level = UUID(claims["sub"]), UUID(claims["sid"]), Level(claims["acr"])
            if claims["amr"] != level.methods:
                raise TokenInvalidError
            return Authentication(user_id, session_id, level, _moment(claims["auth_time"]), _moment(claims["exp"]))
        except jwt.ExpiredSignatureError:
            raise TokenExpiredError from None
        except (jwt.InvalidTokenError, AttributeError, OverflowError, TypeError, ValueError):
            raise TokenInvalidError from None

    def _key_of(self, text: str) -> PublicKey:
        """Returns the key of ours that a token names. Raises TokenInvalidError, also for a token of another kind."""
        header = jwt.get_unverified_header(text)
        key = self._keys.verifier(header.get("kid", ""))
        if key is None or header.get("typ") != TYPE:
            raise TokenInvalidError
        return key.public


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
