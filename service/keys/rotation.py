"""Changes the keys that sign tokens, while services run."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from service.domain.operator_errors import KeyNotFoundError, KeyRotationUnderWayError
from service.keys.folder import (
    KeptKey,
    Keys,
    KeyState,
    add_key,
    open_keys,
    read_keys,
    remove_key,
    sole_change,
)
from service.keys.signing import ALGORITHMS, Algorithm
from service.keys.signing_keys import PUBLISHED_SECONDS

OVERLAP = timedelta(seconds=2 * PUBLISHED_SECONDS)
"""How long a key is published before it signs: twice the time that applications may cache the key set, to allow for
clock differences."""


class KeyRotation:
    """The changes that an operator can make to a folder of keys."""

    def __init__(self, folder: Path, lifetime: timedelta, algorithm: Algorithm = "EdDSA") -> None:
        """Tokens last ``lifetime``. Raises SigningKeyError, like all methods."""
        self._folder = folder
        self._lifetime = lifetime
        self._algorithm = algorithm
        open_keys(folder, lifetime, algorithm)

    def keys(self) -> Keys:
        """Returns the current keys."""
        return read_keys(self._folder, self._lifetime, self._algorithm)

    def upcoming(self, now: datetime) -> Sequence[KeptKey]:
        """Returns the keys that wait to sign."""
        return self._of_state(KeyState.UPCOMING, now)

    def expired(self, now: datetime) -> Sequence[KeptKey]:
        """Returns the keys that no valid token needs."""
        return self._of_state(KeyState.EXPIRED, now)

    def rotate(self, now: datetime) -> KeptKey:
        """Adds a key, which is published now and signs after ``OVERLAP``.

        Raises KeyRotationUnderWayError if another key already waits to sign.
        """
        with sole_change(self._folder):
            for key in self.upcoming(now):
                raise KeyRotationUnderWayError(key.key.key_id, key.signs_from)
            return self._added(now + OVERLAP)

    def retire_expired(self, now: datetime) -> Sequence[KeptKey]:
        """Removes the expired keys and returns them."""
        with sole_change(self._folder):
            expired = self.expired(now)
            for key in expired:
                remove_key(key)
        return expired

    def retire_now(self, key_id: str, now: datetime) -> KeptKey:
        """Removes a key even if it is still needed. Every token that it signed becomes invalid.

        Returns the key that signs from now on, a new one if the removed key was signing. Raises KeyNotFoundError.
        """
        with sole_change(self._folder):
            keys = self.keys()
            retired = next((key for key in keys.kept if key.key.key_id == key_id), None)
            if retired is None:
                raise KeyNotFoundError(key_id)
            successor = self._added(now) if retired == keys.signing(now) else keys.signing(now)
            remove_key(retired)
        return successor

    def _of_state(self, state: KeyState, now: datetime) -> Sequence[KeptKey]:
        keys = self.keys()
        return [key for key in keys.kept if keys.state(key, now) is state]

    def _added(self, signs_from: datetime) -> KeptKey:
        path = add_key(self._folder, signs_from, self._algorithm)
        return next(key for key in self.keys().kept if key.path == path)


def rotations(folder: Path, lifetime: timedelta) -> list[KeyRotation]:
    """Returns the rotations of all algorithms; the arguments and errors are those of :class:`KeyRotation`."""
    return [KeyRotation(folder, lifetime, algorithm) for algorithm in ALGORITHMS]
