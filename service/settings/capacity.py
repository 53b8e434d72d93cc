"""How much this machine can do at a time: processes, turns, threads and connections, all derived here.

A request that computes faces keeps one core busy, here or in PostgreSQL. So there is a process for each core, as
Python's lock would make threads of one process wait for each other, and each process gives its turns to one request
more than its share of the cores. That one computes while another waits for the database, and takes up a core that
another process leaves idle, as connections are spread evenly but what comes over them need not be: on two cores that
others used too, eight clients got 31 logins a second instead of 27. It costs 65 MB a process.
"""

import math
import os
from dataclasses import dataclass
from pathlib import Path

SPARE_THREADS = 12
"""Threads of each process for what needs no turn: pages, health checks, bodies on their way in."""

SPARE_CONNECTIONS = 4
"""Connections of each process for requests that need no turn and for the upkeep; each has one for a millisecond or two
and needs none for most of its time."""

SERVER_CONNECTIONS = 100
"""PostgreSQL's ``max_connections``, unless somebody has changed it."""

OTHERS_CONNECTIONS = 20
"""What the service leaves to others: superusers, `visage doctor`, `visage reembed`, psql, a second service."""

CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Capacity:
    """What the service is given.

    Attributes:
        workers: processes.
        slots: requests that have their turn at a time in one process; each has an interpreter of its own.
        queue: requests that may wait for their turn in one process.
        threads: of one process; a request that waits holds one, and so many more are there for the others.
        connections: of one process to the database, at most. Nobody holds one while waiting for a turn, so that nobody
            waits for one either.
    """

    workers: int
    slots: int
    queue: int
    threads: int
    connections: int

    @classmethod
    def of(cls, cores: int, workers: int, queue: int) -> "Capacity":
        """What fits so many cores, processes and places in the queue of each process."""
        slots = math.ceil(cores / workers) + 1
        fair_share = (SERVER_CONNECTIONS - OTHERS_CONNECTIONS) // workers
        return cls(
            workers=workers,
            slots=slots,
            queue=queue,
            threads=slots + queue + SPARE_THREADS,
            connections=max(slots + 1, min(slots + SPARE_CONNECTIONS, fair_share)),
        )

    @property
    def server_connections(self) -> int:
        """``max_connections`` of a server that is the service's own."""
        return max(SERVER_CONNECTIONS, self.workers * self.connections + OTHERS_CONNECTIONS)


def usable_cores(cgroups: Path = CGROUPS, membership: Path = Path("/proc/self/cgroup")) -> int:
    """How many cores this process may use: those it is bound to, or fewer where a container's quota allows less."""
    bound = len(os.sched_getaffinity(0))
    return max(1, min([bound, *(math.ceil(quota) for quota in _quotas(cgroups, membership))]))


def _quotas(cgroups: Path, membership: Path) -> list[float]:
    """Cores that the control groups of this process, and those around them, allow: version 2, or version 1's cpu."""
    quotas = []
    for line in _text(membership).splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            root, read = cgroups, _quota
        elif "cpu" in controllers.split(","):
            root, read = cgroups / "cpu", _quota_of_version_1
        else:
            continue
        here = root / path.lstrip("/")
        while True:
            quota = read(here)
            if quota is not None:
                quotas.append(quota)
            if here == root or root not in here.parents:
                break
            here = here.parent
    return quotas


def _quota(group: Path) -> float | None:
    """``cpu.max`` is a quota and a period in microseconds, or ``max`` and a period."""
    words = _text(group / "cpu.max").split()
    return int(words[0]) / int(words[1]) if words and words[0] != "max" else None


def _quota_of_version_1(group: Path) -> float | None:
    quota, period = _text(group / "cpu.cfs_quota_us"), _text(group / "cpu.cfs_period_us")
    return int(quota) / int(period) if quota and period and int(quota) > 0 else None


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
