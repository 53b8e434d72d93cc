"""Password hashes with argon2id."""

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.domain import texts

NO_PASSWORD = "*"  # noqa: S105 (of nobody)
"""Stored in the place of a hash for accounts that have no password; it matches none."""


@dataclass(frozen=True)
class Verified:
    """A password that is the one that was hashed.

    Attributes:
        outdated: whether the hash was made with other parameters than those of now, or of the password as typed.
    """

    outdated: bool


class Passwords:
    """Hashes and verifies passwords with the parameters of RFC 9106's low-memory profile (argon2-cffi's default).

    Passwords are hashed as OpaqueString (RFC 8265) maps them, so that one is the same however a keyboard composes its
    letters. Earlier releases hashed them as typed.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobodys_hash = self._hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """A salted argon2id hash in its standard text form."""
        return self._hasher.hash(texts.password(password))

    def verify(self, password: str, stored: str | None) -> Verified | None:
        """Whether the password is the one that was hashed.

        ``stored`` is None for a username that doesn't exist: the answer is no, and takes as long as for a wrong
        password of one that does. So does that for an account without a password. The time depends on the password
        that is typed alone: one that is typed in another form than it is hashed in is tried in both.
        """
        known = stored is not None and stored != NO_PASSWORD
        against = stored if stored is not None and known else self._nobodys_hash
        mapped = texts.password(password)
        for form in dict.fromkeys((mapped, password)):
            if self._is_hash_of(against, form) and known:
                return Verified(form != mapped or self._hasher.check_needs_rehash(against))
        return None

    def _is_hash_of(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
