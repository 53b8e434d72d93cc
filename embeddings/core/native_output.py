"""What native libraries print past Python's logging."""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def muted_stderr() -> Iterator[None]:
    """Drops everything the process writes to its error output meanwhile, by native code too.

    LiteRT announces its XNNPACK delegate there and has no setting against it. For start-up, before other threads log.
    """
    with contextlib.suppress(OSError):  # what a full disk does not take is no reason to end
        sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
