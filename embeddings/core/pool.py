"""A bounded pool of interpreters, or of other objects that only one thread may use at a time."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Pool(Generic[Item]):
    """Lends each item to one borrower at a time, last in first out; creates items when needed."""

    def __init__(self, make: Callable[[int], Item], threads: Sequence[int]) -> None:
        """Creates nothing yet.

        Args:
            make: creates an item that computes with this many threads.
            threads: the threads of each item.
        """
        self._make = make
        self._threads = tuple(threads)
        self._unlent = threading.Semaphore(len(self._threads))
        self._lock = threading.Lock()
        self._items: dict[int, list[Item | None]] = {number: [] for number in self._threads}
        for number in self._threads:
            self._items[number].append(None)

    @contextmanager
    def borrow(self, threads: int = 1) -> Iterator[Item]:
        """Waits for a free item, and lends it for the block.

        An item with another number of threads is lent only if none with this number is free.
        """
        with self._unlent:
            number, item = self._take(threads)
            try:
                if item is None:
                    item = self._make(number)
                yield item
            finally:
                with self._lock:
                    self._items[number].append(item)

    @contextmanager
    def borrow_all(self) -> Iterator[list[Item]]:
        """Borrows all items at once, so that all are created."""
        with ExitStack() as stack:
            yield [stack.enter_context(self.borrow(number)) for number in self._threads]

    def _take(self, threads: int) -> tuple[int, Item | None]:
        """Takes a free item, and returns it with its threads; the semaphore promises that there is one."""
        with self._lock:
            number = next(number for number in (threads, *self._items) if self._items.get(number))
            return number, self._items[number].pop()
