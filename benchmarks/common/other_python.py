"""Runs software with packages that conflict with Visage's: in a virtual environment of its own, made on demand.

The process is the same as in ``pinned_process``, started by the other environment's interpreter. Its worker may only
import modules that need the standard library and the packages of that environment.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.common.pinned_process import PinnedProcess, library_settings, serve

ROOT = Path(__file__).resolve().parents[2]

STOP_SECONDS = 10.0
"""Seconds for the process to end after the connection has ended."""


class NotInstalledError(RuntimeError):
    """The packages cannot be installed here; the message is one sentence."""


def environment_with(packages: Sequence[str], folder: Path) -> Path:
    """Returns the interpreter of a virtual environment with these packages, and makes it if it is missing.

    Args:
        packages: such as ``deepface==0.0.103``. Another list makes another environment.
        folder: the folder of the environments.

    Raises:
        NotInstalledError: pip fails.
    """
    name = hashlib.sha256("\n".join(packages).encode()).hexdigest()[:12]
    environment = folder / name
    done, python = environment / "installed", environment / "bin" / "python"
    if done.exists():
        return python
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(environment)],
        [str(python), "-m", "pip", "install", "--quiet", *packages],
    ):
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (commands from here)
        if ended.returncode:
            errors = [line for line in ended.stderr.splitlines() if line.startswith("ERROR")]
            raise NotInstalledError(f"{packages[0]} cannot be installed: {(errors or ['pip failed'])[-1]}.")
    done.touch()
    return python


@contextmanager
def process_of(
    python: Path, cores: Collection[int], make: Callable[..., object], *arguments: object, **environment: str
) -> Iterator[PinnedProcess]:
    """Starts the process with another interpreter on these cores, and ends it after the block.

    Args:
        python: as :func:`environment_with` returns it.
        cores: numbers of the processor cores.
        make: creates the worker there; a class or function of a module.
        arguments: for ``make``.
        environment: further environment variables.
    """
    here, there = Pipe()
    command = [str(python), "-m", __name__, str(there.fileno()), *map(str, cores)]
    # This interpreter's own settings must not reach the other one.
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    variables |= {**library_settings(len(cores)), "PYTHONPATH": str(ROOT), **environment}
    process = subprocess.Popen(command, env=variables, pass_fds=[there.fileno()])  # noqa: S603 (as above)
    there.close()
    try:
        here.send((make, arguments))
        yield PinnedProcess(here)
    finally:
        here.close()
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _main(descriptor: int, *cores: int) -> None:
    connection: Connection[Any, Any] = Connection(descriptor)
    make, arguments = connection.recv()
    serve(connection, cores, make, arguments)


if __name__ == "__main__":
    _main(*map(int, sys.argv[1:]))
