"""Runs an embedded PostgreSQL for installations without their own server: starts, adopts and stops it."""

import fcntl
import os
import shlex
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from db.core.address import socket_url
from db.core.errors import EmbeddedPostgresError, EmbeddedPostgresInUseError
from db.server.embedded_account import ServerAccount, choose_account
from db.server.embedded_cluster import (
    DATABASE,
    PORT,
    ROLE,
    check_version,
    grant_access,
    in_double_quotes,
    last_words,
    make_data,
    program,
    running_pid,
    running_socket_folder,
    socket_folder,
    socket_folder_path,
)
from db.server.embedded_settings import SILENCE

START_TIMEOUT = 600
"""Seconds until a server must be ready. Long, because after a crash it first replays its log."""

STOP_TIMEOUT = 60
"""Seconds until a server must have shut down in order, before it is stopped at once."""

POLL = 0.05
"""Seconds between two checks of a server that is starting or stopping."""

LOG_LIMIT = 10_000_000
"""Bytes of log above which a start begins a new file, and keeps the old one as ``log.1``."""


class EmbeddedPostgres:
    """The server whose files are in ``<home>/postgres``: ``data``, the socket in ``run``, ``log`` and ``owner``.

    It listens only on a Unix socket, in a folder that is closed to others, and admits only the user that created it
    (peer authentication). The process that started it locks ``owner`` as long as it lives. So a server without an owner
    is left over from a process that was killed, and the next process takes it over.
    """

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        """
        Args:
            home: the service's data folder; created if missing.
            settings: further settings of PostgreSQL, which override its configuration files.
        """
        self.folder = home.resolve() / "postgres"
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._settings = dict(settings or {})
        self._lock: int | None = None
        self._started_by: int | None = None
        self._account: ServerAccount | None = None
        self._turn = threading.RLock()

    @property
    def url(self) -> str:
        """SQLAlchemy's URL of the service's database, even while the server is down."""
        return self.url_of(DATABASE, ROLE)

    def url_of(self, database: str, role: str) -> str:
        """Returns SQLAlchemy's URL of another database of this server, or for another role."""
        return socket_url(str(self._socket_folder()), PORT, database, role)

    def start(self) -> str:
        """Starts the server or takes over one without an owner, waits until it answers, and returns its URL.

        Raises:
            EmbeddedPostgresError: another process owns it, or it cannot run here; the message says what to do.
        """
        with self._turn:
            if self._is_owner():
                return self.url
            account = self._server_account()
            self._take_lock()
            self._started_by = os.getpid()
            try:
                if not self.data.exists():
                    make_data(account, self.data)
                check_version(self.data)
                self._bring_up(account)
            except BaseException:
                self.stop()
                raise
            return self.url

    def ensure_running(self) -> bool:
        """Restarts the server if it died while this process owns it; returns whether it had to.

        It is cheap while the server runs. A thread may call it beside :meth:`stop`, which waits for a start in
        progress. It does nothing before :meth:`start`, after :meth:`stop` and in a forked process.

        Raises:
            EmbeddedPostgresError: the server does not start; the message says why. The call may be repeated.
        """
        if not self._is_owner() or running_pid(self.data) is not None:
            return False
        with self._turn:
            if not self._is_owner() or running_pid(self.data) is not None:
                return False  # another thread has stopped or restarted it meanwhile
            try:
                self._bring_up(self._server_account())
            except OSError as error:
                raise EmbeddedPostgresError(f"PostgreSQL could not be started again: {error}") from error
            return True

    def stop(self) -> None:
        """Stops the server if this process started it, and waits until it is down. May be called repeatedly."""
        if not self._is_owner():
            return  # checked before the lock: a fork may have copied the lock while another thread held it
        with self._turn:
            if not self._is_owner():
                return
            account = self._server_account()
            for mode in ("fast", "immediate"):
                if running_pid(self.data) is None:
                    break
                account.run([program("pg_ctl"), "stop", "-D", self.data, "-m", mode, "-w", "-t", str(STOP_TIMEOUT)])
            if (place := socket_folder_path(self.folder)).parent != self.folder:
                shutil.rmtree(place, ignore_errors=True)  # leave no files outside the home
            self._started_by = None
            self._release_lock()

    @contextmanager
    def reached(self) -> Iterator[str]:
        """Yields the URL of the server that a service runs, or of one that is started for the block.

        Raises:
            EmbeddedPostgresError: as :meth:`start`, or the server that a service runs does not answer.
        """
        deadline = time.monotonic() + STOP_TIMEOUT
        while not self._start_or_find():
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"the server of the process that owns {self.folder} does not answer")
            time.sleep(POLL)
        try:
            yield self.url
        finally:
            self.stop()

    def _is_owner(self) -> bool:
        return self._started_by == os.getpid()

    def _socket_folder(self) -> Path:
        return running_socket_folder(self.data) or socket_folder_path(self.folder)

    def _take_lock(self) -> None:
        """Locks ``owner`` for this process. Unlike a lock of ``flock``, forked workers do not share it."""
        handle = os.open(self.folder / "owner", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            said = os.read(handle, 32).decode(errors="replace").strip()
            os.close(handle)
            raise EmbeddedPostgresInUseError(str(self.folder), int(said) if said.isdigit() else None) from None
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._lock = handle

    def _release_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _bring_up(self, account: ServerAccount) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if running_pid(self.data) is not None:
                if self._is_ready(account):
                    return
            elif self._launch(account):
                return
            time.sleep(POLL)
        raise EmbeddedPostgresError(f"PostgreSQL was not ready after {START_TIMEOUT} s; see {self.log}")

    def _server_account(self) -> ServerAccount:
        """Chooses the server's user, once.

        gunicorn reaps every child of its process, so that a program started beside it may seem to have succeeded. So
        this method and :meth:`_launch` do not rely on an exit status alone.
        """
        if self._account is None:
            self._account = choose_account(self.folder, program("postgres"))
        return self._account

    def _launch(self, account: ServerAccount) -> bool:
        """Starts the server; returns False if a retry may help because another server is just starting or stopping."""
        place = socket_folder(account, self.folder)
        # They are a dead server's, as running_pid() found. If its id is a zombie's, PostgreSQL waits for ever.
        for leftover in (self.data / "postmaster.pid", place / f".s.PGSQL.{PORT}.lock"):
            leftover.unlink(missing_ok=True)
        grant_access(account, self.data)
        self._rotate_log()
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": '"{}"'.format(str(place).replace('"', '""')),
            "unix_socket_permissions": "0700",
            **SILENCE,
        } | self._settings
        # pg_ctl passes the log's path to a shell in double quotes, and the data folder's too unless it is in PGDATA.
        options = shlex.join(["-D", str(self.data), *(f"--{key}={value}" for key, value in settings.items())])
        command: list[str | Path] = [program("pg_ctl"), "start", "-l", in_double_quotes(str(self.log)), "-w"]
        command += ["-t", str(START_TIMEOUT), "-o", options]
        started = account.run(command, PGDATA=str(self.data)).returncode == 0
        if started and running_pid(self.data) is not None:
            return True
        words = last_words(self.log)
        if running_pid(self.data) is None and "shared memory block" not in words:
            raise EmbeddedPostgresError(f"PostgreSQL did not start; the last error in {self.log}: {words}")
        return False

    def _is_ready(self, account: ServerAccount) -> bool:
        place = running_socket_folder(self.data)
        ask: list[str | Path] = [program("pg_isready"), "-q", "-h", str(place), "-p", str(PORT)]
        return place is not None and account.run(ask).returncode == 0

    def _start_or_find(self) -> bool:
        """Starts the server unless another process has; returns False while that one is starting or stopping."""
        try:
            self.start()
        except EmbeddedPostgresInUseError:
            return self._is_ready(self._server_account())
        return True

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            shutil.move(self.log, self.log.with_suffix(".1"))
