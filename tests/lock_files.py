"""The lock files, and the machines and Python versions that they are for."""

from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
LOCKS = ("run", "dev")
PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True)
class Platform:
    """A system and a processor.

    Attributes:
        triple: what uv calls it, with the oldest C library or macOS that we support.
        system, machine: ``sys.platform`` and ``platform.machine()`` there.
    """

    triple: str
    system: str
    machine: str

    def environment(self, python: str) -> dict[str, str]:
        """Returns the values of the environment markers that the lock files use, with a version such as ``3.12``."""
        return {
            "sys_platform": self.system,
            "platform_machine": self.machine,
            "python_version": python,
            "python_full_version": f"{python}.0",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
        }


PLATFORMS = (
    Platform("x86_64-manylinux_2_28", "linux", "x86_64"),
    Platform("aarch64-manylinux_2_28", "linux", "aarch64"),
    Platform("aarch64-apple-darwin", "darwin", "arm64"),
)

OLDEST_MACOS = "14.0"
"""dlib-bin's wheels need it."""


def lock_file(name: str) -> Path:
    """Returns the path of ``run`` or ``dev``."""
    return ROOT / "requirements" / f"{name}.lock"


def locked(name: str) -> list[Requirement]:
    """Returns every package of a lock file, with its marker."""
    lines = lock_file(name).read_text().splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if line and not line.startswith((" ", "#"))]


def installed_on(name: str, platform: Platform, python: str) -> set[str]:
    """Returns ``name==version`` of the packages that a lock file installs on a platform."""
    environment = platform.environment(python)
    return {f"{one.name}{one.specifier}" for one in locked(name) if not one.marker or one.marker.evaluate(environment)}
