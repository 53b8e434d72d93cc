"""Remembers that something was away, so that not everybody waits for it in turn."""

import threading
from collections.abc import Callable

RETRY_SECONDS = 5.0
"""How long something that was away is left alone before one caller tries it again."""


class Breaker:
    """Whether to use something that may be away. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """``clock`` gives seconds that only grow."""
        self._clock = clock
        self._lock = threading.Lock()
        self._retry_at: float | None = None

    def allows(self) -> bool:
        """Whether to try: always while it works, else one caller every ``RETRY_SECONDS``."""
        with self._lock:
            if self._retry_at is None:
                return True
            if self._clock() < self._retry_at:
                return False
            self._retry_at = self._clock() + RETRY_SECONDS
            return True

    def failed(self) -> bool:
        """Takes note that it is away; whether that is news."""
        with self._lock:
            news = self._retry_at is None
            self._retry_at = self._clock() + RETRY_SECONDS
            return news

    def worked(self) -> bool:
        """Takes note that it works; whether that is news."""
        with self._lock:
            news = self._retry_at is not None
            self._retry_at = None
            return news
