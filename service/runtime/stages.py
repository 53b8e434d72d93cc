"""How long each stage of a request takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def timed(stages: dict[str, float], name: str) -> Iterator[None]:
    """Stores the duration of the block in ``stages``, in milliseconds, unless the block raises."""
    start = time.perf_counter()
    yield
    stages[name] = (time.perf_counter() - start) * 1000
