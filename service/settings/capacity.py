"""The capacity of this machine: processes, slots, threads and connections, all derived here.

A request that computes faces keeps one core busy, here or in PostgreSQL. So there is one process per core; threads of
one process would wait for each other because of Python's lock. Each process has one slot more than its share of the
cores. The extra request computes while another waits for the database. It can also use a core that another process
leaves idle, because connections are spread evenly over the processes, but their load may not be. On two cores that
other programs used too, eight clients got 31 logins a second instead of 27. The extra slot costs 65 MB per process.
"""

import math
import os
from dataclasses import dataclass
from pathlib import Path

SPARE_THREADS = 12
"""Threads of each process for requests that need no slot: pages, health checks, bodies being received."""

SPARE_CONNECTIONS = 4
"""Connections of each process for requests that need no slot, and for the upkeep. A request uses one for a millisecond
or two, and none for most of its time."""

SERVER_CONNECTIONS = 100
"""PostgreSQL's default for ``max_connections``."""

OTHERS_CONNECTIONS = 20
"""Connections left for others: superusers, `visage doctor`, `visage reembed`, psql, a second service."""

CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Capacity:
    """The resources of the service.

    Attributes:
        workers: the number of processes.
        slots: requests that may compute at the same time in one process; each has its own interpreter.
        queue: requests that may wait for a slot in one process.
        threads: the threads of one process: one for each slot, one for each waiting request, and spare ones.
        connections: the maximum database connections of one process. A request that waits for a slot holds none, so no
            request waits for a connection.
    """

    workers: int
    slots: int
    queue: int
    threads: int
    connections: int

    @classmethod
    def of(cls, cores: int, workers: int, queue: int) -> "Capacity":
        """Returns the resources for a number of cores, processes and waiting requests per process."""
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
        """``max_connections`` of the embedded server."""
        return max(SERVER_CONNECTIONS, self.workers * self.connections + OTHERS_CONNECTIONS)


def usable_cores(cgroups: Path = CGROUPS, membership: Path = Path("/proc/self/cgroup")) -> int:
    """Returns how many cores this process may use: its CPU affinity, or less if a container's quota allows less.

    Only Linux has either; elsewhere it returns the machine's cores.
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([bound, *(math.ceil(quota) for quota in _quotas(cgroups, membership))]))


def _quotas(cgroups: Path, membership: Path) -> list[float]:
    """Returns the cores that the process's control groups and their parents allow: version 2, or version 1's cpu."""
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
    """Reads ``cpu.max``: a quota and a period in microseconds, or ``max`` and a period."""
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
