"""Keeps the two threads of one computation on different cores.

Linux often wakes a thread on the core of the thread that wakes it. There, the second thread of a network waits behind
the first, which computes everything. That happens after pauses, as between logins: 30 ms after the one before, finding
and embedding a face took 13.9 ms with two threads, 12.6 with one, and 9.9 with two threads that were kept apart.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Half = Literal["first", "second"]


@contextmanager
def on_half_of_the_cores(half: Half) -> Iterator[None]:
    """Runs the block on one half of the cores that the calling thread may use.

    Threads that are created in the block stay on that half. With one core, or where a program cannot choose its cores
    (macOS), the block runs anywhere. Nothing but speed depends on it.
    """
    if sys.platform != "linux":
        yield
        return
    usable = sorted(os.sched_getaffinity(0))
    middle = len(usable) // 2
    half_of_them = usable[:middle] if half == "first" else usable[middle:]
    with suppress(OSError):  # the system may forbid it
        os.sched_setaffinity(0, half_of_them or usable)
    try:
        yield
    finally:
        with suppress(OSError):
            os.sched_setaffinity(0, usable)
