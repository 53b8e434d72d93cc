"""The keys of a running service: which signs now, and which verify, as the folder has them at the moment.

A key that is rotated or retired by a command takes effect without a restart: the folder is looked at again every
``LOOK_SECONDS``, and when a token names a key that is not known.
"""

import logging
import threading
import time
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.domain.operator_errors import SigningKeyError
from service.keys.folder import open_keys, stamp_of
from service.keys.signing import SigningKey

LOOK_SECONDS = 5.0
"""How old at most what is known of the folder may be: listing it takes tens of microseconds."""

UNKNOWN_KEY_SECONDS = 1.0
"""The same when a token names an unknown key, which costs whoever sends it nothing."""

PUBLISHED_SECONDS = 300
"""For how long applications may keep the key set before they ask for it again."""

logger = logging.getLogger(__name__)


class SigningKeys:
    """The keys in a folder. Safe to use from several threads."""

    def __init__(self, folder: Path, lifetime: timedelta) -> None:
        """Makes the first key if need be, for tokens that last ``lifetime``; raises SigningKeyError."""
        self._folder = folder
        self._lifetime = lifetime
        self._looking = threading.Lock()
        self._keys = open_keys(folder, lifetime)
        self._stamp: Hashable = None
        self._looked_at = time.monotonic()

    def signer(self) -> SigningKey:
        """The key to sign with."""
        self._look(LOOK_SECONDS)
        return self._keys.signing(datetime.now(UTC)).key

    def verifier(self, key_id: str) -> SigningKey | None:
        """The key that a token names, if it is one of those that verify."""
        self._look(LOOK_SECONDS)
        return self._published(key_id) or (self._published(key_id) if self._look(UNKNOWN_KEY_SECONDS) else None)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys as a JSON Web Key Set (RFC 7517)."""
        self._look(LOOK_SECONDS)
        return {"keys": [one.key.jwk() for one in self._keys.published(datetime.now(UTC))]}

    def _published(self, key_id: str) -> SigningKey | None:
        published = (one.key for one in self._keys.published(datetime.now(UTC)))
        return next((key for key in published if key.key_id == key_id), None)

    def _look(self, max_age: float) -> bool:
        """Reads the folder again if it was looked at so many seconds ago and has changed; whether it was looked at.

        Whoever comes while another thread looks goes on with what was known. A folder that cannot be read changes
        nothing: people go on logging in with the keys that were there.
        """
        if time.monotonic() - self._looked_at < max_age or not self._looking.acquire(blocking=False):
            return False
        try:
            stamp = stamp_of(self._folder)
            if stamp != self._stamp:
                self._keys = open_keys(self._folder, self._lifetime)
                self._stamp = stamp
        except (SigningKeyError, OSError) as error:
            logger.error("the signing keys cannot be read again, and stay as they were: %s", error)
        finally:
            self._looked_at = time.monotonic()
            self._looking.release()
        return True
