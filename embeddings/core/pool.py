"""A bounded pool of objects that only one thread may use at a time."""

import queue
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Pool(Generic[Item]):
    """Lends at most ``size`` items, each to one borrower at a time, last in first out; creates them when needed."""

    def __init__(self, make: Callable[[], Item], size: int) -> None:
        self._make = make
        self._size = size
        self._free: queue.LifoQueue[Item | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)

    @contextmanager
    def borrow(self) -> Iterator[Item]:
        """Waits for a free item and returns it to the pool at the end, even after an error."""
        item = self._free.get()
        try:
            if item is None:
                item = self._make()
            yield item
        finally:
            self._free.put(item)

    @contextmanager
    def borrow_all(self) -> Iterator[list[Item]]:
        """Borrows all items at once, so that all are created."""
        with ExitStack() as stack:
            yield [stack.enter_context(self.borrow()) for _ in range(self._size)]
