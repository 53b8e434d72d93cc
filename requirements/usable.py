"""Ends with status 0 if this Python can run Visage. The Makefile asks every Python; any Python 3 can read this file."""

import platform
import sys
import sysconfig
from importlib.util import find_spec

VERSIONS = ((3, 11), (3, 14))
"""The first version, and the first that is too new; as ``requires-python`` in pyproject.toml says."""

MACHINES = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"))
"""The systems and processors for which every package has a wheel; see tests/test_lock.py."""


def is_usable() -> bool:
    """Returns whether this Python has the version, build, machine and modules that Visage needs."""
    return (
        VERSIONS[0] <= sys.version_info[:2] < VERSIONS[1]
        and sys.implementation.name == "cpython"
        and not sysconfig.get_config_var("Py_GIL_DISABLED")
        and (sys.platform, platform.machine()) in MACHINES
        and find_spec("ensurepip") is not None  # Debian has it in a package of its own
    )


if __name__ == "__main__":
    sys.exit(not is_usable())
