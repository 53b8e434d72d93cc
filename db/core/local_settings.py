"""Settings of PostgreSQL that hold for a few statements alone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection

from db.core.citus import PROPAGATION


@contextmanager
def local_settings(connection: Connection, settings: Mapping[str, str]) -> Iterator[None]:
    """A transaction on a connection in autocommit mode, with settings that end with it.

    Where Citus has spread the templates, their servers are set likewise.

    Args:
        settings: values by name, from this package.
    """
    connection.exec_driver_sql("BEGIN")
    try:
        for name, value in {PROPAGATION: "local", **settings}.items():
            connection.exec_driver_sql(f"SET LOCAL {name} = '{value}'")
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
