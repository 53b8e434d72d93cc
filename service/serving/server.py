"""The production server: prepares everything once, then serves from several processes under gunicorn."""

import logging
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from gunicorn.app.base import BaseApplication
from pydantic import SecretStr

from db.core.errors import DatabaseUnavailableError
from db.server.migrate import check_database, upgrade
from service.app import create_app
from service.domain.operator_errors import AddressError, SettingsError
from service.faces.engine import prepare_networks
from service.history.recorder import Recorder
from service.images.rotation import sweep_rotation
from service.operator.administration import administration_images, settle_administration
from service.runtime.background import in_background
from service.runtime.data_folder import (
    join_workers,
    sole_administration,
    sole_import,
    sole_rotation,
    sole_use,
    workers_are_gone,
)
from service.runtime.database_server import others_are_gone, owned_database
from service.runtime.logs import GunicornLog
from service.runtime.metrics import Metrics, empty_folder, forget_process
from service.runtime.standard_streams import say, say_on_stderr
from service.runtime.start_progress import StartProgress
from service.runtime.tls import TlsContexts
from service.services import Services, open_services
from service.serving.memory import keep_buffers
from service.serving.worker import Worker
from service.settings.model import Settings
from service.transfer.images import import_images, settle_imports

KEEP_ALIVE_SECONDS = 30
"""How long an idle connection stays open for a next request."""

GRACEFUL_SECONDS = 10
"""How long a stop waits for the requests in progress."""

OTHERS_SECONDS = 2
"""How long a start waits for the database connections of a killed service to end."""

BACKLOG = 128
"""Connections that the kernel queues until a worker accepts them. Workers accept at once, even when busy. A longer
queue would only add waiting that no metric shows."""

SILENT_SECONDS = 120
"""How long a worker may give no sign of life. A new worker may first have to convert a damaged network again, which
takes most of a minute. If it were killed before, its successors would be too, and none would ever finish."""

DATABASE_SECONDS = 15
"""How long a new worker waits for the database: less than gunicorn waits for a worker's first sign of life."""

POLL_SECONDS = 0.2

LIVENESS_NOTES = {
    "off": "Liveness is off: a good photograph of an enrolled person can log in. VISAGE_LIVENESS=passive refuses what "
    "looks like a screen or a print, VISAGE_LIVENESS=challenge requires random movements.",
    "passive": "Liveness is passive: pictures that look like a screen or a print are refused. "
    "VISAGE_LIVENESS=challenge requires random movements instead.",
    "challenge": "Liveness is on: at a login or sign-up the user has to perform random movements before the camera.",
}
"""What the start says about ``VISAGE_LIVENESS``."""

logger = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Serves until a signal ends it.

    Raises SettingsError, AddressError, HomeInUseError, ModelError, SigningKeyError, SecretFileError, ImageKeyError,
    OSError or db.core.errors.DatabaseError if it cannot start.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):  # until gunicorn takes over, end what has been started
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    progress = StartProgress(logger.info if settings.log_format == "json" else say_on_stderr)
    with sole_use(settings.home), ExitStack() as stack:
        with progress.step("Waiting for the workers of an earlier service to end"):
            alone = workers_are_gone(settings.home, GRACEFUL_SECONDS + 2)
        check_address(settings)
        contexts = _tls_contexts(settings)
        empty_folder(settings.metrics_folder)
        if settings.database_url is not None:  # a wrong address shows before the long conversion
            with progress.step("Connecting to the database"):
                check_database(settings.database_url.get_secret_value())
        networks = in_background(partial(prepare_networks, settings, progress.step))  # most of a minute, the first time
        with progress.step("Starting PostgreSQL"):
            url = stack.enter_context(owned_database(settings))
        with progress.step("Migrating the database"):
            upgrade(url)
        networks.result()
        resolved = settings.model_copy(update={"database_url": SecretStr(url)})
        with progress.step("Checking the stored data"):
            if alone and others_are_gone(settings, url, OTHERS_SECONDS):
                _tidy_up(resolved)
            else:
                logger.warning(
                    "another service, or a worker of a killed one, is still running: the cleanup after a crash is left "
                    "to a later start"
                )
        _Gunicorn(resolved, contexts).run()


