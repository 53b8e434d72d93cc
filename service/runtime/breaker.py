"""A circuit breaker: it remembers that a server is unavailable, so that not every caller waits for it."""

import threading
from collections.abc import Callable

RETRY_SECONDS = 5.0
"""How long an unavailable server is left alone before one caller tries it again."""


class Breaker:
    """Says whether to use a server that may be unavailable. Safe to use from several threads.

    An allowed caller must report the result with :meth:`failed` or :meth:`worked`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """``clock`` returns monotonic seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._retry_at: float | None = None
        self._tried = False

    def allows(self) -> bool:
        """Whether to try: always while it works; after a failure one caller at a time, every ``RETRY_SECONDS``."""
        with self._lock:
            if self._retry_at is None:
                return True
            if self._tried or self._clock() < self._retry_at:
                return False
            self._tried = True
            return True

    def failed(self) -> bool:
        """Notes a failure; returns True if the server worked until now."""
        with self._lock:
            news = self._retry_at is None
            self._retry_at = self._clock() + RETRY_SECONDS
            self._tried = False
            return news

    def worked(self) -> bool:
        """Notes a success; returns True if the server was unavailable until now.

        A late answer to a request from before the failure is ignored.
        """
        with self._lock:
            if self._retry_at is not None and not self._tried:
                return False
            news = self._retry_at is not None
            self._retry_at = None
            self._tried = False
            return news
