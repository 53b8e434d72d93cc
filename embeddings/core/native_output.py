"""Mutes output that native libraries write past Python's logging."""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def muted_stderr() -> Iterator[None]:
    """Drops everything that the process writes to stderr during the block, including output of native code.

    LiteRT announces its XNNPACK delegate there and has no setting to prevent it. Use it only at start-up, before other
    threads write to the log.
    """
    with contextlib.suppress(OSError):  # a full disk must not end the process
        sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
