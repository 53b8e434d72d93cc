"""A login by face is recorded once, whether its statement is prepared or not."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

import pytest
from sqlalchemy import text

from db.core.engine import Database, create_database
from db.queries.face_logins import let_in
from db.queries.refresh_tokens import NewToken
from tests.query_log import query_log

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ADA = uuid.UUID(int=1)
LOGINS = 8
"""So many that PostgreSQL then has one plan for all values."""


@pytest.fixture
def one(scratch_url: str) -> Iterator[Database]:
    """A database with a single connection, and Ada with a face in it."""
    database = create_database(scratch_url, pool_size=1)
    run(
        database,
        f"""INSERT INTO users (id, username, display_name, password_hash, facial_data)
            VALUES ('{ADA}', 'ada', 'Ada', '-', '{{}}')""",  # noqa: S608
    )
    yield database
    database.dispose()


def run(database: Database, statement: str) -> None:
    with database.autocommit_statement() as connection:
        connection.exec_driver_sql(statement)


def log_in(database: Database, user_id: uuid.UUID = ADA) -> bool:
    token = NewToken(token_bytes(32), user_id, "face", "urn:visage:face", NOW, NOW + timedelta(days=14))
    with database.single_statements() as work:
        return let_in(work.session, token, "face login", "matched")


def recorded(database: Database) -> tuple[int, int]:
    """Returns how many sessions and how many rows of the audit there are."""
    counts = "SELECT (SELECT count(*) FROM refresh_tokens), (SELECT count(*) FROM audit_events)"
    with database.unit_of_work() as work:
        sessions, events = work.session.execute(text(counts)).one()
        return sessions, events


def test_each_login_is_recorded_once(one: Database) -> None:
    with query_log(one) as log:
        assert all(log_in(one) for _ in range(LOGINS))
    assert recorded(one) == (LOGINS, LOGINS)
    assert [statement.split()[0] for statement in log] == ["PREPARE", *["EXECUTE"] * LOGINS]


@pytest.mark.parametrize(
    "disturbance",
    ["DEALLOCATE ALL", "ALTER TABLE refresh_tokens ALTER amr TYPE varchar(20)", "ALTER TABLE users ADD hobby text"],
)
def test_a_disturbance_between_logins_neither_loses_nor_doubles_one(one: Database, disturbance: str) -> None:
    for _ in range(LOGINS):
        log_in(one)
    run(one, disturbance)
    assert log_in(one)
    assert recorded(one) == (LOGINS + 1, LOGINS + 1)


def test_a_login_whose_face_is_erased_is_not_recorded(one: Database) -> None:
    assert log_in(one)
    assert not log_in(one, uuid.UUID(int=2))
    run(one, "UPDATE users SET facial_data = NULL")
    assert not log_in(one)
    assert recorded(one) == (1, 1)


def test_a_login_within_a_transaction_ends_with_it(one: Database) -> None:
    token = NewToken(token_bytes(32), ADA, "face", "urn:visage:face", NOW, NOW + timedelta(days=14))
    with one.unit_of_work() as work:
        assert let_in(work.session, token, "face login", "matched")
        work.session.rollback()
    assert recorded(one) == (0, 0)
