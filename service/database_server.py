"""The database that the settings mean: the one at DATABASE_URL, or the embedded server for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager

from db.embedded import EmbeddedPostgres
from service.settings import Settings


@contextmanager
def owned_database(settings: Settings) -> Iterator[str]:
    """The URL of the database for a service; an embedded server is this process's own until the end.

    Raises EmbeddedPostgresError, for instance because another service runs on the same data folder.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    server = EmbeddedPostgres(settings.home)
    try:
        yield server.start()
    finally:
        server.stop()


@contextmanager
def reachable_database(settings: Settings) -> Iterator[str]:
    """The URL of the database for a command, whether a service is running or not; raises EmbeddedPostgresError."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with EmbeddedPostgres(settings.home).reached() as url:
        yield url
