"""Remembers that something was away, so that not everybody waits for it in turn."""

import threading
from collections.abc import Callable

RETRY_SECONDS = 5.0
"""How long something that was away is left alone before one caller tries it again."""


class Breaker:
    """Whether to use something that may be away. Safe to use from several threads.

    Whoever it allows has to tell what came of it, by :meth:`failed` or :meth:`worked`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """``clock`` gives seconds that only grow."""
        self._clock = clock
        self._lock = threading.Lock()
        self._retry_at: float | None = None
        self._tried = False

    def allows(self) -> bool:
        """Whether to try: always while it works; else one caller at a time, ``RETRY_SECONDS`` after the last failed."""
        with self._lock:
            if self._retry_at is None:
                return True
            if self._tried or self._clock() < self._retry_at:
                return False
            self._tried = True
            return True

    def failed(self) -> bool:
        """Takes note that it is away; whether that is news."""
        with self._lock:
            news = self._retry_at is None
            self._retry_at = self._clock() + RETRY_SECONDS
            self._tried = False
            return news

    def worked(self) -> bool:
        """Takes note that it works; whether that is news. An answer to what was asked before that tells nothing."""
        with self._lock:
            if self._retry_at is not None and not self._tried:
                return False
            news = self._retry_at is not None
            self._retry_at = None
            self._tried = False
            return news
