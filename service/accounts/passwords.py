"""Password hashes with argon2id."""

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.domain import texts

NO_PASSWORD = "*"  # noqa: S105 (not a password)
"""Stored instead of a hash for accounts without a password; no password matches it."""


@dataclass(frozen=True)
class Verified:
    """The result for a correct password.

    Attributes:
        outdated: whether the hash needs replacement: its parameters are old, or it is of the password as typed.
    """

    outdated: bool


class Passwords:
    """Hashes and verifies passwords with the parameters of RFC 9106's low-memory profile (argon2-cffi's default).

    Passwords are first normalised by OpaqueString (RFC 8265), so that they are the same however a keyboard composes
    the letters. Earlier releases hashed them as typed.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._dummy_hash = self._hasher.hash("the password of no account")

    def hash(self, password: str) -> str:
        """Returns a salted argon2id hash in its standard text form."""
        return self._hasher.hash(texts.password(password))

    def verify(self, password: str, stored: str | None) -> Verified | None:
        """Returns a result if the password is the one that was hashed, else None.

        ``stored`` is None for an unknown username. The call then takes as long as for a wrong password of an existing
        account, and so does the call for an account without a password. The time depends only on the typed password:
        if its typed form differs from its normal form, both are tried.
        """
        known = stored is not None and stored != NO_PASSWORD
        against = stored if stored is not None and known else self._dummy_hash
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
