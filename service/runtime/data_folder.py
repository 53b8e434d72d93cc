"""Locks in the data folder: one service, one import and one eraser at a time, and no workers of a killed service."""

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
    """Keeps other services out of the data folder, and makes the folder if necessary.

    Only this process holds the lock: forked workers don't inherit it, and it ends with the process, however that ends.
    Raises HomeInUseError, or OSError if the folder cannot be written.
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
    """Takes the import lock until the block ends; yields whether this process has it.

    While a process holds it, no other can store imported images. A kill releases it too. Raises OSError if the folder
    cannot be written.
    """
    return _sole(home, "import.lock")


def sole_administration(home: Path) -> AbstractContextManager[bool]:
    """Takes the lock of the commands that erase people; see :func:`sole_import`."""
    return _sole(home, "administration.lock")


def sole_rotation(home: Path) -> AbstractContextManager[bool]:
    """Takes the lock for re-encrypting the images; see :func:`sole_import`."""
    return _sole(home, "rotation.lock")


def join_workers(home: Path) -> None:
    """Marks this process as a worker for as long as it lives."""
    fcntl.flock(_open(home / "workers.lock"), fcntl.LOCK_SH)  # never closed: it closes when the process ends


def workers_are_gone(home: Path, seconds: float) -> bool:
    """Waits at most this long for the workers of an earlier service to end; returns whether they have."""
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
