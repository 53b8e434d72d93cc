"""What the database can answer with, in the words of the domain, and how a driver's error becomes one of them."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class DatabaseError(Exception):
    """The base of every error in this package that a caller may want to tell apart."""


class DatabaseUnavailableError(DatabaseError):
    """No answer for now: the server is away, restarting, full or too slow. The same call may succeed later."""


class ConflictError(DatabaseError):
    """Somebody else has what was asked for; the base of the two below."""


class UsernameTakenError(ConflictError):
    """Another user has this username, whatever its case."""


class EmailTakenError(ConflictError):
    """Another user has this email address, whatever its case."""


class AccountGoneError(DatabaseError):
    """What was to be added belongs to an account that somebody has erased meanwhile."""


class DatabaseURLError(DatabaseError):
    """The URL is none of PostgreSQL or not well written; the message says what to write, and repeats nothing of it."""


class MigrationError(DatabaseError):
    """The server cannot carry the schema; the message says what to do about it."""


class NotMigratedError(MigrationError):
    """A table that a statement names is not there yet."""


class DistributionError(DatabaseError):
    """The tables cannot be distributed; the message says why and what to do about it."""


class BackupError(DatabaseError):
    """A copy cannot be made or used; the message says why."""


class EmbeddedPostgresError(DatabaseError):
    """The embedded server cannot be used; the message says why and what to do about it."""


class EmbeddedPostgresInUseError(EmbeddedPostgresError):
    """Another live process started the embedded server and will stop it.

    Attributes:
        pid: that process, or None where it has not said.
    """

    def __init__(self, folder: str, pid: int | None) -> None:
        super().__init__(f"the embedded PostgreSQL in {folder} is already used by process {pid or '(unknown)'}")
        self.pid = pid


CONSTRAINTS: dict[str, type[DatabaseError]] = {
    "uq_users_username": UsernameTakenError,
    "uq_users_username_key": UsernameTakenError,
    "uq_users_email": EmailTakenError,
    "fk_face_templates_user_id": AccountGoneError,
    "fk_refresh_tokens_user_id": AccountGoneError,
    "fk_password_links_user_id": AccountGoneError,
    "fk_disputes_user_id": AccountGoneError,
}
"""What it means that a constraint of the schema is violated."""

VIOLATION_CLASS = "23"
"""The class of SQLSTATE of violated constraints."""

DATA_EXCEPTION_CLASS = "22"
"""The class of SQLSTATE of values that cannot be what they are taken for."""

UNAVAILABLE_CLASSES = frozenset({"08", "53", "58"})
"""Classes of SQLSTATE that mean "later": connection exception, insufficient resources, system error."""

UNAVAILABLE_STATES = frozenset(
    {
        "25006",  # read_only_sql_transaction: connected to a server that is no longer the primary
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available
        "57014",  # query_canceled, which is also what statement_timeout says
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "57P03",  # cannot_connect_now
        "57P05",  # idle_session_timeout
    }
)
"""Single SQLSTATEs that mean "later" (PostgreSQL's documentation, appendix A)."""

UNDEFINED_TABLE = "42P01"
"""The SQLSTATE of a statement that names a table which does not exist."""


def translate(error: BaseException) -> DatabaseError | None:
    """The domain's error for an error of SQLAlchemy or the driver, or None where it has none (a bug of ours)."""
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailableError("every connection of the pool is in use")
    if isinstance(error, DBAPIError):
        driver_error = error.orig
        if error.connection_invalidated:
            return DatabaseUnavailableError(_first_line(driver_error))
        return translate_driver_error(driver_error)
    return None


def translate_driver_error(error: BaseException | None) -> DatabaseError | None:
    """Like :func:`translate`, for an error that psycopg2 itself raised."""
    state = getattr(error, "pgcode", None)
    if state is None:
        # psycopg2 gives no SQLSTATE to a connection that was refused, lost or never answered.
        lost = type(error).__name__ in {"OperationalError", "InterfaceError"}
        return DatabaseUnavailableError(_first_line(error)) if lost else None
    if state in UNAVAILABLE_STATES or state[:2] in UNAVAILABLE_CLASSES:
        return DatabaseUnavailableError(_first_line(error))
    if state == UNDEFINED_TABLE:
        return NotMigratedError(f"{_first_line(error)}: the database is not migrated, run `visage migrate`")
    return _violated(error) if state[:2] == VIOLATION_CLASS else None


def hide_values(error: BaseException | None) -> None:
    """Leaves of an error, driver's or SQLAlchemy's, the server's sentence alone, so that a stack trace shows no values.

    What follows the sentence quotes the failing row or the statement, and a few sentences end in the value itself.
    """
    if isinstance(error, DBAPIError):
        hide_values(error.orig)
        error.args = (f"({type(error.orig).__name__}) {error.orig}",)
    elif error is not None:
        sentence, state = _first_line(error), getattr(error, "pgcode", None) or ""
        error.args = (sentence.partition(': "')[0] if state[:2] == DATA_EXCEPTION_CLASS else sentence,)


def _violated(error: BaseException | None) -> DatabaseError | None:
    """By the constraint's name. Citus gives it in the message alone, and followed by the number of a shard."""
    diag = getattr(error, "diag", None)
    named = getattr(diag, "constraint_name", None) or getattr(diag, "message_primary", None) or ""
    return next((meaning() for name, meaning in CONSTRAINTS.items() if name in named), None)


def _first_line(error: BaseException | None) -> str:
    """The server's own sentence, without the hints and the position that follow it."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
