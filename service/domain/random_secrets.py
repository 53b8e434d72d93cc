"""Random secrets for clients. The database stores only their hashes, so it discloses none."""

import hashlib
import secrets

_BYTES = 32
"""256 bits: too many to guess, so an unsalted hash, which an index can find, is as safe as a salted one."""

MAX_SECRET = 128
"""Characters. Longer values are not looked up; the service's own secrets have 43."""


def new_secret() -> str:
    """Returns a random secret that needs no escaping in a URL."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(secret: str) -> bytes:
    """Returns the SHA-256 of a secret, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()
