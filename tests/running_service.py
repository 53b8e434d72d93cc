"""The real service in its own process, as `make run` starts it."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from db.core.engine import Database, create_database

READY_SECONDS = 120
"""Timeout for the start; the first one on a machine converts FaceNet."""

STOP_SECONDS = 30
POLL_SECONDS = 0.05
REPOSITORY = Path(__file__).parent.parent
MODELS = REPOSITORY / ".cache" / "models"
"""Where the tests keep the converted network between runs."""


@contextlib.contextmanager
def service_of_its_own(**environment: str) -> Iterator["RunningService"]:
    """A service with one worker and an empty data folder, which has to stop without an error."""
    with tempfile.TemporaryDirectory(prefix="visage-service-") as folder:
        Path(folder).chmod(0o711)  # the database server may run as another user
        service = RunningService(Path(folder) / "home", VISAGE_WORKERS="1", **environment).start()
        yield service
        assert service.stop() == 0, service.output()


class RunningService:
    """`visage serve` on a free port.

    Attributes:
        home: its data folder.
        url: without a slash at the end.
        environment: its environment variables, for commands with the same settings.
        log: the file with its output.
        tls: the context that checks its certificate; None without TLS.
    """

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        certificate = environment.get("VISAGE_TLS_CERT")
        self.tls = ssl.create_default_context(cafile=certificate) if certificate else None
        self.log = home.with_name(f"{home.name}.log")
        port = free_port()
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("VISAGE_", "DATABASE_URL"))},
            "VISAGE_HOME": str(home),
            "VISAGE_PORT": str(port),
            "VISAGE_MODELS": str(MODELS),
            "VISAGE_LIMITS": "off",  # all tests have one address and exceed its limits
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        """The same address as the OpenID provider names itself: browsers call this machine ``localhost``."""
        return self.url.replace("http://127.0.0.1", "http://localhost")

    @property
    def pid(self) -> int:
        """The process id of the gunicorn master."""
        assert self._process is not None
        return self._process.pid

    def start(self, streams: str = "") -> "RunningService":
        """Starts the service and waits until it is ready; ``streams`` redirects its streams, in shell syntax."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", f'exec "$@" {streams}', "sh", Path(sys.executable).parent / "visage", "serve"],
                cwd=REPOSITORY,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_until(self.is_ready)
        return self

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Waits for a condition while the service runs."""
        assert self._process is not None
        deadline = time.monotonic() + READY_SECONDS
        while not condition():
            assert self._process.poll() is None, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(POLL_SECONDS)

    def is_ready(self) -> bool:
        """Whether the service is ready to log users in."""
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5, context=self.tls) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def output(self) -> str:
        """Returns everything that it printed."""
        return self.log.read_text(errors="replace")

    @contextlib.contextmanager
    def database(self) -> Iterator[Database]:
        """Reaches the database that ``DATABASE_URL`` names."""
        database = create_database(self.environment["DATABASE_URL"], pool_size=2)
        try:
            yield database
        finally:
            database.dispose()

    def stop(self) -> int:
        """Stops the service as Ctrl-C does, if it still runs; returns its exit status."""
        self.signal(signal.SIGINT)
        return self.wait()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the service and its child processes, if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def wait(self) -> int:
        """Waits for the end of the service; returns its exit status."""
        assert self._process is not None
        return self._process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """Kills the master, and waits until its workers have noticed."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STOP_SECONDS)
        deadline = time.monotonic() + STOP_SECONDS
        while self.is_ready():
            assert time.monotonic() < deadline, self.output()
            time.sleep(POLL_SECONDS)


def free_port() -> int:
    """Returns a port of this machine that is currently free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
