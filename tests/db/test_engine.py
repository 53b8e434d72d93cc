"""Connections: the meaning of a URL, and the errors of an unavailable server."""

import traceback

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.core import engine
from db.core.address import driver_url
from db.core.engine import Database, create_database
from db.core.errors import DatabaseUnavailableError, DatabaseURLError, NotMigratedError
from tests.db.people import add_person

NOWHERE = "postgresql://visage@127.0.0.1:1/visage"


def run(database: Database, statement: str) -> object:
    with database.unit_of_work() as unit:
        return unit.session.execute(text(statement)).scalar()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg2(scheme: str) -> None:
    assert str(driver_url(f"{scheme}://ada@host:5433/visage?sslmode=require")) == (
        "postgresql+psycopg2://ada@host:5433/visage?sslmode=require"
    )


@pytest.mark.parametrize("url", ["sqlite://", "mysql://host/visage", "visage", ""])
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(DatabaseURLError):
        driver_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ada:hunter2@host/visage",
        "hunter2://ada@host",
        "postgresql://ada:hunter2/visage",
        "postgresql://ada:hunter2",
        "postgresql://ada:pass:hunter2/visage",
        "postgresql://ada:22222/hunter2@host/visage@",
        "postgresql://ada:p@hunter2@127.0.0.1:1/visage",
        "postgresql://ada:p@hunter2/s@127.0.0.1:1/visage",
        "postgresql://ada:p@hunter2?s@127.0.0.1:1/visage",
        "postgresql://ada/s:hunter2@127.0.0.1:1/visage",
        "postgresql://ada:p@127.0.0.1:1/visage?hunter2=1",
        "postgresql://ada@127.0.0.1:1/visage?password=p&hunter2=s",
        "postgresql://ada@/visage?host=127.0.0.1&port=hunter2",
        "postgresql://ada@127.0.0.1:1/visage?dsn=password%3Dhunter2",
        "postgresql://ada@127.0.0.1:1/visage?password=hunter2%00",
        "postgresql://one:1,two:2/visage?password=hunter2",
    ],
)
def test_a_refused_url_is_not_repeated_with_its_password(url: str) -> None:
    with pytest.raises(DatabaseURLError) as caught:
        create_database(url).ping()
    assert "hunter2" not in "".join(traceback.format_exception(caught.value)).replace(url, "")


@pytest.mark.parametrize("url", ["postgresql://ada:12345678/visage", "postgresql://ada@host:0/visage"])
def test_a_port_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(DatabaseURLError, match="no port where one should be"):
        driver_url(url)


@pytest.mark.parametrize(
    "url", ["", "mysql://host/visage", "postgresql://a:b/c", "postgresql://a@b@c/d", "postgresql:///?e=f"]
)
def test_the_message_names_the_variable_that_is_wrong(url: str) -> None:
    with pytest.raises(DatabaseURLError, match=r"^VISAGE_READ_DATABASE_URL (has|is|does) "):
        create_database(url, variable="VISAGE_READ_DATABASE_URL")


def test_an_unescaped_at_sign_in_a_password_is_an_error_that_says_how_to_write_it() -> None:
    with pytest.raises(DatabaseURLError, match="%40"):
        driver_url("postgresql://ada:p@ss@host/visage")


def test_escaped_characters_are_a_part_of_what_they_are_in() -> None:
    parsed = driver_url("postgresql://ada%40home:p%40ss%3A%2F%3F@host/vis%40age?application_name=a%40b")
    assert (parsed.username, parsed.password) == ("ada@home", "p@ss:/?")
    assert (parsed.host, parsed.database) == ("host", "vis@age")
    assert parsed.query["application_name"] == "a@b"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///visage",
        "postgresql://host/visage?user=ada@home",
        "postgresql://ada@/visage?host=/var/run&port=5433",
        "postgresql://ada:p@/visage?host=one,two&port=1,2",
        "postgresql://ada:p@/visage?host=one:1&host=two:2&target_session_attrs=read-write",
        "postgresql://ada:p@[::1]:5433/visage?sslmode=verify-full&sslrootcert=system&options=-c%20jit%3Don",
    ],
)
def test_addresses_that_libpq_understands_are_accepted(url: str) -> None:
    assert driver_url(url).drivername == "postgresql+psycopg2"


def test_settings_in_the_url_win(scratch_url: str) -> None:
    database = create_database(scratch_url + "&application_name=mine&options=-c%20statement_timeout%3D1234")
    assert run(database, "SHOW statement_timeout") == "1234ms"
    assert run(database, "SHOW application_name") == "mine"
    database.dispose()


def test_a_connection_says_whose_it_is(worker_database: Database) -> None:
    assert run(worker_database, "SHOW application_name") == "visage"


def test_a_server_that_refuses_connections_is_unavailable() -> None:
    with pytest.raises(DatabaseUnavailableError):
        create_database(NOWHERE).ping()


def test_a_server_that_answers_can_be_pinged(worker_database: Database) -> None:
    worker_database.ping()


def test_a_statement_that_takes_too_long_is_unavailable(scratch_url: str) -> None:
    database = create_database(scratch_url, statement_timeout_ms=10)
    with pytest.raises(DatabaseUnavailableError, match="statement timeout"):
        run(database, "SELECT pg_sleep(10)")
    database.dispose()


def test_a_pool_with_every_connection_in_use_is_unavailable(scratch_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "POOL_TIMEOUT", 0.01)
    database = create_database(scratch_url, pool_size=1)
    with database.engine.connect(), pytest.raises(DatabaseUnavailableError, match="in use"):
        database.ping()
    database.dispose()


def test_a_connection_lost_in_a_transaction_is_unavailable(scratch_database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError):
        run(scratch_database, "SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_connection_lost_in_the_pool_is_replaced_unnoticed(scratch_database: Database) -> None:
    with scratch_database.engine.connect() as watcher:
        lost = run(scratch_database, "SELECT pg_backend_pid()")
        watcher.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": lost})
        assert run(scratch_database, "SELECT 1") == 1


def test_a_mistake_of_ours_is_not_called_unavailable(scratch_database: Database) -> None:
    with pytest.raises(DBAPIError, match="does not exist"):
        run(scratch_database, "SELECT no_such_column")


def test_a_database_that_was_never_migrated_says_how_to(empty_url: str) -> None:
    database = create_database(empty_url)
    with pytest.raises(NotMigratedError, match=r'relation "users" does not exist: .* `visage migrate`'):
        run(database, "SELECT count(*) FROM users")
    database.dispose()


def test_errors_keep_values_to_themselves(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught, database.unit_of_work() as unit:
        unit.session.execute(text("SELECT cast(:secret AS text), 1/0"), {"secret": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_a_connection_for_long_work_has_no_timeout_and_is_not_reused(scratch_database: Database) -> None:
    with scratch_database.autocommit() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "0"
    assert run(scratch_database, "SHOW statement_timeout") == "10s"


def test_a_bound_database_leaves_nothing_behind(worker_database: Database) -> None:
    with worker_database.engine.connect() as connection, connection.begin() as transaction:
        with Database.bound_to(connection).unit_of_work() as unit:
            add_person(unit.session)
        transaction.rollback()
    assert run(worker_database, "SELECT count(*) FROM users") == 0
