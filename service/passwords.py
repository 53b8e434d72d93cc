"""Password hashes with argon2id."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and verifies passwords with the parameters of RFC 9106's low-memory profile (argon2-cffi's default)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobodys_hash = self._hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """A salted argon2id hash in its standard text form."""
        return self._hasher.hash(password)

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one that was hashed.

        ``stored`` is None for a username that doesn't exist: the answer is no, and takes as long as for one that does.
        """
        try:
            return self._hasher.verify(stored or self._nobodys_hash, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
