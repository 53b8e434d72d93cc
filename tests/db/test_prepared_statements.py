"""Frequent statements are prepared once a connection, and sent as plain SQL where that is not possible."""

import traceback
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import DateTime, Double, LargeBinary, Text, Uuid, text
from sqlalchemy.exc import DBAPIError

from db.core.engine import Database, create_database
from db.core.errors import DatabaseUnavailableError
from db.core.prepared_statements import PreparedStatement, run
from db.core.vector_text import VectorText
from tests.postgres import server_log
from tests.query_log import QueryLog, query_log

GREETING = PreparedStatement("SELECT display_name, :word AS word FROM users ORDER BY username", {"word": Text()})

TYPES = {
    "uuid": (Uuid(), uuid.UUID(int=7)),
    "text": (Text(), "it's 100% :word \\ "),
    "bytea": (LargeBinary(), b"\x00\xff"),
    "double precision": (Double(), 0.1),
    "timestamp with time zone": (DateTime(timezone=True), datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)),
}
"""The types of parameters, with a value."""


@pytest.fixture
def one(scratch_url: str) -> Iterator[Database]:
    """A database with a single connection, and one person in it."""
    database = create_database(scratch_url, pool_size=1)
    with database.unit_of_work() as work:
        insert = "INSERT INTO users (id, username, display_name, password_hash) VALUES (:id, 'ada', 'Ada', '-')"
        work.session.execute(text(insert), {"id": uuid.uuid4()})
    yield database
    database.dispose()


def greet(database: Database, word: str = "hello") -> QueryLog:
    """Runs the statement as a transaction of its own; returns what was sent."""
    with query_log(database) as log, database.autocommit_statement() as connection:
        assert run(connection, GREETING, {"word": word}).all() == [("Ada", word)]
    return log


def verbs(log: QueryLog) -> list[str]:
    return [statement.split()[0] for statement in log]


def disturb(database: Database, statement: str) -> None:
    """Runs SQL on the connection, unknown to the code that prepares statements."""
    with database.autocommit_statement() as connection:
        connection.exec_driver_sql(statement)


def prepared(database: Database) -> list[str]:
    """Returns the text of the prepared statements that the server keeps for the connection."""
    with database.autocommit_statement() as connection:
        return [*connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars()]


class TestPreparing:
    def test_a_connection_prepares_a_statement_once(self, one: Database) -> None:
        assert [verbs(greet(one)) for _ in range(8)] == [["PREPARE", "EXECUTE"], *[["EXECUTE"]] * 7]

    def test_another_connection_prepares_it_for_itself(self, one: Database) -> None:
        greet(one)
        one.dispose()
        assert verbs(greet(one)) == ["PREPARE", "EXECUTE"]

    def test_a_connection_that_replaces_a_lost_one_prepares_anew(self, one: Database) -> None:
        greet(one)
        with pytest.raises(DatabaseUnavailableError), one.autocommit_statement() as connection:
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        assert verbs(greet(one)) == ["PREPARE", "EXECUTE"]

    def test_the_server_keeps_no_value_of_a_call(self, one: Database) -> None:
        greet(one, "canary")
        assert len(prepared(one)) == 1
        assert "canary" not in prepared(one)[0]

    @pytest.mark.parametrize(("type_", "value"), TYPES.values(), ids=TYPES)
    def test_a_parameter_keeps_its_type_and_its_value(
        self, one: Database, request: pytest.FixtureRequest, type_: Any, value: Any
    ) -> None:
        statement = PreparedStatement(
            "SELECT pg_typeof(:value)::text AS type, :value AS value, '%:' AS rest",
            {"value": type_},
            columns={"value": type_},
        )
        with one.autocommit_statement() as connection:
            row = run(connection, statement, {"value": value}).one()
        assert (row.type, row.value, row.rest) == (request.node.callspec.id, value, "%:")

    def test_a_name_stands_for_one_statement(self) -> None:
        same, *others = [
            PreparedStatement("SELECT :a", {"a": Text()}),
            PreparedStatement("SELECT :a ", {"a": Text()}),
            PreparedStatement("SELECT :a", {"a": Uuid()}),
            PreparedStatement("SELECT :a", {"a": Text()}, setting="SELECT set_config('jit', 'on', true)"),
        ]
        assert same.name == PreparedStatement("SELECT :a", {"a": Text()}).name
        assert len({same.name, *(other.name for other in others)}) == 4
        assert same.name in str(same.preparation)
        assert same.name in str(same.execution)

    def test_a_setting_holds_for_its_statement_alone(self, one: Database) -> None:
        statement = PreparedStatement(
            "SELECT current_setting(:name)", {"name": Text()}, setting="SELECT set_config('visage.effort', '5', true)"
        )
        for _ in range(2):
            with one.autocommit_statement() as connection:
                assert run(connection, statement, {"name": "visage.effort"}).scalar_one() == "5"
                assert connection.scalar(text("SELECT current_setting('visage.effort', true)")) in {None, ""}


