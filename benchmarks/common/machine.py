"""Describes the machine and the versions of a measurement, without names of hosts, users or folders."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from benchmarks.common.own_process import usable_cores

TENSORFLOW = ("tensorflow-cpu", "tensorflow")
"""The packages of TensorFlow; each machine has one of them."""

PACKAGES = ("ai-edge-litert", "numpy", "opencv-python-headless", *TENSORFLOW)

CPUINFO = Path("/proc/cpuinfo")
"""Names the processor on Linux."""


def describe_machine(packages: tuple[str, ...] = PACKAGES) -> dict[str, str | int | float]:
    """Returns the processor, cores, memory in GiB, operating system, Python and the versions of installed packages.

    Packages that are not installed are left out. ``load`` is the number of processes that wanted to run in the last
    minute. A high load makes timings slower.
    """
    facts: dict[str, str | int | float] = {
        "processor": _processor(),
        "cores": len(usable_cores()),
        "load": round(os.getloadavg()[0], 1),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": _system(),
        "python": platform.python_version(),
    }
    return facts | {package: found for package in packages if (found := _version(package)) is not None}


def in_one_line(facts: dict[str, str | int | float]) -> str:
    """Formats the same in one line, such as ``processor: ..., cores: 2, ...``."""
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in facts.items())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform(terse=True)


def _processor() -> str:
    lines = CPUINFO.read_text(encoding="utf-8").splitlines() if CPUINFO.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
