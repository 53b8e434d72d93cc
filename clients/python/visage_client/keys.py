"""The public keys of Visage: fetched when they are needed, cached, and fetched again when a key is unknown."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from visage_client.errors import TokenInvalidError, UnavailableError
from visage_client.http import Reply

REFETCH_SECONDS = 10.0
"""The least time between two fetches (seconds): without it, each token with an invented key id would cause a fetch.
Visage publishes a key ten minutes before it signs with it."""

LEAST_AGE = 10.0
GREATEST_AGE = 3600.0
"""Bounds of the time for which keys are cached (seconds), whatever ``max-age`` says."""

STALE_SECONDS = 600.0
"""How much longer keys are used while Visage cannot be reached. A key that was retired stays valid that long."""

LEAST_RSA_BITS = 2048


@dataclass(frozen=True)
class _Keys:
    by_id: Mapping[str, PyJWK]
    fresh_until: float


class KeySet:
    """The keys at one address. Safe to use from several threads."""

    def __init__(self, fetch: Callable[[], Reply], clock: Callable[[], float] = time.monotonic) -> None:
        """Fetches nothing yet. ``fetch`` returns the key set (RFC 7517) or raises UnavailableError."""
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._keys = _Keys({}, float("-inf"))
        self._tried_at = float("-inf")

    def find(self, key_id: str) -> PyJWK:
        """Returns the key of this id. Raises TokenInvalidError for an unknown key, or UnavailableError."""
        keys = self._keys
        if key_id in keys.by_id and self._clock() < keys.fresh_until:
            return keys.by_id[key_id]
        if self._lock.acquire(blocking=key_id not in keys.by_id):  # a known key is used while another thread fetches
            try:
                self._refresh(key_id)
            finally:
                self._lock.release()
        keys = self._keys
        if self._clock() >= keys.fresh_until + STALE_SECONDS:
            raise UnavailableError("the keys of Visage cannot be fetched")
        if key_id not in keys.by_id:
            raise TokenInvalidError("the token names no key of Visage")
        return keys.by_id[key_id]

    def _refresh(self, key_id: str) -> None:
        """Fetches the keys if they are old or lack this one, and the last attempt is not too recent."""
        now = self._clock()
        if (key_id in self._keys.by_id and now < self._keys.fresh_until) or now - self._tried_at < REFETCH_SECONDS:
            return
        self._tried_at = now
        try:
            reply = self._fetch()
        except UnavailableError:
            return  # the known keys stay in use for a while
        found = _usable(reply.body)
        if found:
            self._keys = _Keys(found, now + min(max(reply.max_age, LEAST_AGE), GREATEST_AGE))


def _usable(body: Mapping[str, object]) -> dict[str, PyJWK]:
    """The keys of a set by id, without those for encryption, of unknown kinds, and too short."""
    usable = {}
    members = body.get("keys")
    for one in members if isinstance(members, list) else []:
        if isinstance(one, dict) and isinstance(one.get("kid"), str) and one.get("use", "sig") == "sig":
            try:
                key = PyJWK(one)
            except (PyJWTError, TypeError, ValueError):
                continue
            if getattr(key.key, "key_size", LEAST_RSA_BITS) >= LEAST_RSA_BITS:
                usable[one["kid"]] = key
    return usable
