"""Waiting for what another process is about to do."""

import time
from collections.abc import Callable

LONGEST_SECONDS = 60
POLL_SECONDS = 0.01


def wait_until(condition: Callable[[], object]) -> None:
    """Returns once the condition holds; fails when it does not come to that."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(POLL_SECONDS)
