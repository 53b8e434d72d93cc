"""Keeps the two threads of one computation on different cores.

Linux often wakes a thread on the core of the thread that wakes it. The second thread of a network then waits for the
first, which computes everything. This happens after pauses, such as between logins. With a pause of 30 ms, finding and
embedding a face took 13.9 ms with two threads, 12.6 ms with one, and 9.9 ms with two threads on different cores.
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

    Threads that are created in the block stay on that half. With one core, or on systems where a program cannot choose
    its cores (macOS), the block runs on any core. This affects only the speed.
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
