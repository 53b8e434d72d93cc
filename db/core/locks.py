"""Advisory locks that one process can hold at a time, for work that is longer than a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text


@contextmanager
def try_lock(connection: Connection, key: int) -> Iterator[bool]:
    """Yields whether the lock of this key was free; it is then held until the block or the connection ends.

    Args:
        connection: one in autocommit mode, which the block may use.
        key: 64 bits.
    """
    parameters = {"key": key}
    mine = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), parameters).scalar_one())
    try:
        yield mine
    finally:  # immediately, because the server notices the end of a connection a little later
        if mine:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), parameters)
