"""The database that the settings mean: the one at DATABASE_URL, or the embedded server for as long as it is needed."""

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
"""How often the embedded server is looked after."""

POLL_SECONDS = 0.1

READ_VARIABLE = "VISAGE_READ_DATABASE_URL"

logger = logging.getLogger(__name__)


@contextmanager
def owned_database(settings: Settings) -> Iterator[str]:
    """The URL of the database for a service; an embedded server is this process's own, and looked after, until the end.

    Raises EmbeddedPostgresError, for instance because another service runs on the same data folder, or DatabaseURLError
    for a read database's URL that is none.
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
    """The URL of the database for a command, whether a service is running or not.

    Args:
        settings: where it is.
        new: whether an embedded one is made where there is none yet.

    Raises:
        EmbeddedPostgresError: the embedded server cannot be used, or there is none yet.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    if not new:
        check_installed(settings)
    with EmbeddedPostgres(settings.home).reached() as url:
        yield url


def check_installed(settings: Settings) -> None:
    """Refuses a data folder that no service has run on, as far as the settings can tell.

    A command on the wrong one would find nobody there, or make keys that nobody uses, and call that success. Raises
    EmbeddedPostgresError.
    """
    if settings.database_url is None and not EmbeddedPostgres(settings.home).data.exists():
        raise EmbeddedPostgresError(
            f"no Visage has run on {settings.home.absolute()}: set VISAGE_HOME, or DATABASE_URL, as the service has it"
        )


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """The same as a database, which is closed at the end; raises DatabaseURLError too."""
    with reachable_database(settings) as url:
        database = create_database(url)
        try:
            yield database
        finally:
            database.dispose()


def others_are_gone(settings: Settings, url: str, seconds: float) -> bool:
    """Waits until no other service is connected to the database, at most so long; whether none is.

    Nobody else is on an embedded server. Connections of a service that was killed go a moment after it.
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
    """Starts a server again that was killed or has crashed."""
    while not over.wait(WATCH_SECONDS):
        try:
            if server.ensure_running():
                logger.warning("the embedded PostgreSQL had died and was started again")
        except EmbeddedPostgresError as error:
            logger.error("the embedded PostgreSQL has died and cannot be started: %s", error)
