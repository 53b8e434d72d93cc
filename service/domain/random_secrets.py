"""Secrets that are handed out once and known again by their hash alone, so that the database gives none away."""

import hashlib
import secrets

_BYTES = 32
"""256 bits: nobody guesses one, and a hash without a salt, found by an index, is as good as one with."""

MAX_SECRET = 128
"""Characters of what may be looked for; ours have 43."""


def new_secret() -> str:
    """A random secret of characters that need no escaping in a URL."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(secret: str) -> bytes:
    """SHA-256 of a secret, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()
