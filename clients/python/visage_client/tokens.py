"""The checks that access tokens and ID tokens share."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from visage_client.errors import LevelTooLowError, TokenExpiredError, TokenInvalidError
from visage_client.keys import KeySet
from visage_client.levels import Level

LEEWAY = timedelta(seconds=10)
"""The tolerated difference between the clocks of Visage and the application; Visage uses the same."""

MAX_TOKEN = 16 << 10
"""Maximum length of a token (characters). Those of Visage have about 700."""


def verified_claims(
    text: str,
    keys: KeySet,
    *,
    algorithms: Collection[str],
    issuer: str,
    audience: str,
    required: Collection[str],
    leeway: timedelta,
) -> Mapping[str, Any]:
    """Returns the claims of a token. Raises TokenExpiredError, TokenInvalidError or UnavailableError."""
    if len(text) > MAX_TOKEN:
        raise TokenInvalidError("the token is too long")
    try:
        header = jwt.get_unverified_header(text)
        if str(header.get("typ", "JWT")).upper() != "JWT":  # an access token of RFC 9068 is for other services
            raise TokenInvalidError("the token is of another type")
        if header.get("alg") not in algorithms:
            raise TokenInvalidError("the token is signed by an algorithm that Visage does not use")
        key = keys.find(str(header.get("kid", "")))
        if key.algorithm_name != header["alg"]:
            raise TokenInvalidError("the token's key is for another algorithm")
        claims: Mapping[str, Any] = jwt.decode(
            text,
            key,
            algorithms=list(algorithms),
            issuer=issuer,
            audience=audience,
            leeway=leeway,
            options={"require": list(required)},
        )
    except jwt.ExpiredSignatureError:
        raise TokenExpiredError("the token has expired") from None
    except jwt.PyJWTError as error:
        raise TokenInvalidError(f"the token is not valid: {error}") from None
    except (TypeError, ValueError, OverflowError):
        raise TokenInvalidError("the token is malformed") from None
    return claims


def check_level(
    level: Level | None,
    authenticated_at: datetime | None,
    *,
    require: Level | None,
    max_age: timedelta | None,
    leeway: timedelta,
) -> None:
    """Raises LevelTooLowError if a login does not satisfy the required level, or is older than ``max_age``."""
    if require and not (level and level.satisfies(require)):
        raise LevelTooLowError(require, level)
    if max_age is not None and (authenticated_at is None or datetime.now(UTC) - authenticated_at > max_age + leeway):
        raise LevelTooLowError(None, level)


def moment(seconds: object) -> datetime:
    """Returns a time claim as a time. Raises TokenInvalidError."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TokenInvalidError("a time in the token is not a number")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise TokenInvalidError("a time in the token is out of range") from None


def words(value: object) -> Collection[str]:
    """Returns a claim that is a list of strings. Raises TokenInvalidError."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise TokenInvalidError("a list in the token is malformed")
