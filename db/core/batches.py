"""Reads a table in batches, with one transaction a batch."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork

Row = TypeVar("Row")
Key = TypeVar("Key")


def in_batches(
    database: Database, read: Callable[[UnitOfWork, Key | None], Sequence[Row]], key: Callable[[Row], Key]
) -> Iterator[Sequence[Row]]:
    """Yields batches until one is empty. No transaction is open while the caller works on a batch.

    Args:
        database: the database to read.
        read: returns the rows after a key, ordered by key; the first rows if the key is None.
        key: returns the key of a row.
    """
    after: Key | None = None
    while True:
        with database.unit_of_work() as work:
            batch = read(work, after)
        if not batch:
            return
        yield batch
        after = key(batch[-1])
