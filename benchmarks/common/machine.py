"""Describes the machine and the versions of a measurement, without names of hosts, users or folders."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("ai-edge-litert", "numpy", "opencv-python-headless", "tensorflow-cpu")


def describe_machine(packages: tuple[str, ...] = PACKAGES) -> dict[str, str | int | float]:
    """Returns the processor, its cores, memory in GiB, operating system, Python, and the versions of these packages.

    ``load`` is the number of processes that wanted to run in the last minute. A high load makes timings slower.
    """
    facts: dict[str, str | int | float] = {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "python": platform.python_version(),
    }
    return facts | {package: version(package) for package in packages}


def in_one_line(facts: dict[str, str | int | float]) -> str:
    """Formats the same in one line, such as ``processor: ..., cores: 2, ...``."""
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in facts.items())


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
