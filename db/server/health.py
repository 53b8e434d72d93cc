"""Reads a server's versions, its schema's revision and its size."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from db.core.engine import Database
from db.server.migrate import current, head


@dataclass(frozen=True)
class Health:
    """The state of a server that answers.

    Attributes:
        postgres: its version, such as ``18.4``.
        pgvector: the extension's version; None if it is not installed.
        revision: the schema's revision; None if no migration has run.
        newest: the revision that this code works with.
        size: bytes of the database.
        at: the server's current time.
    """

    postgres: str
    pgvector: str | None
    revision: str | None
    newest: str
    size: int
    at: datetime

    @property
    def is_migrated(self) -> bool:
        """Whether the schema is the one that this code works with."""
        return self.revision == self.newest


def health(database: Database) -> Health:
    """Reads a server's state; raises DatabaseUnavailableError."""
    with database.unit_of_work() as work:
        connection = work.session.connection()
        found = connection.execute(
            text("""
                SELECT current_setting('server_version') AS postgres, pg_database_size(current_database()) AS size,
                       (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS pgvector,
                       clock_timestamp() AS at
            """)
        ).one()
        return Health(found.postgres, found.pgvector, current(connection), head(), found.size, found.at)