class TestFallingBack:
    @pytest.mark.parametrize(
        "disturbance",
        [
            "DEALLOCATE ALL",
            "DISCARD ALL",
            "ALTER TABLE users ALTER display_name TYPE varchar(200)",
        ],
    )
    def test_a_statement_that_no_longer_fits_is_sent_as_plain_sql(self, one: Database, disturbance: str) -> None:
        greet(one)
        disturb(one, disturbance)
        assert verbs(greet(one)) == ["EXECUTE", "SELECT"]
        assert verbs(greet(one)) == ["SELECT"]

    def test_a_name_that_is_taken_is_left_alone(self, one: Database) -> None:
        """So a pooler lends a session of the server in which another connection has prepared the statement."""
        disturb(one, str(GREETING.preparation).replace("\\:", ":"))
        assert verbs(greet(one)) == ["PREPARE", "SELECT"]
        assert verbs(greet(one)) == ["SELECT"]

    def test_the_next_connection_prepares_again(self, one: Database) -> None:
        greet(one)
        disturb(one, "DEALLOCATE ALL")
        greet(one)
        one.dispose()
        assert verbs(greet(one)) == ["PREPARE", "EXECUTE"]

    def test_a_change_is_made_once(self, one: Database) -> None:
        statement = PreparedStatement(
            "UPDATE users SET display_name = display_name || :more RETURNING display_name", {"more": Text()}
        )
        names = []
        for _ in range(3):
            with one.autocommit_statement() as connection:
                names.append(run(connection, statement, {"more": "!"}).scalar_one())
            disturb(one, "DEALLOCATE ALL")
        assert names == ["Ada!", "Ada!!", "Ada!!!"]

    def test_a_transaction_gets_plain_sql(self, one: Database) -> None:
        with query_log(one) as log, one.unit_of_work() as work:
            assert run(work.session.connection(), GREETING, {"word": "hello"}).all() == [("Ada", "hello")]
        assert verbs(log) == ["SELECT"]

    def test_a_bound_database_gets_plain_sql(self, one: Database) -> None:
        with one.engine.connect() as connection, connection.begin():
            assert verbs(greet(Database.bound_to(connection))) == ["SELECT"]

    def test_a_transaction_that_was_begun_by_sql_gets_plain_sql(self, one: Database) -> None:
        with one.autocommit_statement() as connection:
            connection.exec_driver_sql("BEGIN")
            with query_log(one) as log:
                run(connection, GREETING, {"word": "hello"})
            connection.exec_driver_sql("ROLLBACK")
        assert verbs(log) == ["SELECT"]

    def test_a_transaction_that_has_failed_stays_failed(self, one: Database) -> None:
        greet(one)
        with pytest.raises(DBAPIError, match="current transaction is aborted"), one.unit_of_work() as work:
            with pytest.raises(DBAPIError):
                work.session.execute(text("SELECT 1/0"))
            run(work.session.connection(), GREETING, {"word": "hello"})
        assert verbs(greet(one)) == ["EXECUTE"]

    def test_citus_gets_plain_sql(self, stand_in: Database) -> None:
        with query_log(stand_in) as log, stand_in.autocommit_statement() as connection:
            assert run(connection, GREETING, {"word": "hello"}).all() == []
        assert verbs(log) == ["SELECT"]


class TestFailing:
    def test_a_statement_that_fails_by_itself_is_not_repeated(self, one: Database) -> None:
        statement = PreparedStatement("SELECT 1 / CAST(:divisor AS int)", {"divisor": Double()})
        for sent in (["PREPARE", "EXECUTE"], ["EXECUTE"]):
            with (
                query_log(one) as log,
                pytest.raises(DBAPIError, match="division by zero"),
                one.autocommit_statement() as connection,
            ):
                run(connection, statement, {"divisor": 0.0})
            assert verbs(log) == sent
        with one.autocommit_statement() as connection:
            assert run(connection, statement, {"divisor": 1.0}).scalar_one() == 1

    def test_a_statement_that_takes_too_long_is_unavailable(self, scratch_url: str) -> None:
        statement = PreparedStatement("SELECT 1 FROM pg_sleep(:seconds)", {"seconds": Double()})
        database = create_database(scratch_url, pool_size=1, statement_timeout_ms=50)
        for seconds in (10.0, 10.0):
            with (
                pytest.raises(DatabaseUnavailableError, match="statement timeout"),
                database.autocommit_statement() as connection,
            ):
                run(connection, statement, {"seconds": seconds})
        with database.autocommit_statement() as connection:
            assert run(connection, statement, {"seconds": 0.0}).scalar_one() == 1
        database.dispose()

    @pytest.mark.parametrize("disturbance", ["SELECT 1", "DEALLOCATE ALL"])
    @pytest.mark.parametrize("calls", [0, 1, 8])
    def test_neither_a_stack_trace_nor_the_servers_log_quotes_values(
        self, one: Database, disturbance: str, calls: int
    ) -> None:
        statement = PreparedStatement("SELECT CAST(:query AS vector) <=> '[1,0]'", {"query": VectorText()})
        for _ in range(calls):
            with one.autocommit_statement() as connection:
                assert run(connection, statement, {"query": "[1,0]"}).scalar_one() == 0
        disturb(one, disturbance)
        for canary in ("[0.8273645182,canary]", "[0.8273645182,1,1]"):
            try:
                with one.autocommit_statement() as connection:
                    run(connection, statement, {"query": canary})
            except DBAPIError:
                told = traceback.format_exc()
            assert "Error" in told
            assert "0.8273645182" not in told
            assert "0.8273645182" not in server_log(one.engine.url)
