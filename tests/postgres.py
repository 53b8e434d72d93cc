"""The PostgreSQL of the tests: one server for the whole run, one database per worker."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from db.server.embedded import EmbeddedPostgres
from db.server.embedded_cluster import DATABASE, ROLE, SUPERUSER
from db.server.migrate import upgrade

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "autovacuum": "off",
}
"""Test data need not survive a power cut, and no database lives long enough to need vacuuming. A vacuum worker runs as
the superuser, and would prevent the tests' user from dropping the database."""


class Server:
    """A server for one run of the tests. Its database ``visage`` is migrated, and copied for each worker."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="visage-tests-"))
        self.home.chmod(0o711)  # the server may run as another user
        self._server = EmbeddedPostgres(self.home, SETTINGS)

    def start(self) -> str:
        """Starts the server and migrates its database; returns that database's URL."""
        self._server.start()
        with _connected(self._server.url_of("postgres", SUPERUSER)) as run:
            run(f"ALTER ROLE {ROLE} CREATEDB")
        upgrade(self._server.url)
        return self._server.url

    def stop(self) -> None:
        """Stops the server and deletes its files."""
        self._server.stop()
        shutil.rmtree(self.home, ignore_errors=True)


@contextmanager
def database_copy(url: str, name: str, template: str = DATABASE) -> Iterator[str]:
    """Yields the URL of a temporary copy of a database.

    Args:
        template: ``visage`` for a migrated one, ``template1`` for an empty one with pgvector.
    """
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise ValueError(f"not a plain name: {name}")
    maintenance = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    with _connected(maintenance) as run:
        run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        # Two workers cannot copy one template at the same time (it must have no other users), so they take turns.
        run("SELECT pg_advisory_lock(1)")
        run(f"CREATE DATABASE {name} TEMPLATE {template}")
        run("SELECT pg_advisory_unlock(1)")
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(maintenance) as run:
            run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _connected(url: str) -> Iterator[Callable[[str], object]]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield lambda statement: connection.execute(text(statement))
    finally:
        engine.dispose()


def server_log(url: URL) -> str:
    """Returns the log of the server with this URL."""
    return (Path(str(url.query["host"])).parent / "log").read_text(errors="replace")
