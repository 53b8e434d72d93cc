"""The keys of a running service that sign in one way: which key signs now, and which keys verify.

If a command rotates or retires a key, the change takes effect without a restart. The folder is checked every
``LOOK_SECONDS``, and when a token names an unknown key.
"""

import logging
import threading
import time
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.domain.operator_errors import SigningKeyError
from service.keys.folder import open_keys, stamp_of
from service.keys.signing import Algorithm, SigningKey

LOOK_SECONDS = 5.0
"""Maximum age of the known keys: listing the folder takes tens of microseconds."""

UNKNOWN_KEY_SECONDS = 1.0
"""The maximum age when a token names an unknown key. It limits the work that clients can cause at no cost."""

PUBLISHED_SECONDS = 300
"""How long applications may cache the key set, in seconds."""

logger = logging.getLogger(__name__)


class SigningKeys:
    """The keys in a folder. Safe to use from several threads."""

    def __init__(self, folder: Path, lifetime: timedelta, algorithm: Algorithm = "EdDSA") -> None:
        """Makes the first key if necessary; tokens last ``lifetime``. Raises SigningKeyError."""
        self._folder = folder
        self._lifetime = lifetime
        self._algorithm = algorithm
        self._looking = threading.Lock()
        self._keys = open_keys(folder, lifetime, algorithm)
        self._stamp: Hashable = None
        self._looked_at = time.monotonic()

    def signer(self) -> SigningKey:
        """Returns the key that signs."""
        self._check_folder(LOOK_SECONDS)
        return self._keys.signing(datetime.now(UTC)).key

    def verifier(self, key_id: str) -> SigningKey | None:
        """Returns the key that a token names, if it is published."""
        self._check_folder(LOOK_SECONDS)
        return self._published(key_id) or (self._published(key_id) if self._check_folder(UNKNOWN_KEY_SECONDS) else None)

    def jwks(self) -> list[dict[str, str]]:
        """Returns the public keys as JSON Web Keys (RFC 7517)."""
        self._check_folder(LOOK_SECONDS)
        return [one.key.jwk() for one in self._keys.published(datetime.now(UTC))]

    def _published(self, key_id: str) -> SigningKey | None:
        published = (one.key for one in self._keys.published(datetime.now(UTC)))
        return next((key for key in published if key.key_id == key_id), None)

    def _check_folder(self, max_age: float) -> bool:
        """Checks the folder if the last check is ``max_age`` seconds ago, reads changes; returns whether it checked.

        If another thread is checking, the caller uses the known keys. If the folder cannot be read, the known keys
        stay in use, so that users can still log in.
        """
        if time.monotonic() - self._looked_at < max_age or not self._looking.acquire(blocking=False):
            return False
        try:
            stamp = stamp_of(self._folder, self._algorithm)
            if stamp != self._stamp:
                self._keys = open_keys(self._folder, self._lifetime, self._algorithm)
                self._stamp = stamp
        except (SigningKeyError, OSError) as error:
            logger.error("the signing keys cannot be read again; the known ones stay in use: %s", error)
        finally:
            self._looked_at = time.monotonic()
            self._looking.release()
        return True
