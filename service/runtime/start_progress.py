"""Says what a start is doing, if that takes long."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIET_SECONDS = 2.0
"""A step that takes less than this is not mentioned, so that later starts print nothing."""


class StartProgress:
    """The steps of one start; several threads may each be in a step."""

    def __init__(self, tell: Callable[[str], None], quiet_seconds: float = QUIET_SECONDS) -> None:
        """
        Args:
            tell: prints or logs a line.
            quiet_seconds: how long a step may take before it is mentioned.
        """
        self._tell = tell
        self._quiet_seconds = quiet_seconds

    @contextmanager
    def step(self, doing: str, hint: str = "") -> Iterator[None]:
        """Runs the block, which is mentioned if it takes long: once while it runs, and with its seconds at its end.

        Args:
            doing: what the block does, such as "Starting PostgreSQL".
            hint: follows these words while the block runs.
        """
        started = time.monotonic()
        turn = threading.Lock()
        over = mentioned = False

        def mention() -> None:
            nonlocal mentioned
            with turn:
                if not over:
                    mentioned = True
                    self._tell(f"{doing}{hint} ...")

        timer = threading.Timer(self._quiet_seconds, mention)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            with turn:
                over = True
            timer.cancel()
        if mentioned:
            self._tell(f"{doing} took {time.monotonic() - started:.0f} s.")
