"""Proof that a user was asked to log in for one request, so that ``prompt=login`` asks once and not for ever.

The proof is a moment and a keyed hash over it and the request. The browser brings it back in the address, so the
service keeps nothing for requests of strangers, and several tabs do not disturb each other.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

PARAMETER = "asked"
"""The parameter of the address that holds the proof."""

LIFETIME = timedelta(minutes=30)
"""How long a user may take to log in after being asked."""

_PARTS = 2
"""The moment and the hash."""

_DIGITS = 14
"""The maximum number of digits of the moment, which is in milliseconds since 1970."""


class Asking:
    """Makes and checks proofs."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def prove(self, parameters: Mapping[str, str]) -> str:
        """Returns the proof that the user is asked now."""
        moment = str(int(datetime.now(UTC).timestamp() * 1000))
        return f"{moment}.{self._hash(moment, parameters)}"

    def asked_at(self, parameters: Mapping[str, str]) -> datetime | None:
        """Returns when the user was asked, or None without a proof that holds for these parameters."""
        parts = parameters.get(PARAMETER, "").split(".")
        if len(parts) != _PARTS or not (parts[0].isascii() and parts[0].isdigit()) or len(parts[0]) > _DIGITS:
            return None
        if not hmac.compare_digest(parts[1].encode(), self._hash(parts[0], parameters).encode()):
            return None
        moment = datetime.fromtimestamp(int(parts[0]) / 1000, UTC)
        return moment if datetime.now(UTC) - moment <= LIFETIME else None

    def _hash(self, moment: str, parameters: Mapping[str, str]) -> str:
        named = sorted((name, value) for name, value in parameters.items() if name != PARAMETER)
        message = "\0".join([moment, *(part for pair in named for part in pair)])
        return hmac.new(self._key, message.encode(), hashlib.sha256).hexdigest()
