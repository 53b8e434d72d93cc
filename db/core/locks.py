"""Advisory locks that one process at a time can have, for work that is longer than a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text


@contextmanager
def try_lock(connection: Connection, key: int) -> Iterator[bool]:
    """Whether the lock of this key could be had; it is then held until the block or the connection ends.

    Args:
        connection: one in autocommit mode, which may be used meanwhile.
        key: 64 bits.
    """
    parameters = {"key": key}
    mine = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), parameters).scalar_one())
    try:
        yield mine
    finally:  # at once: the end of a connection reaches the server a little later
        if mine:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), parameters)
