"""The limits that a process remembers, so that not every call needs the database."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

MOST_ENTRIES = 10_000
"""Maximum number of entries. A new one replaces the oldest, whose next call then needs the database again."""

REMEMBERED_SECONDS = 5.0
"""Maximum time that a refusal is remembered: another process may have refunded a part of the limit."""

V = TypeVar("V")


class Memory(Generic[V]):
    """Keeps a bounded number of values, each for a limited time. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float], most: int = MOST_ENTRIES) -> None:
        """``clock`` is monotonic, in seconds."""
        self._clock = clock
        self._most = most
        self._values: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, key: Hashable, value: V, seconds: float) -> None:
        """Keeps a value for some seconds, and replaces an earlier one."""
        with self._lock:
            self._values.pop(key, None)
            self._values[key] = (self._clock() + seconds, value)
            if len(self._values) > self._most:
                self._values.popitem(last=False)

    def find(self, key: Hashable) -> V | None:
        """The value of a key; None if it has expired or was never kept."""
        with self._lock:
            return self._find(key)

    def change(self, key: Hashable, change: Callable[[V], V | None]) -> V | None:
        """Replaces a value by the result of ``change``, or removes it if that is None; returns the new value."""
        with self._lock:
            value = self._find(key)
            changed = None if value is None else change(value)
            if changed is None:
                self._values.pop(key, None)
            else:
                self._values[key] = (self._values[key][0], changed)
            return changed

    def _find(self, key: Hashable) -> V | None:
        until, value = self._values.get(key, (0.0, None))
        return value if until > self._clock() else None


class Refusals:
    """Recent refusals: while a client keeps calling, they are repeated without the database."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: Memory[float] = Memory(clock)

    def remember(self, subject: Hashable, seconds: float) -> None:
        """Remembers that a subject is refused for so many seconds."""
        self._until.keep(subject, self._clock() + seconds, min(seconds, REMEMBERED_SECONDS))

    def seconds_left(self, subject: Hashable) -> float | None:
        """For how many seconds a subject is still refused; None if no refusal is remembered."""
        until = self._until.find(subject)
        return None if until is None else until - self._clock()
