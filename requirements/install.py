"""Installs the packages of a lock file by two pips at once: ``python requirements/install.py LOCK``.

pip unpacks with one core, and TensorFlow is half of everything. Packages of a lock file need no order, because their
dependencies are not looked at.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

LARGE = "tensorflow"
"""The beginning of the names of the packages that the second pip installs."""

OPTIONS = ("--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes")


def halves(lock: str) -> tuple[str, str]:
    """Divides the text of a lock file into the large packages and all others, each with its hashes."""
    parts: dict[bool, list[str]] = {True: [], False: []}
    is_large = False
    for line in lock.splitlines(keepends=True):
        if not line[0].isspace():  # hashes are indented
            is_large = line.startswith(LARGE)
        parts[is_large].append(line)
    return "".join(parts[True]), "".join(parts[False])


def install(lock: Path) -> int:
    """Installs the packages into the environment of this Python; returns the worst exit status of both pips."""
    with tempfile.TemporaryDirectory() as folder:
        started = []
        for number, part in enumerate(halves(lock.read_text())):
            path = Path(folder) / f"{number}.txt"
            path.write_text(part)
            command = [sys.executable, "-m", "pip", "install", *OPTIONS, "-r", str(path)]
            started.append(subprocess.Popen(command))  # noqa: S603 (our own arguments)
        return max(abs(pip.wait()) for pip in started)


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
