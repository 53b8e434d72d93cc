"""Settings of PostgreSQL that apply to a few statements."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection

from db.core.citus import PROPAGATION


@contextmanager
def local_settings(connection: Connection, settings: Mapping[str, str]) -> Iterator[None]:
    """Runs a block in a transaction on an autocommit connection, with settings that end with the transaction.

    If Citus has distributed the templates, the settings also apply on the servers of the shards.

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
