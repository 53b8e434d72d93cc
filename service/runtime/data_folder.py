"""The data folder: one service, import and eraser at a time, and no workers left over from one that was killed."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from service.domain.operator_errors import HomeInUseError

POLL_SECONDS = 0.1


@contextmanager
def sole_use(home: Path) -> Iterator[None]:
    """Keeps other services out of the data folder, which is made if need be.

    The lock is this process's alone: forked workers don't hold it, and it ends with the process however that ends.
    Raises HomeInUseError, or OSError for a folder that cannot be written.
    """
    home.mkdir(parents=True, exist_ok=True)
    handle = _open(home / "service.lock")
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise HomeInUseError(home) from None
        yield
    finally:
        os.close(handle)


def sole_import(home: Path) -> AbstractContextManager[bool]:
    """Whether this process may store images by way of the import's place; it then may until the block ends.

    No other may meanwhile, and a kill ends it too. Raises OSError for a folder that cannot be written.
    """
    return _sole(home, "import.lock")


def sole_administration(home: Path) -> AbstractContextManager[bool]:
    """The same of the place of the commands by which an operator erases people."""
    return _sole(home, "administration.lock")


def sole_rotation(home: Path) -> AbstractContextManager[bool]:
    """The same of encrypting the images anew."""
    return _sole(home, "rotation.lock")


def join_workers(home: Path) -> None:
    """Makes this process known as a worker for as long as it lives."""
    fcntl.flock(_open(home / "workers.lock"), fcntl.LOCK_SH)  # never closed: the end of the process does that


def workers_are_gone(home: Path, seconds: float) -> bool:
    """Waits until the workers of an earlier service have ended, at most so long; whether they have."""
    handle = _open(home / "workers.lock")
    deadline = time.monotonic() + seconds
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except OSError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(POLL_SECONDS)
    finally:
        os.close(handle)


@contextmanager
def _sole(home: Path, name: str) -> Iterator[bool]:
    home.mkdir(parents=True, exist_ok=True)
    handle = _open(home / name)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
