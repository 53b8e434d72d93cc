"""The SQL that a piece of code sends, for tests that count statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from db.core.engine import Database


class QueryLog(list[str]):
    """Statements in the order in which they were sent, with placeholders for their parameters."""

    def reading(self, table: str) -> list[str]:
        """Returns the statements that name a table after FROM or JOIN."""
        return [statement for statement in self if re.search(rf"\b(?:from|join)\s+{table}\b", statement, re.IGNORECASE)]


@contextmanager
def query_log(database: Database) -> Iterator[QueryLog]:
    """Logs every statement executed on a database inside the block."""
    log = QueryLog()

    def remember(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        log.append(statement)

    event.listen(database.engine, "before_cursor_execute", remember)
    try:
        yield log
    finally:
        event.remove(database.engine, "before_cursor_execute", remember)
