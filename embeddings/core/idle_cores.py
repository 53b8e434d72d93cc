"""Tells a computation whether the other cores are idle, so that it may use them too."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


class IdleCores:
    """Counts the computations of all processes that use the same lock file. Safe to use from several threads.

    A computation holds a shared lock on the file. The kernel releases the lock when the process ends. Work of other
    programs is not noticed.
    """

    def __init__(self, lock_file: Path) -> None:
        """Opens nothing yet."""
        self._lock_file = lock_file

    @contextmanager
    def claim(self) -> Iterator[bool]:
        """Marks the block as a computation; yields whether no other computation was running when it began.

        The answer affects only the speed. It is False if the file cannot be locked. If two computations begin at the
        same moment, it may be True or False for each.
        """
        with ExitStack() as stack:
            try:
                descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                yield False
                return
            stack.callback(os.close, descriptor)
            alone = _locked(descriptor, fcntl.LOCK_EX)
            _locked(descriptor, fcntl.LOCK_SH)  # shared, so that later computations can hold it too
            yield alone


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:  # another computation holds the lock, or the file system has no locks
        return False
    return True
