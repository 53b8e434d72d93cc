"""The data folder, which belongs to one service at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.errors import HomeInUseError


@contextmanager
def sole_use(home: Path) -> Iterator[None]:
    """Keeps other services out of the data folder, which is made if need be.

    The lock is this process's alone: forked workers don't hold it, and it ends with the process however that ends.
    Raises HomeInUseError, or OSError for a folder that cannot be written.
    """
    home.mkdir(parents=True, exist_ok=True)
    handle = os.open(home / "service.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise HomeInUseError(home) from None
        yield
    finally:
        os.close(handle)
