"""Lets each connection parse and plan a frequent statement once, instead of at every call.

psycopg2 does not prepare statements, so this sends SQL's ``PREPARE`` and then ``EXECUTE``. PostgreSQL plans the first
five calls by their values, and then keeps one plan for all values. It plans anew when an index is created or dropped,
or a table is altered or analysed. So a table that was small may be scanned until autovacuum has analysed it, usually
within a minute: after 20,000 users were added at once, the start of a session took 5 ms longer until then (measured).

A prepared statement may be missing or no longer fit: a pooler may lend another session of the server for each
transaction, and a migration may change the type of a result. The statement then has done nothing, and is sent again as
plain SQL. That is only possible if the statement is a transaction of its own. So within a longer transaction, and with
Citus, the statement is always sent as plain SQL.
"""

import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import Connection, CursorResult, Executable, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from db.core import citus

REFUSALS = frozenset(
    {
        "0A000",  # feature_not_supported: a cached plan would change the type of its result
        "26000",  # invalid_sql_statement_name: the session has no such prepared statement
        "42P05",  # duplicate_prepared_statement: the session has it already
    }
)
"""SQLSTATEs of prepared statements that a connection cannot use."""

_NAMES, _REFUSED = "prepared statements", "prepared statements refused"
"""The keys under which a connection's info holds the names of its prepared statements, and whether one was refused."""

_NUMBERED: Any = PGDialect_psycopg2(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
"""Writes parameters as ``$1``, which ``PREPARE`` requires."""

logger = logging.getLogger(__name__)


class PreparedStatement:
    """A statement that :func:`run` prepares.

    Attributes:
        name: of the prepared statement. It derives from the SQL, so that the same name never means another statement.
        plain: the statement as it is sent without preparation.
        preparation: its ``PREPARE``.
        execution: its ``EXECUTE``.
    """

    def __init__(
        self,
        sql: str,
        parameters: Mapping[str, TypeEngine[Any]],
        *,
        columns: Mapping[str, TypeEngine[Any]] | None = None,
        setting: str = "",
    ) -> None:
        """Sends nothing.

        Args:
            sql: one statement with ``:name`` for each parameter.
            parameters: the type of each parameter; at least one.
            columns: the types of those columns that SQLAlchemy has to convert.
            setting: a statement that changes settings until the transaction ends. It is sent together with each call,
                as one transaction. The plan may depend on it, so each setting has a prepared statement of its own.
        """
        numbered = _bound(sql, parameters).compile(dialect=_NUMBERED)
        names = numbered.positiontup or []
        types = ", ".join(parameters[name].compile(dialect=_NUMBERED) for name in names)
        definition = f"({types}) AS {numbered}"
        self.name = f"visage_{sha256(f'{setting};{definition}'.encode()).hexdigest()[:32]}"
        self.preparation = text(f"PREPARE {self.name} {definition}".replace(":", r"\:"))
        before = f"{setting}; " if setting else ""
        execution = f"EXECUTE {self.name} ({', '.join(f':{name}' for name in names)})"
        self.plain = _returning(_bound(before + sql, parameters), columns)
        self.execution = _returning(_bound(before + execution, parameters), columns)


def run(connection: Connection, statement: PreparedStatement, parameters: Mapping[str, Any]) -> CursorResult[Any]:
    """Executes a statement, and prepares it first if this connection has not done so.

    ``PREPARE`` is a round trip of its own. If it were sent together with the first ``EXECUTE``, the server would keep
    the text of both with the prepared statement: the values of the first call, such as a face, would stay in its memory
    and appear in ``pg_prepared_statements``.

    After a refusal the connection sends plain statements until the pool replaces it, because behind a pooler the next
    prepared statement would probably be refused too.
    """
    if not _can_prepare(connection):
        return connection.execute(statement.plain, parameters)
    names: set[str] = connection.info.setdefault(_NAMES, set())
    try:
        if statement.name not in names:
            connection.execute(statement.preparation)
            names.add(statement.name)
        return connection.execute(statement.execution, parameters)
    except DBAPIError as error:
        state = getattr(error.orig, "pgcode", None)
        if state not in REFUSALS:
            raise
    logger.info("a connection to the database sends no more prepared statements: SQLSTATE %s", state)
    connection.info[_REFUSED] = True
    return connection.execute(statement.plain, parameters)


def _can_prepare(connection: Connection) -> bool:
    """Whether a refused statement can be repeated, because each one is a transaction of its own."""
    if citus.is_installed(connection) or connection.info.get(_REFUSED):
        return False
    driver: Any = connection.connection.driver_connection
    return bool(driver.autocommit and driver.get_transaction_status() == TRANSACTION_STATUS_IDLE)


def _bound(sql: str, parameters: Mapping[str, TypeEngine[Any]]) -> TextClause:
    return text(sql).bindparams(*(bindparam(name, type_=type_) for name, type_ in parameters.items()))


def _returning(statement: TextClause, columns: Mapping[str, TypeEngine[Any]] | None) -> Executable:
    return statement.columns(**columns) if columns else statement
