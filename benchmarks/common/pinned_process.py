"""Runs the software to compare with in a separate process, pinned to cores, with its own libraries."""

import multiprocessing
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from benchmarks.common.own_process import peak_mib, stay_on
from embeddings.core.native_output import muted_stderr

T = TypeVar("T")


class Stopwatch:
    """Measures time by stage.

    Attributes:
        spent: milliseconds by stage.
    """

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def __call__(self, stage: str, work: Callable[[], T]) -> T:
        """Does the work, and returns its result."""
        start = time.perf_counter()
        result = work()
        self.spent[stage] = self.spent.get(stage, 0.0) + (time.perf_counter() - start) * 1000
        return result


class PinnedProcess:
    """The client side of the other process."""

    def __init__(self, connection: "Connection[Any, Any]") -> None:
        self._connection = connection

    def ask(self, name: str, *arguments: object) -> Any:
        """Calls the worker's method of that name and returns its result.

        Raises:
            Exception: as raised by the method.
        """
        self._connection.send((name, *arguments))
        error, result = self._connection.recv()
        if error is not None:
            raise error
        return result

    def peak_mib(self) -> float:
        """Returns the maximal memory of its process, in MiB."""
        return float(self.ask(PEAK))


PEAK = "peak"


@contextmanager
def pinned_process(cores: Collection[int], make: Callable[..., object], *arguments: object) -> Iterator[PinnedProcess]:
    """Starts the process on these cores, waits until the worker is created, and ends it after the block.

    Args:
        cores: numbers of the processor cores.
        make: creates the worker there; a class or function of a module.
        arguments: for ``make``.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there, cores, make, arguments), daemon=True)
    with _environment(library_settings(len(cores))):
        process.start()
    there.close()
    try:
        pinned = PinnedProcess(here)
        pinned.peak_mib()  # libraries that are still being loaded would disturb what is measured
        yield pinned
    finally:
        here.close()
        process.join(timeout=10)
        process.kill()


def library_settings(threads: int) -> Mapping[str, str]:
    """Returns environment variables that libraries read when they are loaded, for this many threads."""
    return {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads), "TF_CPP_MIN_LOG_LEVEL": "3"}


def serve(
    connection: "Connection[Any, Any]",
    cores: Collection[int],
    make: Callable[..., object],
    arguments: tuple[object, ...],
) -> None:
    """Creates the worker on these cores, and calls its methods until the connection ends; runs in the other process."""
    stay_on(cores)
    with muted_stderr():  # libraries print greetings
        worker = make(*arguments)
    while True:
        try:
            name, *given = connection.recv()
        except EOFError:
            return
        try:
            result = peak_mib() if name == PEAK else getattr(worker, name)(*given)
        except Exception as error:
            connection.send((error, None))
        else:
            connection.send((None, result))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Sets these variables during the block, so that a process started in it inherits them."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
