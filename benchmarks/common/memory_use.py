"""Samples the memory of processes over time."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import psutil

EVERY_SECONDS = 5.0

EDGE = 0.1
"""Start and end are the means over this share of a series at either end."""

Pids = Callable[[], Sequence[int]]


@dataclass
class MemorySeries:
    """The proportional set sizes (PSS) of groups of processes, in MiB; shared memory is divided between processes.

    Attributes:
        seconds: the time of each sample, from the first one on.
        groups: by the name of a group, the sum over its processes at each of these times.
    """

    seconds: list[float] = field(default_factory=list)
    groups: dict[str, list[float]] = field(default_factory=dict)

    def after(self, seconds: float) -> "MemorySeries":
        """Returns the part after this time."""
        first = next((number for number, at in enumerate(self.seconds) if at >= seconds), len(self.seconds))
        return MemorySeries(self.seconds[first:], {name: sizes[first:] for name, sizes in self.groups.items()})

    def summary(self) -> Mapping[str, dict[str, float]]:
        """Returns by group: MiB at the start, at the end and at the maximum, and MiB a minute by a linear fit."""
        return {name: self._of(sizes) for name, sizes in self.groups.items()}

    def _of(self, sizes: Sequence[float]) -> dict[str, float]:
        edge = max(1, int(EDGE * len(sizes)))
        slope = float(np.polyfit(self.seconds, sizes, 1)[0]) * 60 if len(sizes) > 1 else 0.0
        return {
            "start_mib": float(np.mean(sizes[:edge])),
            "end_mib": float(np.mean(sizes[-edge:])),
            "most_mib": float(max(sizes)),
            "mib_a_minute": slope,
        }


@contextmanager
def watched(groups: Mapping[str, Pids], every: float = EVERY_SECONDS) -> Iterator[MemorySeries]:
    """Samples groups of processes while the block runs."""
    series, over, start = MemorySeries(groups={name: [] for name in groups}), threading.Event(), time.monotonic()

    def watch() -> None:
        while True:
            series.seconds.append(time.monotonic() - start)
            for name, pids in groups.items():
                series.groups[name].append(sum(pss_mib(pid) for pid in pids()))
            if over.wait(every):
                return

    thread = threading.Thread(target=watch, name="memory")
    thread.start()
    try:
        yield series
    finally:
        over.set()
        thread.join()


def pss_mib(pid: int) -> float:
    """Returns the proportional set size of a process in MiB; 0 if it has ended.

    Only Linux knows that size. Elsewhere it is the unique set size, which leaves out shared memory.
    """
    try:
        sizes = psutil.Process(pid).memory_full_info()
    except psutil.NoSuchProcess:
        return 0.0
    return float(getattr(sizes, "pss", sizes.uss)) / 2**20


def largest_child(pid: int) -> list[int]:
    """Returns the child of a process with the largest proportional set size; empty without children."""
    children = with_children(pid)[1:]
    return [max(children, key=pss_mib)] if children else []


def with_children(pid: int) -> list[int]:
    """Returns a process and all its living descendants."""
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []
