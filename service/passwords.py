"""Password hashes with argon2id."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

NO_PASSWORD = "*"  # noqa: S105 (of nobody)
"""Stored in the place of a hash for accounts that have no password; it matches none."""


class Passwords:
    """Hashes and verifies passwords with the parameters of RFC 9106's low-memory profile (argon2-cffi's default)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobodys_hash = self._hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """A salted argon2id hash in its standard text form."""
        return self._hasher.hash(password)

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than those of now."""
        return stored != NO_PASSWORD and self._hasher.check_needs_rehash(stored)

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one that was hashed.

        ``stored`` is None for a username that doesn't exist: the answer is no, and takes as long as for one that does.
        So does that for an account without a password.
        """
        known = stored not in {None, NO_PASSWORD}
        try:
            return self._hasher.verify(stored if stored and known else self._nobodys_hash, password) and known
        except (VerificationError, InvalidHashError):
            return False
