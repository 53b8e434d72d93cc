"""The database that the settings mean: the one at DATABASE_URL, or the embedded server for as long as it is needed."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from db.embedded import EmbeddedPostgres
from db.errors import EmbeddedPostgresError
from service.settings import Settings

WATCH_SECONDS = 2.0
"""How often the embedded server is looked after."""

logger = logging.getLogger(__name__)


@contextmanager
def owned_database(settings: Settings) -> Iterator[str]:
    """The URL of the database for a service; an embedded server is this process's own, and looked after, until the end.

    Raises EmbeddedPostgresError, for instance because another service runs on the same data folder.
    """
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
def reachable_database(settings: Settings) -> Iterator[str]:
    """The URL of the database for a command, whether a service is running or not; raises EmbeddedPostgresError."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with EmbeddedPostgres(settings.home).reached() as url:
        yield url


def _watch(server: EmbeddedPostgres, over: threading.Event) -> None:
    """Starts a server again that was killed or has crashed."""
    while not over.wait(WATCH_SECONDS):
        try:
            if server.ensure_running():
                logger.warning("the embedded PostgreSQL had died and was started again")
        except EmbeddedPostgresError as error:
            logger.error("the embedded PostgreSQL has died and cannot be started: %s", error)