def check_address(settings: Settings) -> None:
    """Checks that the service can listen on its address, before it starts anything; raises AddressError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does
        try:
            probe.bind((settings.host, settings.port))
        except UnicodeError:
            raise AddressError(settings.address, "the host name cannot be resolved") from None
        except OSError as error:
            raise AddressError(settings.address, error.strerror or str(error)) from None


def _tls_contexts(settings: Settings) -> TlsContexts | None:
    """Loads the certificate if the settings name one, so that errors appear before anything is started."""
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    try:
        return TlsContexts(settings.tls_cert, settings.tls_key)
    except OSError as error:
        raise SettingsError([f"VISAGE_TLS_CERT, VISAGE_TLS_KEY: {error.strerror or error}"]) from None


def _tidy_up(settings: Settings) -> None:
    """Removes what a crash may have left. Call it before the first worker is forked."""
    services = open_services(settings)
    with services.database.unit_of_work() as work:
        services.enrolment.settle(work)
    with sole_import(settings.home) as idle:
        if idle:
            settle_imports(services.database, import_images(settings))
    with sole_rotation(settings.home) as idle:
        if idle:
            sweep_rotation(settings.images_folder)
    with sole_administration(settings.home) as idle:
        if idle:
            settle_administration(services.database, administration_images(settings))
    services.database.dispose()


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by the service's settings instead of its own command line or files."""

    def __init__(self, settings: Settings, contexts: TlsContexts | None) -> None:
        self.settings = settings
        self.contexts = contexts
        self._recorder: Recorder | None = None
        super().__init__()

    def load_config(self) -> None:
        settings = self.settings
        options = {
            "bind": settings.address,
            "workers": settings.workers,
            "threads": settings.capacity.threads,
            "backlog": BACKLOG,
            "worker_class": Worker,
            "keepalive": KEEP_ALIVE_SECONDS,
            "sendfile": False,  # Python's sendfile would wait forever for a client that reads nothing
            "graceful_timeout": GRACEFUL_SECONDS,
            "timeout": SILENT_SECONDS,
            "loglevel": "warning",
            "logger_class": GunicornLog,
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # TrustedProxies reads the proxies' headers; gunicorn would trust 127.0.0.1
            "proc_name": "visage",
            "post_worker_init": self._greet,
            "worker_exit": lambda _server, _worker: self._record_the_last(),
            "child_exit": lambda _server, worker: forget_process(settings.metrics_folder, worker.pid),
        }
        if self.contexts is not None:
            options |= {
                "certfile": str(settings.tls_cert),
                "keyfile": str(settings.tls_key),
                "ssl_context": self.contexts.for_connection,
            }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """Creates the application in each worker after the fork."""
        join_workers(self.settings.home)
        keep_buffers()
        services = self._services_once_the_database_answers(Metrics(self.settings.metrics_folder))
        services.engine.warm_up()
        if services.passive_check:
            services.passive_check.warm_up()
        services.upkeep.run_regularly()
        services.refunds.start()
        services.recorder.start()
        self._recorder = services.recorder
        return create_app(self.settings, services)

    def _services_once_the_database_answers(self, metrics: Metrics) -> Services:
        """Opens the services; a worker may replace another one while the database is unavailable.

        The database answered when the service started, so the settings are correct and gunicorn must not give up. After
        the maximum wait this ends the worker, and gunicorn starts another.
        """
        deadline = time.monotonic() + DATABASE_SECONDS
        while True:
            try:
                return open_services(self.settings, metrics)
            except DatabaseUnavailableError as error:
                if time.monotonic() > deadline:
                    logger.warning("a worker ends because the database is unavailable: %s", error)
                    sys.exit(1)
                time.sleep(POLL_SECONDS)

    def _record_the_last(self) -> None:
        """Adds the last counts of a worker that ends to the history; gunicorn calls this in the worker."""
        if self._recorder is not None:
            self._recorder.stop()

    def _greet(self, worker: Any) -> None:
        if worker.age == 1:
            greeting = f"Visage is ready: open {self.settings.visit_url}/ in a browser. Ctrl-C stops it."
            for line in (greeting, LIVENESS_NOTES[self.settings.liveness]):
                if self.settings.log_format == "json":
                    logger.info(line)
                else:
                    say(line)
