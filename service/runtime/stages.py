"""How long each stage of a request takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def timed(stages: dict[str, float], name: str) -> Iterator[None]:
    """Puts the milliseconds that the block takes into ``stages``, unless it raises."""
    start = time.perf_counter()
    yield
    stages[name] = (time.perf_counter() - start) * 1000
