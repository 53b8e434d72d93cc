"""The mapping of driver errors; most of it is tested where a real statement fails."""

import traceback
import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from db.core.engine import Database
from db.core.errors import AccountGoneError, DatabaseError, UsernameTakenError, translate_driver_error
from tests.postgres import server_log


class ViolationError(Exception):
    """A driver's error for a violated constraint, with the message of PostgreSQL or Citus."""

    def __init__(self, pgcode: str, message: str, constraint: str | None) -> None:
        super().__init__(message)
        self.pgcode = pgcode
        self.diag = SimpleNamespace(message_primary=message, constraint_name=constraint)


TAKEN = 'duplicate key value violates unique constraint "{}"'
GONE = 'insert or update on table "refresh_tokens" violates foreign key constraint "{}"'


@pytest.mark.parametrize(
    ("pgcode", "message", "name", "meaning"),
    [
        ("23505", TAKEN, "uq_users_username", UsernameTakenError),
        ("23503", GONE, "fk_refresh_tokens_user_id", AccountGoneError),
    ],
)
@pytest.mark.parametrize("shard", ["", "_102008"])
@pytest.mark.parametrize("is_told_apart", [True, False])
def test_a_violated_constraint_is_known_by_its_name(
    pgcode: str, message: str, name: str, meaning: type[DatabaseError], shard: str, is_told_apart: bool
) -> None:
    named = f"{name}{shard}"
    error = ViolationError(pgcode, message.format(named), named if is_told_apart else None)
    assert type(translate_driver_error(error)) is meaning


def test_a_constraint_without_a_meaning_is_a_bug() -> None:
    assert translate_driver_error(ViolationError("23505", TAKEN.format("pk_users"), "pk_users")) is None


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO users (username, display_name, password_hash) VALUES ('{0}', '{0}', '{0}'), ('{0}', '{0}', '{0}')",
        "INSERT INTO audit_events (event) VALUES ('{0}{0}{0}{0}{0}{0}')",
        "SELECT CAST('{0}' AS uuid)",
        "SELECT CAST('[{0}]' AS vector)",
        "SELECT jsonb '{{\"{0}\": nonsense'",
        "SELECT '{0}' FROM",
        "SELECT '{0}' + 1",
    ],
)
def test_neither_a_stack_trace_nor_the_servers_log_quotes_values(worker_database: Database, statement: str) -> None:
    canary = f"canary-{uuid.uuid4()}"
    try:
        with worker_database.engine.begin() as connection:
            connection.execute(text(statement.format(canary).replace(":", "\\:")))
    except Exception:
        told = traceback.format_exc()
    assert "Error" in told
    assert canary not in told.replace(statement.format(canary), "")
    assert canary not in server_log(worker_database.engine.url)
