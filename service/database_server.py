"""The database that the settings mean: the one at DATABASE_URL, or the embedded server for as long as it is needed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from db.embedded import EmbeddedPostgres
from db.migrate import upgrade
from service.settings import Settings


@contextmanager
def running_database(settings: Settings) -> Iterator[Settings]:
    """Settings whose ``database_url`` answers and whose schema is the newest; ends the server it started.

    Raises EmbeddedPostgresError, MigrationError or DatabaseUnavailableError (all of them db.errors.DatabaseError).
    """
    if settings.database_url is not None:
        upgrade(settings.database_url.get_secret_value())
        yield settings
        return
    server = EmbeddedPostgres(settings.home)
    owner = os.getpid()
    try:
        url = server.start()
        upgrade(url)
        yield settings.model_copy(update={"database_url": SecretStr(url)})
    finally:
        if os.getpid() == owner:  # a forked worker that exits comes by here too
            server.stop()
