"""The SQL that a piece of code sends, for tests that count statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from db.core.engine import Database


class QueryLog(list[str]):
    """Statements in the order in which they were sent, with placeholders for their parameters.

    The execution of a prepared statement is followed by the statement, as a comment.
    """

    def reading(self, table: str) -> list[str]:
        """Returns the statements that name a table after FROM or JOIN; a PREPARE reads nothing."""
        sent = [statement for statement in self if not statement.startswith("PREPARE")]
        return [statement for statement in sent if re.search(rf"\b(?:from|join)\s+{table}\b", statement, re.IGNORECASE)]


@contextmanager
def query_log(database: Database) -> Iterator[QueryLog]:
    """Logs every statement executed on a database inside the block."""
    log = QueryLog()

    def remember(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        executed = re.search(r"\bEXECUTE (\w+)", statement)
        log.append(f"{statement} /* {_prepared(cursor, executed[1])} */" if executed else statement)

    event.listen(database.engine, "before_cursor_execute", remember)
    try:
        yield log
    finally:
        event.remove(database.engine, "before_cursor_execute", remember)


def _prepared(cursor: Any, name: str) -> str | None:
    """Returns the SQL of a prepared statement, if the connection of a cursor has it."""
    with cursor.connection.cursor() as other:
        other.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [name])
        return next((statement for (statement,) in other), None)
