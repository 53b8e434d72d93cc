"""Reads a table part by part, each part in a transaction of its own."""

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
        database: what is read.
        read: returns the rows that follow a key, in the order of the keys; the first rows where the key is None.
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
