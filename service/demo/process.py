"""The demo's service: a process of its own, which ends with the demo however that ends."""

import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from multiprocessing.context import SpawnProcess
from pathlib import Path

from db.core.errors import DatabaseError
from db.server.embedded import EmbeddedPostgres
from db.server.embedded_cluster import running_pid
from embeddings.core.errors import ModelError
from service.domain.operator_errors import OperatorError
from service.runtime.logs import configure_logging
from service.serving.server import serve
from service.settings.model import Settings

STOP_SECONDS = 90.0
"""How long a service may take to end before it is killed: PostgreSQL's shutdown alone may take a minute."""

POLL_SECONDS = 0.1


class DemoServiceError(OperatorError):
    """The demo's service ended by itself."""

    def __init__(self) -> None:
        super().__init__("the demo's service has ended; the lines above say why")


@contextmanager
def served(settings: Settings, folder: Path) -> Iterator[SpawnProcess]:
    """Runs a service until the block ends, and its database with it.

    Args:
        settings: the service's settings; its data is in the folder.
        folder: is deleted by the service if this process is killed.
    """
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(settings, folder))
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)  # until it serves, the service ignores Ctrl-C: see _stop
    try:
        with chdir(folder):  # Python looks for its modules in the current folder first, and that may be a stranger's
            process.start()
    finally:
        signal.signal(signal.SIGINT, previous)
    try:
        yield process
    finally:
        _stop(process)
        _stop_leftover(settings.home)


def check_alive(process: SpawnProcess) -> None:
    """Raises DemoServiceError if the service has ended."""
    if not process.is_alive():
        raise DemoServiceError


def _stop(process: SpawnProcess) -> None:
    """Ends the service, its workers and a conversion under way."""
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, None)):
        if process.is_alive() and process.pid is not None:
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:  # it has only just begun, and has no group of its own yet
                process.kill()
        process.join(seconds)


def _stop_leftover(home: Path) -> None:
    """Stops the database that a killed service leaves running."""
    server = EmbeddedPostgres(home)
    if running_pid(server.data) is not None:
        server.start()
        server.stop()


def _serve(settings: Settings, folder: Path) -> None:
    """Runs in the service's process."""
    os.setsid()
    own = os.getpid()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the demo greets, not the service
    configure_logging(settings.log_level, settings.log_format)
    threading.Thread(target=_end_with_the_demo, name="demo", daemon=True).start()
    try:
        serve(settings)
    except (OperatorError, DatabaseError, ModelError) as error:
        sys.exit(f"Error: {error}")
    finally:
        if os.getpid() == own and _demo_is_gone():  # forked workers leave the block too
            shutil.rmtree(folder, ignore_errors=True)


def _end_with_the_demo() -> None:
    """Stops the service once the demo's process is gone."""
    while not _demo_is_gone():
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def _demo_is_gone() -> bool:
    demo = multiprocessing.parent_process()
    return demo is None or not demo.is_alive()
