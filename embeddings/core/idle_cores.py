"""Tells a computation whether the other cores are idle, so that it may use them too."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


class IdleCores:
    """Knows of the computations of all processes that use the same lock file. Safe to use from several threads.

    A computation holds a shared lock. The kernel frees it, however a process ends. Computations of other programs are
    not seen.
    """

    def __init__(self, lock_file: Path) -> None:
        """Opens nothing yet."""
        self._lock_file = lock_file

    @contextmanager
    def claim(self) -> Iterator[bool]:
        """Runs a computation, and says whether no other one was running when it began.

        Nothing but speed depends on the answer. So it is False where the file cannot be locked, and two computations
        that begin at the same moment may get any answer.
        """
        with ExitStack() as stack:
            try:
                descriptor = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                yield False
                return
            stack.callback(os.close, descriptor)
            alone = _locked(descriptor, fcntl.LOCK_EX)
            _locked(descriptor, fcntl.LOCK_SH)  # so that later ones see this one, and this one no longer stops them
            yield alone


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:  # another one is in the way, or the file system has no locks
        return False
    return True
