"""Waits for conditions in other processes."""

import time
from collections.abc import Callable

LONGEST_SECONDS = 60
POLL_SECONDS = 0.01


def wait_until(condition: Callable[[], object], longest_seconds: float = LONGEST_SECONDS) -> None:
    """Returns once the condition holds; fails after a timeout."""
    deadline = time.monotonic() + longest_seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(POLL_SECONDS)
