"""Slots for expensive requests: a few at a time, a short queue before them, and all others are refused at once.

Accepting more work than the machine can do only makes everyone wait longer, until clients give up and the service
computes answers that nobody reads.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from service.domain.errors import BusyError

PATIENCE_SECONDS = 5.0
"""How long a request waits for a slot at most. The queue is usually far shorter. This limit matters when something that
a slot needs, such as the database, has become slow; it is below what clients wait for an answer."""

BRIEF_PATIENCE_SECONDS = 0.3
"""How long a brief call waits at most: about the time until the widget sends the next frame."""

BRIEF_QUEUE = 4
"""How many brief calls may wait. Each holds one of the threads (``capacity.SPARE_THREADS``) that pages need."""


class _Place:
    """The place of a request in the queue. A brief one lets all others pass."""

    def __init__(self, *, long: bool = False, brief: bool = False) -> None:
        self.long = long
        self.brief = brief
        self.admitted = threading.Event()


class Admission:
    """Gives a bounded number of requests a slot, in the order of their arrival. Safe to use from several threads.

    Read the body of the request before you wait for a slot, so that a slow client does not hold one. While you wait,
    hold nothing that other requests need, such as a connection to the database.
    """

    def __init__(
        self,
        slots: int,
        queue: int,
        patience_seconds: float = PATIENCE_SECONDS,
        brief_patience_seconds: float = BRIEF_PATIENCE_SECONDS,
        on_change: Callable[[int, int], None] = lambda _waiting, _taken: None,
    ) -> None:
        """All slots are free.

        Args:
            slots: the number of slots. If there are several, long requests may hold all but one.
            queue: how many more requests may wait. Long requests have half of these places, so that many sign-ups at
                once cannot block the logins.
            patience_seconds: see ``PATIENCE_SECONDS``.
            brief_patience_seconds: see ``BRIEF_PATIENCE_SECONDS``.
            on_change: called under a lock with the number of requests that wait and of those that hold a slot.
        """
        self._slots = slots
        self._free = slots
        self._free_long = max(1, slots - 1)
        self._queue = queue
        self._patience = patience_seconds
        self._brief_patience = brief_patience_seconds
        self._waiting: deque[_Place] = deque()
        self._lock = threading.Lock()
        self._on_change = on_change

    @property
    def waiting(self) -> int:
        """How many requests wait at this moment."""
        return len(self._waiting)

    def slot(self) -> AbstractContextManager[None]:
        """A slot of ordinary length, such as for a login. Entering it waits; raises BusyError after a full wait."""
        return self._hold(_Place(), self._patience)

    def long_slot(self) -> AbstractContextManager[None]:
        """A slot of several times that length, such as for a sign-up with all its images; as :meth:`slot`."""
        return self._hold(_Place(long=True), self._patience)

    def brief_slot(self) -> AbstractContextManager[None]:
        """A slot far shorter than the others, such as for the inspection of a frame; as :meth:`slot`.

        All other requests go first. A brief request waits for ``BRIEF_PATIENCE_SECONDS`` at most, and not at all while
        others wait.
        """
        return self._hold(_Place(brief=True), self._brief_patience)

    @contextmanager
    def _hold(self, place: _Place, patience: float) -> Iterator[None]:
        self._acquire(place, patience)
        try:
            yield
        finally:
            self._release(place)

    def _acquire(self, place: _Place, patience: float) -> None:
        with self._lock:
            if not self._may_begin(place) and self._is_full(place):
                raise BusyError
            self._waiting.append(place)
            self._hand_out_slots()
        if place.admitted.wait(patience):
            return
        with self._lock:
            if not place.admitted.is_set():  # it may have got the slot this moment
                self._waiting.remove(place)
                self._report()
                raise BusyError

    def _release(self, place: _Place) -> None:
        with self._lock:
            self._free += 1
            self._free_long += place.long
            self._hand_out_slots()

    def _hand_out_slots(self) -> None:
        """Gives free slots to the requests that wait, to brief ones last."""
        for place in sorted(self._waiting, key=lambda place: place.brief):
            if self._may_begin(place):
                self._waiting.remove(place)
                self._free -= 1
                self._free_long -= place.long
                place.admitted.set()
        self._report()

    def _report(self) -> None:
        self._on_change(len(self._waiting), self._slots - self._free)

    def _may_begin(self, place: _Place) -> bool:
        return self._free > 0 and (self._free_long > 0 or not place.long)

    def _is_full(self, place: _Place) -> bool:
        brief = sum(other.brief for other in self._waiting)
        others = len(self._waiting) - brief
        if place.brief:
            return others > 0 or brief >= BRIEF_QUEUE
        long = sum(other.long for other in self._waiting)
        return others >= self._queue or (place.long and long >= self._queue / 2)
