"""The connection pool and the transactions opened on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from db.core.address import driver_url
from db.core.citus import look_out
from db.core.errors import hide_values, translate, translate_driver_error
from db.core.index_form import ITERATIVE_SCAN, Method
from db.core.presence import serving_name
from db.core.unit_of_work import UnitOfWork, unit_of_work

CONNECT_TIMEOUT = 3
"""Seconds to wait for a server to accept a connection: a login page must not hang on a dead host."""

POOL_TIMEOUT = 3.0
"""Seconds to wait for a free connection of the pool before answering "later"."""

STATEMENT_TIMEOUT_MS = 10_000
"""Milliseconds a statement may run; the slowest one measured, an exact scan of a million templates, takes 834."""

IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000
"""Milliseconds a transaction may sit idle before the server ends it and frees its locks."""

TCP_USER_TIMEOUT_MS = 15_000
"""Milliseconds after which a silent peer counts as gone; without it a pulled cable hangs a worker for minutes."""

POOL_RECYCLE = 1800
"""Seconds after which a connection is replaced, so that a server's memory per connection does not only grow."""


class Database:
    """Where transactions come from. Safe to share between threads; make it after a fork, not before.

    Attributes:
        engine: SQLAlchemy's engine, for what needs more than a transaction (the index, the migrations' tests).
    """

    def __init__(self, engine: Engine, bound: Connection | None = None) -> None:
        self.engine = engine
        self._bound = bound

    @classmethod
    def bound_to(cls, connection: Connection) -> "Database":
        """A database whose every transaction is a savepoint on one connection: what it commits, the caller rolls back.

        For tests. Not for several threads at once, as a connection carries one transaction at a time.
        """
        return cls(connection.engine, connection)

    def session(self) -> Session:
        """A new session; it takes a connection at its first statement and gives it back when it ends."""
        if self._bound is not None:
            return Session(self._bound, join_transaction_mode="create_savepoint", expire_on_commit=False)
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """One transaction: committed once at the end of the block, rolled back when the block raises.

        Raises:
            DatabaseUnavailableError: the server was away, or went away; the message is its own.
            UsernameTakenError, EmailTakenError: as the named constraints say.
            NotMigratedError: a table is missing.
        """
        with unit_of_work(self.session) as unit:
            yield unit

    @contextmanager
    def autocommit_statement(self) -> Iterator[Connection]:
        """A connection for a statement that is a transaction of its own, which saves the trips of a COMMIT.

        Raises:
            DatabaseUnavailableError: as :meth:`unit_of_work`.
        """
        if self._bound is not None:
            yield self._bound
            return
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """A connection of its own outside any transaction and without a statement timeout, closed at the end.

        For what cannot run inside a transaction, such as building an index concurrently.
        """
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # closed rather than given back: settings made on it end with it
            connection.execute(text("SET statement_timeout = 0"))
            yield connection

    def ping(self) -> None:
        """Asks the server for the simplest answer.

        Raises:
            DatabaseUnavailableError: there was no answer.
        """
        with self.unit_of_work() as unit:
            unit.session.execute(text("SELECT 1"))

    def watch_pool(self, changed: Callable[[int], None]) -> None:
        """Tells from now on of each connection that is taken from the pool (1) or comes back or is lost to it (-1)."""
        event.listen(self.engine, "checkout", lambda *_: changed(1))
        for end in ("checkin", "detach"):
            event.listen(self.engine, end, lambda *_: changed(-1))

    def dispose(self) -> None:
        """Closes the pool's connections. The database can still be used and will open new ones."""
        self.engine.dispose()


def create_database(
    url: str,
    pool_size: int = 5,
    *,
    variable: str = "DATABASE_URL",
    application_name: str = "visage",
    serving: str | None = None,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
    silence_timeout_ms: int = TCP_USER_TIMEOUT_MS,
) -> Database:
    """A database at a URL; no connection is opened yet.

    Args:
        url: ``postgresql://`` or ``postgres://`` as libpq and hosting providers write it. Parameters in it win
            over the defaults of this module.
        pool_size: how many connections at most; a request that finds all of them taken waits ``POOL_TIMEOUT``.
        variable: the environment variable that the URL is of, for messages.
        application_name: what ``pg_stat_activity`` shows.
        serving: the model id of a service that searches with it; ``pg_stat_activity`` then shows that, before the name
            that the URL gives, if any (see ``db.core.presence``).
        statement_timeout_ms: see ``STATEMENT_TIMEOUT_MS``; 0 is none.
        silence_timeout_ms: see ``TCP_USER_TIMEOUT_MS``.

    Raises:
        DatabaseURLError: the URL is not one of PostgreSQL, or not written as a URL should be.
    """
    parsed = driver_url(url, variable)
    if serving is not None:
        application_name = serving_name(serving, str(parsed.query.get("application_name", "")))
        parsed = parsed.difference_update_query(["application_name"])
    engine = create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT,
        pool_recycle=POOL_RECYCLE,
        pool_pre_ping=True,
        pool_use_lifo=True,
        hide_parameters=True,  # an error in a log must not carry a face or a password's hash
        connect_args=_connect_args(parsed, application_name, statement_timeout_ms, silence_timeout_ms),
    )
    event.listen(engine, "handle_error", _raise_ours)
    look_out(engine)
    return Database(engine)


def _connect_args(
    url: URL, application_name: str, statement_timeout_ms: int, silence_timeout_ms: int
) -> dict[str, Any]:
    """libpq's parameters, without those that the URL sets itself."""
    settings = [
        f"-c statement_timeout={statement_timeout_ms}",
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS}",
        "-c jit=off",  # compiling a scan of the templates takes longer than it saves
        "-c timezone=UTC",
        # A search sorts what it looks at; PostgreSQL's 4 MB would have it write to disk from 50,000 templates on.
        "-c work_mem=64MB",
        *(f"-c {method}.iterative_scan={ITERATIVE_SCAN}" for method in Method),
    ]
    if given := url.query.get("options"):
        settings.append(str(given))
    defaults = {
        "connect_timeout": CONNECT_TIMEOUT,
        "application_name": application_name,
        "tcp_user_timeout": silence_timeout_ms,
    }
    return {"options": " ".join(settings)} | {key: value for key, value in defaults.items() if key not in url.query}


def _raise_ours(context: ExceptionContext) -> None:
    """Puts our error in the place of the driver's, wherever a statement is executed or a connection opened."""
    if context.is_pre_ping:
        return  # a stale connection is no error: the pool replaces it
    wrapped = context.sqlalchemy_exception
    hide_values(wrapped or context.original_exception)
    ours = translate(wrapped) if wrapped is not None else translate_driver_error(context.original_exception)
    if ours is not None:
        raise ours from context.original_exception
