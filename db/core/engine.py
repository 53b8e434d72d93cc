"""The connection pool and the transactions opened on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from db.core import citus
from db.core.address import driver_url
from db.core.errors import hide_values, translate, translate_driver_error
from db.core.idle_connections import check_idle_connections
from db.core.index_form import ITERATIVE_SCAN, Method
from db.core.presence import serving_name
from db.core.unit_of_work import UnitOfWork, unit_of_work

CONNECT_TIMEOUT = 3
"""Seconds to wait until a server accepts a connection. Short, so that a login page does not hang on a dead host."""

POOL_TIMEOUT = 3.0
"""Seconds to wait for a free connection of the pool before the service answers "later"."""

STATEMENT_TIMEOUT_MS = 10_000
"""Milliseconds that a statement may run. The slowest one measured is an exact scan of a million templates: 834."""

IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000
"""Milliseconds that a transaction may be idle before the server ends it and frees its locks."""

TCP_USER_TIMEOUT_MS = 15_000
"""Milliseconds after which a silent peer counts as lost. Without it, a pulled cable hangs a worker for minutes."""

POOL_RECYCLE = 1800
"""Seconds after which a connection is replaced, because a server's memory for a connection grows with its age."""


class Database:
    """A connection pool that opens transactions. Threads may share it; create it after a fork, not before.

    Attributes:
        engine: SQLAlchemy's engine, for code that needs more than a transaction (the index, the migrations' tests).
    """

    def __init__(self, engine: Engine, bound: Connection | None = None) -> None:
        self.engine = engine
        self._bound = bound

    @classmethod
    def bound_to(cls, connection: Connection) -> "Database":
        """Returns a database that runs every transaction as a savepoint on one connection, for the caller to roll back.

        For tests. Several threads must not share it, because a connection has one transaction at a time.
        """
        return cls(connection.engine, connection)

    def session(self) -> Session:
        """Opens a session, which takes a connection at its first statement and returns it to the pool at its end."""
        if self._bound is not None:
            return Session(self._bound, join_transaction_mode="create_savepoint", expire_on_commit=False)
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """Opens one transaction: it commits at the end of the block, and rolls back if the block raises.

        Raises:
            DatabaseUnavailableError: the server cannot be reached or was lost; the message is the server's.
            UsernameTakenError, EmailTakenError, PasskeyTakenError, AccountGoneError: a constraint of that meaning was
                violated.
            NotMigratedError: a table is missing.
        """
        with unit_of_work(self.session) as unit:
            yield unit

    @contextmanager
    def single_statements(self) -> Iterator[UnitOfWork]:
        """Opens a unit of work in which each statement is a transaction of its own.

        This saves the round trips of BEGIN and COMMIT. With Citus the block is one transaction, because a search there
        passes its settings on to the servers of the shards.

        Raises:
            DatabaseUnavailableError: as :meth:`unit_of_work`.
        """
        if self._bound is not None:
            with self.unit_of_work() as unit:
                yield unit
            return
        with (
            self._connect() as connection,
            _autocommitting(connection, unless=citus.is_installed(connection)),
            unit_of_work(partial(Session, connection, expire_on_commit=False)) as unit,
        ):
            yield unit

    @contextmanager
    def autocommit_statement(self) -> Iterator[Connection]:
        """Yields a connection for one statement that is its own transaction; see :meth:`single_statements`.

        Raises:
            DatabaseUnavailableError: as :meth:`unit_of_work`.
        """
        if self._bound is not None:
            yield self._bound
            return
        with self._connect() as connection, _autocommitting(connection):
            yield connection

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """Yields a connection outside any transaction and without a statement timeout, and closes it at the end.

        For statements that cannot run inside a transaction, such as CREATE INDEX CONCURRENTLY.
        """
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # closed, not returned to the pool, so that its settings end with it
            connection.execute(text("SET statement_timeout = 0"))
            yield connection

    def _connect(self) -> Connection:
        """Takes a connection of the pool. Raises DatabaseUnavailableError if none is free or the server is away."""
        try:
            return self.engine.connect()
        except PoolTimeoutError as error:
            raise translate(error) or error from error

    def ping(self) -> None:
        """Sends the server the simplest query.

        Raises:
            DatabaseUnavailableError: there was no answer.
        """
        with self.unit_of_work() as unit:
            unit.session.execute(text("SELECT 1"))

    def watch_pool(self, changed: Callable[[int], None]) -> None:
        """Calls ``changed`` with 1 when a connection leaves the pool, and with -1 when it returns or is lost."""
        event.listen(self.engine, "checkout", lambda *_: changed(1))
        for end in ("checkin", "detach"):
            event.listen(self.engine, end, lambda *_: changed(-1))

    def dispose(self) -> None:
        """Closes the pool's connections. The database stays usable and opens new ones."""
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
    """Creates a database from a URL; opens no connection yet.

    Args:
        url: ``postgresql://`` or ``postgres://`` as libpq and hosting providers write it. Parameters in it override
            the defaults of this module.
        pool_size: the maximal number of connections; if all are taken, a request waits up to ``POOL_TIMEOUT``.
        variable: the environment variable of the URL, for messages.
        application_name: the name that ``pg_stat_activity`` shows.
        serving: the model id of a service that searches with it. ``pg_stat_activity`` then shows that, followed by
            the name that the URL gives, if any (see ``db.core.presence``).
        statement_timeout_ms: see ``STATEMENT_TIMEOUT_MS``; 0 means no timeout.
        silence_timeout_ms: see ``TCP_USER_TIMEOUT_MS``.

    Raises:
        DatabaseURLError: the URL is not a PostgreSQL URL, or is malformed.
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
        pool_use_lifo=True,
        hide_parameters=True,  # an error in a log must not contain a face or a password hash
        connect_args=_connect_args(parsed, application_name, statement_timeout_ms, silence_timeout_ms),
    )
    event.listen(engine, "handle_error", _raise_ours)
    citus.detect_on_connect(engine)
    check_idle_connections(engine)
    return Database(engine)


def _connect_args(
    url: URL, application_name: str, statement_timeout_ms: int, silence_timeout_ms: int
) -> dict[str, Any]:
    """Returns libpq's parameters, except those that the URL sets itself."""
    settings = [
        f"-c statement_timeout={statement_timeout_ms}",
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS}",
        "-c jit=off",  # compiling a scan of the templates takes longer than it saves
        "-c timezone=UTC",
        # A search sorts the rows it reads; with PostgreSQL's 4 MB it writes to disk from 50,000 templates on.
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
    """Replaces the driver's error by this package's, when a statement is executed or a connection is opened."""
    wrapped = context.sqlalchemy_exception
    hide_values(wrapped or context.original_exception)
    ours = translate(wrapped) if wrapped is not None else translate_driver_error(context.original_exception)
    if ours is not None:
        raise ours from context.original_exception


@contextmanager
def _autocommitting(connection: Connection, *, unless: bool = False) -> Iterator[None]:
    """Lets each statement of the block commit by itself.

    This sets the driver's own attribute. SQLAlchemy's ``isolation_level`` sends two further statements each time.
    """
    driver: Any = connection.connection.driver_connection
    driver.autocommit = not unless
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False
