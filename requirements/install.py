"""Installs the packages of a lock file and then this project: ``python requirements/install.py LOCK``.

uv unpacks with all cores and takes a fifth of pip's time. pip installs it, pinned in ``dev.lock`` with its hashes, into
a folder that is removed again. pip installs the other packages too where it was told to fetch them from somewhere else
than PyPI, because uv does not read pip's settings, and where uv fails.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent

CHECKED = ("--quiet", "--no-deps", "--require-hashes", "--requirement")
PROJECT = ("--quiet", "--no-deps", "--no-build-isolation", "--editable", str(HERE.parent))
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")

ELSEWHERE = ("index-url", "no-index", "proxy")
"""The settings of pip that say where else packages come from. A further index does not matter: PyPI has everything."""


def pinned(lock: str, package: str) -> str:
    """Returns the lines of one package in the text of a lock file: its version and its hashes."""
    lines: list[str] = []
    for line in lock.splitlines(keepends=True):
        if lines and not line[0].isspace():  # hashes are indented
            break
        if lines or line.startswith(f"{package}=="):
            lines.append(line)
    return "".join(lines)


def fetches_from_elsewhere() -> bool:
    """Returns whether pip was told not to fetch packages from PyPI, by a file or by the environment."""
    settings = subprocess.run([*PIP, "config", "list"], check=False, capture_output=True, text=True).stdout  # noqa: S603
    names = [line.partition("=")[0].rpartition(".")[2] for line in settings.splitlines()]
    return not set(ELSEWHERE).isdisjoint(names)


def environment() -> Mapping[str, str]:
    """Returns the environment with the certificates that pip would trust, where uv looks for them."""
    trusted = {"SSL_CERT_FILE": os.environ["PIP_CERT"]} if "PIP_CERT" in os.environ else {}
    return {**trusted, **os.environ}


def install_with(installer: Sequence[str], lock: Path) -> bool:
    """Installs the packages and the project by this command; returns whether that succeeded."""
    return all(
        subprocess.run([*installer, *what], check=False, env=environment()).returncode == 0  # noqa: S603 (our own)
        for what in ((*CHECKED, str(lock)), PROJECT)
    )


def install_by_uv(lock: Path) -> bool:
    """Fetches uv, and installs the packages and the project by it; returns whether that succeeded."""
    with tempfile.TemporaryDirectory() as folder:
        required = Path(folder) / "uv.txt"
        required.write_text(pinned((HERE / "dev.lock").read_text(), "uv"))
        fetch = [*PIP, "install", "--target", folder, *CHECKED, str(required)]
        if subprocess.run(fetch, check=False).returncode:  # noqa: S603 (our own arguments)
            return False
        return install_with((f"{folder}/bin/uv", "pip", "install", "--python", sys.executable), lock)


def install(lock: Path) -> bool:
    """Installs the packages and the project into the environment of this Python; returns whether that succeeded."""
    if not fetches_from_elsewhere():
        if install_by_uv(lock):
            return True
        print("uv could not install the packages; pip tries now.", file=sys.stderr)
    return install_with((*PIP, "install", "--no-compile"), lock)


if __name__ == "__main__":
    sys.exit(not install(Path(sys.argv[1])))
