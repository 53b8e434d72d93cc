"""The errors of this package in the domain's terms, and the translation of driver errors into them."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class DatabaseError(Exception):
    """The base of every error in this package that a caller may want to tell apart."""


class DatabaseUnavailableError(DatabaseError):
    """The server is down, restarting, full or too slow. The same call may succeed later."""


class ConflictError(DatabaseError):
    """The requested value belongs to another user; the base of the two below."""


class UsernameTakenError(ConflictError):
    """Another user has this username, compared without case."""


class EmailTakenError(ConflictError):
    """Another user has this email address, compared without case."""


class PasskeyTakenError(DatabaseError):
    """The passkey has been added before, to this account or to another one."""


class AccountGoneError(DatabaseError):
    """The account of the row to add was erased meanwhile."""


class DatabaseURLError(DatabaseError):
    """The URL is not a PostgreSQL URL, or is malformed. The message says what to write, and repeats no part of it."""


class MigrationError(DatabaseError):
    """The server cannot hold the schema; the message says what to do."""


class NotMigratedError(MigrationError):
    """A table that a statement names does not exist yet."""


class DistributionError(DatabaseError):
    """The tables cannot be distributed; the message says why and what to do."""


class BackupError(DatabaseError):
    """A backup cannot be made or used; the message says why."""


class EmbeddedPostgresError(DatabaseError):
    """The embedded server cannot be used; the message says why and what to do."""


class EmbeddedPostgresInUseError(EmbeddedPostgresError):
    """Another live process started the embedded server and will stop it.

    Attributes:
        pid: the id of that process, or None if it is unknown.
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
    "pk_passkeys": PasskeyTakenError,
    "fk_passkeys_user_id": AccountGoneError,
    "fk_passkey_ceremonies_user_id": AccountGoneError,
}
"""The error that a violation of each constraint of the schema means."""

VIOLATION_CLASS = "23"
"""The SQLSTATE class of violated constraints."""

DATA_EXCEPTION_CLASS = "22"
"""The SQLSTATE class of values that are invalid for their type."""

UNAVAILABLE_CLASSES = frozenset({"08", "53", "58"})
"""The SQLSTATE classes that mean "later": connection exception, insufficient resources, system error."""

UNAVAILABLE_STATES = frozenset(
    {
        "25006",  # read_only_sql_transaction: this server is not the primary any more
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available
        "57014",  # query_canceled, also the code of statement_timeout
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "57P03",  # cannot_connect_now
        "57P05",  # idle_session_timeout
    }
)
"""Single SQLSTATEs that mean "later" (PostgreSQL's documentation, appendix A)."""

UNDEFINED_TABLE = "42P01"
"""The SQLSTATE of a statement that names a missing table."""


def translate(error: BaseException) -> DatabaseError | None:
    """Returns the domain's error for an error of SQLAlchemy; None for any other error, which is a bug of ours."""
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailableError("every connection of the pool is in use")
    if isinstance(error, DBAPIError):
        driver_error = error.orig
        if error.connection_invalidated:
            return DatabaseUnavailableError(_first_line(driver_error))
        return translate_driver_error(driver_error)
    return None


def translate_driver_error(error: BaseException | None) -> DatabaseError | None:
    """Translates an error that psycopg2 itself raised, like :func:`translate`."""
    state = getattr(error, "pgcode", None)
    if state is None:
        # psycopg2 sets no SQLSTATE if a connection was refused, was lost or got no answer.
        lost = type(error).__name__ in {"OperationalError", "InterfaceError"}
        return DatabaseUnavailableError(_first_line(error)) if lost else None
    if state in UNAVAILABLE_STATES or state[:2] in UNAVAILABLE_CLASSES:
        return DatabaseUnavailableError(_first_line(error))
    if state == UNDEFINED_TABLE:
        return NotMigratedError(f"{_first_line(error)}: the database is not migrated, run `visage migrate`")
    return _violated(error) if state[:2] == VIOLATION_CLASS else None


def hide_values(error: BaseException | None) -> None:
    """Shortens an error of the driver or of SQLAlchemy to the server's sentence, so that a stack trace shows no values.

    The text after the sentence quotes the failing row or the statement. A few sentences end with the value itself.
    """
    if isinstance(error, DBAPIError):
        hide_values(error.orig)
        error.args = (f"({type(error.orig).__name__}) {error.orig}",)
    elif error is not None:
        sentence, state = _first_line(error), getattr(error, "pgcode", None) or ""
        error.args = (sentence.partition(': "')[0] if state[:2] == DATA_EXCEPTION_CLASS else sentence,)


def _violated(error: BaseException | None) -> DatabaseError | None:
    """Finds the error by the constraint's name. Citus gives it only in the message, followed by a shard's number."""
    diag = getattr(error, "diag", None)
    named = getattr(diag, "constraint_name", None) or getattr(diag, "message_primary", None) or ""
    return next((meaning() for name, meaning in CONSTRAINTS.items() if name in named), None)


def _first_line(error: BaseException | None) -> str:
    """Returns the server's own sentence, without the hints and the position that follow it."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
