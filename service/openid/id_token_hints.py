"""Reads ID tokens that come back as a hint. They may have expired, but the service must have issued them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import jwt

from service.keys.signing_keys import SigningKeys


@dataclass(frozen=True)
class Hint:
    """What an ID token says: about whom, and for which client."""

    subject: UUID
    client_id: str


def read_hint(text: str, keys: Iterable[SigningKeys], issuer: str) -> Hint | None:
    """Returns the content of an ID token; None if this service has not issued it."""
    try:
        kid = jwt.get_unverified_header(text).get("kid", "")
        key = next((found for one in keys if (found := one.verifier(kid))), None)
        if key is None:
            return None
        options = {"verify_exp": False, "verify_aud": False, "require": ["iss", "sub", "aud", "auth_time"]}
        claims = jwt.decode(text, key.public, algorithms=[key.algorithm], issuer=issuer, options=options)  # type: ignore[arg-type]
        return Hint(UUID(claims["sub"]), str(claims["aud"]))
    except (jwt.InvalidTokenError, AttributeError, OverflowError, TypeError, ValueError):
        return None
