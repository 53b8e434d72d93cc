"""What a process remembers of limits, so that not every call has to ask the database."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

MOST_ENTRIES = 10_000
"""How many subjects are remembered; the oldest is forgotten for a new one, who then costs one question more."""

REMEMBERED_SECONDS = 5.0
"""For how long a refusal is taken for granted, at most: another process may have given some of the limit back."""

V = TypeVar("V")


class Memory(Generic[V]):
    """A bounded number of values, each for a while. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float], most: int = MOST_ENTRIES) -> None:
        """``clock`` tells seconds that only grow."""
        self._clock = clock
        self._most = most
        self._values: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, key: Hashable, value: V, seconds: float) -> None:
        """Remembers a value, in the place of an earlier one."""
        with self._lock:
            self._values.pop(key, None)
            self._values[key] = (self._clock() + seconds, value)
            if len(self._values) > self._most:
                self._values.popitem(last=False)

    def find(self, key: Hashable) -> V | None:
        """The value, unless it was forgotten."""
        with self._lock:
            return self._find(key)

    def change(self, key: Hashable, change: Callable[[V], V | None]) -> V | None:
        """Puts what a value becomes in its place, or forgets it where that is None; what it is now."""
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
    """Whom the database has refused a moment ago: whoever keeps asking is answered without it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: Memory[float] = Memory(clock)

    def remember(self, subject: Hashable, seconds: float) -> None:
        """Somebody is refused for so many seconds."""
        self._until.keep(subject, self._clock() + seconds, min(seconds, REMEMBERED_SECONDS))

    def seconds_left(self, subject: Hashable) -> float | None:
        """For how long somebody is still refused; None where that is not known."""
        until = self._until.find(subject)
        return None if until is None else until - self._clock()
