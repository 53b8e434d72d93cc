"""The processor cores and the memory of this process, by the standard library alone.

Only Linux can keep a process on some cores.
"""

import os
import resource
import sys
from collections.abc import Collection


def usable_cores() -> list[int]:
    """Returns the numbers of the cores that this process may use, in order."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def stay_on(cores: Collection[int]) -> None:
    """Keeps this process and those that it starts on these cores. Has no effect where the system cannot do so."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def peak_mib(whose: int = resource.RUSAGE_SELF) -> float:
    """Returns the maximal resident memory in MiB, of this process or of ``resource.RUSAGE_CHILDREN``."""
    return resource.getrusage(whose).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
