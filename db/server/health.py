"""What a server tells of itself and of the schema in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from db.core.engine import Database
from db.server.migrate import current, head


@dataclass(frozen=True)
class Health:
    """A server that answers.

    Attributes:
        postgres: its version, such as ``18.4``.
        pgvector: that of the extension; None where it is not installed.
        revision: of the schema; None where no migration has run.
        newest: the revision that this code works with.
        size: of the database, in bytes.
        at: what the server takes for the time.
    """

    postgres: str
    pgvector: str | None
    revision: str | None
    newest: str
    size: int
    at: datetime

    @property
    def is_migrated(self) -> bool:
        """Whether the schema is what this code works with."""
        return self.revision == self.newest


def health(database: Database) -> Health:
    """Asks a server how it is; raises DatabaseUnavailableError."""
    with database.autocommit() as connection:
        found = connection.execute(
            text("""
                SELECT current_setting('server_version') AS postgres, pg_database_size(current_database()) AS size,
                       (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS pgvector,
                       clock_timestamp() AS at
            """)
        ).one()
        return Health(found.postgres, found.pgvector, current(connection), head(), found.size, found.at)
