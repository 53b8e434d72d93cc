"""The database that the settings name: the one at DATABASE_URL, or the embedded server while it is needed."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from db.core.address import driver_url
from db.core.engine import Database, create_database
from db.core.errors import EmbeddedPostgresError
from db.core.presence import models_served
from db.server.embedded import EmbeddedPostgres
from service.settings.model import Settings

WATCH_SECONDS = 2.0
"""How often the embedded server is checked."""

POLL_SECONDS = 0.1

READ_VARIABLE = "VISAGE_READ_DATABASE_URL"

logger = logging.getLogger(__name__)


@contextmanager
def owned_database(settings: Settings) -> Iterator[str]:
    """Yields the URL of the database for a service.

    If the server is embedded, this process owns and watches it until the block ends. Raises EmbeddedPostgresError, for
    instance because another service runs on the same data folder, or DatabaseURLError if the URL of the read database
    is invalid.
    """
    if settings.read_database_url is not None:
        driver_url(settings.read_database_url.get_secret_value(), READ_VARIABLE)
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    server = EmbeddedPostgres(settings.home, {"max_connections": str(settings.capacity.server_connections)})
    over = threading.Event()
    try:
        url = server.start()
        threading.Thread(target=_watch, args=(server, over), name="database-watch", daemon=True).start()
        yield url
    finally:
        over.set()
        server.stop()


@contextmanager
def reachable_database(settings: Settings, *, new: bool = False) -> Iterator[str]:
    """Yields the URL of the database for a command, whether a service is running or not.

    Args:
        settings: where the database is.
        new: whether to create an embedded database if there is none yet.

    Raises:
        EmbeddedPostgresError: the embedded server cannot be used, or does not exist yet.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    if not new:
        check_installed(settings)
    with EmbeddedPostgres(settings.home).reached() as url:
        yield url


def check_installed(settings: Settings) -> None:
    """Refuses a data folder on which no service has run, as far as the settings can tell.

    On the wrong folder a command would find no accounts, or make keys that no service uses, and still report success.
    Raises EmbeddedPostgresError.
    """
    if settings.database_url is None and not EmbeddedPostgres(settings.home).data.exists():
        raise EmbeddedPostgresError(
            f"no Visage has run on {settings.home.absolute()}: set VISAGE_HOME, or DATABASE_URL, to the service's value"
        )


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """Yields the reachable database, opened, and closes it at the end. Raises DatabaseURLError too."""
    with reachable_database(settings) as url:
        database = create_database(url)
        try:
            yield database
        finally:
            database.dispose()


def others_are_gone(settings: Settings, url: str, seconds: float) -> bool:
    """Waits at most this long until no other service is connected to the database; returns whether none is.

    No other service can use an embedded server. The connections of a killed service end a moment after it.
    """
    if settings.database_url is None:
        return True
    deadline = time.monotonic() + seconds
    while is_served(url):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def is_served(url: str) -> bool:
    """Whether a service is connected to the database; raises DatabaseUnavailableError."""
    database = create_database(url, pool_size=1)
    try:
        with database.unit_of_work() as work:
            return bool(models_served(work.session))
    finally:
        database.dispose()


def _watch(server: EmbeddedPostgres, over: threading.Event) -> None:
    """Restarts the server after it was killed or has crashed."""
    while not over.wait(WATCH_SECONDS):
        try:
            if server.ensure_running():
                logger.warning("the embedded PostgreSQL had stopped and was restarted")
        except EmbeddedPostgresError as error:
            logger.error("the embedded PostgreSQL has stopped and cannot be restarted: %s", error)
