"""How a worker accepts connections, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

from gunicorn.config import Config

from service.serving.worker import Worker, hesitation
from tests.service.conftest import StartService
from tests.service.faults import workers_of
from tests.systems import needs_proc

STOPPED_WHILE_STARTING = """
import os, signal
from gunicorn.config import Config
from service.serving.worker import Worker

worker = Worker(1, os.getppid(), [], None, 0, Config(), None)
worker.tpool, worker.PIPE = worker.get_thread_pool(), os.pipe()
os.set_blocking(worker.PIPE[1], False)
worker.init_signals()
try:
    os.kill(os.getpid(), signal.SIGINT)
finally:
    print("the signal raised an exception, or was ignored")
"""

BURST = 40
ESTABLISHED = "01"
SECONDS = 10


def test_a_worker_with_more_connections_hesitates_longer_but_never_long() -> None:
    waits = [hesitation(connections) for connections in (0, 1, 2, 10, 100, 1000)]
    assert waits[0] == 0
    assert waits == sorted(set(waits))
    assert waits[-1] < 0.003


def test_a_worker_that_is_stopped_while_it_starts_ends_at_once_and_without_an_exception() -> None:
    ended = subprocess.run([sys.executable, "-c", STOPPED_WHILE_STARTING], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@needs_proc
def test_every_worker_takes_its_share_of_a_burst_of_connections(
    tmp_path: Path, start_service: StartService, scratch_url: str
) -> None:
    service = start_service(tmp_path / "home", VISAGE_WORKERS="2", DATABASE_URL=scratch_url)

    def is_spread() -> bool:
        """Waits until the second worker has loaded its networks too."""
        with ExitStack() as stack:
            for _ in range(BURST):
                stack.enter_context(socket.create_connection((address.hostname, address.port)))
            service.wait_until(lambda: sum(taken()) == BURST)
            return len(taken()) == 2 and min(taken()) > BURST / 4

    def taken() -> list[int]:
        accepted = accepted_at(address.port)
        return [len(accepted & sockets_of(worker)) for worker in workers_of(service)]

    address = urlsplit(service.url)
    service.wait_until(is_spread)


def test_a_signal_that_interrupts_a_submission_to_the_pool_ends_the_worker() -> None:
    worker = Worker(1, os.getppid(), [], None, SECONDS, Config(), None)
    worker.tpool, worker.booted = ThreadPoolExecutor(1), True
    with ThreadPoolExecutor(1) as other, worker.tpool._shutdown_lock:  # a submission holds it
        assert isinstance(other.submit(worker.handle_quit, signal.SIGINT, None).exception(SECONDS), SystemExit)
    worker.tmp.close()


def sockets_of(pid: int) -> set[str]:
    """Returns the inodes of a process's sockets; descriptors that it closes meanwhile are omitted."""
    targets = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            targets.add(os.readlink(descriptor))
    return {target[8:-1] for target in targets if target.startswith("socket:[")}


def accepted_at(port: int) -> set[str]:
    """Returns the inodes of established connections with this local port (proc(5), /proc/net/tcp)."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == ESTABLISHED}
